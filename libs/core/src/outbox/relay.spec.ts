import { expect, it } from '@jest/globals';
import { IDS_PER_JOB } from '#contracts';
import { jobsByQueue } from './relay.js';

it('gathers the ids of a topic into few jobs, each id once, and follows a topic to each of its queues', () => {
  const many = Array.from({ length: IDS_PER_JOB + 1 }, (_, index) => `r${index}`);
  const jobs = jobsByQueue([
    { topic: 'evidence.changed', ids: many },
    { topic: 'evidence.changed', ids: ['r0', 'r1'] },
    { topic: 'class-evidence.changed', ids: ['c1'] },
  ]);
  expect(jobs.get('participation')!.map(({ name, data }) => [name, data.ids.length])).toEqual([
    ['evidence.changed', IDS_PER_JOB],
    ['evidence.changed', 1],
    ['class-evidence.changed', 1],
  ]);
  expect(jobs.get('enrollment')).toEqual([{ name: 'class-evidence.changed', data: { ids: ['c1'] } }]);
});
