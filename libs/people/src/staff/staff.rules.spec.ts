import { describe, expect, it } from '@jest/globals';
import type { Grant } from '#contracts';
import { mayGive, mayManage, type RoleAt, rolePlace } from './staff.rules.js';

const HERE = 'here';
const THERE = 'there';
const administrator: Grant[] = [{ role: 'administrator', organisationId: null }];
const principal: Grant[] = [{ role: 'principal', organisationId: HERE }];
const registrar: Grant[] = [{ role: 'registrar', organisationId: HERE }];
const at = (role: RoleAt['role'], organisationId: string | null = HERE): RoleAt => ({ role, organisationId });

describe('giving roles', () => {
  it.each<[string, Grant[], RoleAt, boolean]>([
    ['the administrator makes an officer', administrator, at('bureau_officer', null), true],
    ['the administrator makes a principal', administrator, at('principal'), true],
    ['a principal makes a teacher of the own school', principal, at('teacher'), true],
    ['a principal makes a registrar of the own school', principal, at('registrar'), true],
    ['a principal makes a village agent', principal, at('village_agent'), true],
    ['a principal makes no second principal', principal, at('principal'), false],
    ['a principal makes no teacher of another school', principal, at('teacher', THERE), false],
    ['a principal makes no administrator', principal, at('administrator', null), false],
    ['a registrar gives no roles', registrar, at('teacher'), false],
  ])('%s', (_, grants, role, may) => expect(mayGive(grants, role)).toBe(may));

  it('belongs to a place or to the whole district', () => {
    expect(rolePlace(at('teacher'))).toBe('fits');
    expect(rolePlace(at('teacher', null))).toBe('needs-organisation');
    expect(rolePlace(at('administrator', null))).toBe('fits');
    expect(rolePlace(at('administrator'))).toBe('district-wide');
  });
});

describe('changing staff', () => {
  it.each<[string, Grant[], RoleAt[], boolean]>([
    ['the administrator changes anyone', administrator, [at('bureau_officer', null)], true],
    ['a principal changes an own teacher', principal, [at('teacher')], true],
    ['a principal does not reset an officer’s password', principal, [at('teacher'), at('bureau_officer', null)], false],
    [
      'a principal does not reset a teacher’s who works elsewhere too',
      principal,
      [at('teacher'), at('teacher', THERE)],
      false,
    ],
    ['a principal does not change who holds no role', principal, [], false],
  ])('%s', (_, grants, roles, may) => expect(mayManage(grants, roles)).toBe(may));
});
