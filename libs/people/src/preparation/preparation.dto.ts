import {
  DECLARATION_STATES,
  type DeclarationState,
  PREPARATION_ITEMS,
  PREPARATION_STATES,
  type PreparationItem,
  type PreparationState,
} from '#contracts';
import { Id, ListOf, Moment, OneOf, Text, YesNo } from '#core';

export class PreparationQuery {
  @Id({ optional: true, description: 'The term for which is prepared; without it nothing is to be declared.' })
  termId?: string;
}

class PreparationItemView {
  @OneOf(PREPARATION_ITEMS)
  item!: PreparationItem;

  @OneOf(PREPARATION_STATES, { description: 'None of them bars from applying.' })
  state!: PreparationState;
}

/** What a resident has ready for enrolling, and what is missing. */
export class PreparationView {
  @Id()
  residentId!: string;

  @Text({ max: 50 })
  name!: string;

  @ListOf(() => PreparationItemView, { max: PREPARATION_ITEMS.length })
  items!: PreparationItemView[];

  @OneOf(DECLARATION_STATES, { nullable: true, description: 'null: no term was asked about.' })
  declaration!: DeclarationState | null;
}

export class DeclareRequest {
  @YesNo({ description: 'Yes: fit to take part in the term’s classes. Never why not.' })
  fit!: boolean;
}

export class DeclarationView {
  @Id()
  residentId!: string;

  @Id()
  termId!: string;

  @OneOf(DECLARATION_STATES)
  state!: DeclarationState;

  @Moment()
  givenAt!: string;
}
