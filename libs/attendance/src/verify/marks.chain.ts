import type { Chain } from '#core';

/**
 * The chain of sealed marks. Without it somebody who changes a mark and what it says of a resident together would be found
 * by nothing. Late marks, corrections and what a device sends days later are sealed when they arrive, like any other.
 */
export const MARKS_CHAIN: Chain = {
  name: 'marks',
  table: 'marks',
  idColumn: 'number',
  momentColumn: 'recorded_at',
  forms: [
    [
      'number',
      'id',
      'session_id',
      'resident_id',
      'enrollment_id',
      'kind',
      'status',
      'arrived_at',
      'left_at',
      'device_id',
      'device_time',
      'recorded_at',
      'recorded_by',
      'outcome',
      'reason',
      'correction_reason',
    ],
  ],
};
