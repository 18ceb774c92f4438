import { Id, Moment, OneOf, Text, WholeNumber } from '#core';
import { ClassCardView } from './class-views.dto.js';

const DECISIONS = ['approved', 'returned'] as const;

export class DecideClassRequest {
  @OneOf(DECISIONS)
  decision!: (typeof DECISIONS)[number];

  @Text({ max: 500, optional: true, nullable: true, description: 'Required when it is returned: what to change.' })
  note?: string | null;
}

export class StopClassRequest {
  @Text({ max: 200, description: 'Told to everyone who had applied.' })
  reason!: string;

  @Id({
    optional: true,
    nullable: true,
    description:
      'Merges it (并班) into this parallel class, to which its people are moved; without it they are released.',
  })
  movedTo?: string | null;
}

export class MergeClassRequest {
  @Text({ max: 200, description: 'Told to everyone who had applied.' })
  reason!: string;

  @Id({ description: 'The parallel class, of whichever school, to which the people are moved.' })
  movedTo!: string;
}

/** A class that has fewer people than it needs to be held. */
export class BelowMinimumView extends ClassCardView {
  @WholeNumber({ min: 1, max: 5_000 })
  minimum!: number;

  @Moment({ description: 'By when the school decides whether it is held.' })
  minimumDecidedAt!: string;

  @WholeNumber({ min: 0, max: 1_000_000, description: 'People who have a seat.' })
  taken!: number;
}
