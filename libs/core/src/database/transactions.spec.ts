import { expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { isDatabaseAway } from './transactions.js';

const withCode = (code: string) => Object.assign(new Error(code), { code });
const failedQuery = (code: string) => new QueryFailedError('select 1', [], withCode(code));

it.each([
  ['nobody listens', withCode('ECONNREFUSED')],
  [
    'nobody listens at any address of the name',
    new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]),
  ],
  ['the server shuts down', failedQuery('57P01')],
  ['the server is starting', withCode('57P03')],
  ['the connection broke in the middle of a query', new Error('Connection terminated unexpectedly')],
  ['the server does not answer', new Error('timeout exceeded when trying to connect')],
])('the database is away: %s', (_, error) => {
  expect(isDatabaseAway(error)).toBe(true);
});

it.each([
  ['a constraint is broken', failedQuery('23505')],
  ['a lock was not had', failedQuery('55P03')],
  ['a program is wrong', new TypeError('undefined is no function')],
  ['something else was thrown', 'ECONNREFUSED'],
  ['several things went wrong', new AggregateError([withCode('ECONNREFUSED'), withCode('23505')])],
])('the database is there: %s', (_, error) => {
  expect(isDatabaseAway(error)).toBe(false);
});
