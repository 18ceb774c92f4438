import { Id, Ids, ListOf, Moment, Text, YesNo } from '#core';
import { MOST_COMPANIONS } from './companions.rules.js';

const CODE = { max: 30, description: 'J- and six characters, as a friend told it.' };

export class MakeCompanionsRequest {
  @Ids({ min: 1, max: MOST_COMPANIONS, description: 'Residents for whom the caller acts.' })
  residentIds!: string[];
}

export class JoinCompanionsRequest extends MakeCompanionsRequest {
  @Text(CODE)
  code!: string;
}

export class CounterMakeCompanionsRequest {
  @Ids({ max: MOST_COMPANIONS - 1, description: 'Residents who stand at the counter with this one.' })
  companionIds!: string[];
}

export class CounterJoinCompanionsRequest {
  @Text(CODE)
  code!: string;
}

class CompanionView {
  @Id()
  residentId!: string;

  @Text({ max: 50 })
  name!: string;

  @YesNo({ description: 'Whether the caller may take them out: the own residents; at the counter all.' })
  mine!: boolean;

  @Moment()
  joinedAt!: string;
}

/** Residents who apply together, each with the others' agreement. */
export class CompanionGroupView {
  @Id()
  id!: string;

  @Text({ max: 8, description: 'J- and six characters, to tell friends.' })
  code!: string;

  @ListOf(() => CompanionView, { max: MOST_COMPANIONS })
  members!: CompanionView[];

  @Moment()
  createdAt!: string;
}
