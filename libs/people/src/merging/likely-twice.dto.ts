import { Id, Nested, PageQuery, SomeOf } from '#core';
import { LIKENESSES, type Likeness } from '../people.words.js';
import { FoundResidentView } from '../residents/residents.dto.js';

export class LikelyTwiceQuery extends PageQuery {
  @Id({ optional: true, description: 'Pairs of which this record is one; all unless given.' })
  residentId?: string;
}

/** Two records that are likely of one person. */
export class LikelyTwiceView {
  @Nested(() => FoundResidentView, { description: 'The older record.' })
  first!: FoundResidentView;

  @Nested(() => FoundResidentView)
  second!: FoundResidentView;

  @SomeOf(LIKENESSES)
  reasons!: Likeness[];
}
