import { DOCUMENT_KINDS, type DocumentKind } from '#contracts';
import { Day, ListOf, OneOf, SomeOf, Text, YesNo } from '#core';
import { LIKENESSES, type Likeness } from '../people.words.js';
import { FoundResidentView } from '../residents/residents.dto.js';

export class RegisteredAlreadyRequest {
  @Text({ max: 50, description: 'As on the document.' })
  name!: string;

  @Day()
  birthDate!: string;
}

export class LikelySameRequest extends RegisteredAlreadyRequest {
  @Text({ max: 30, optional: true, description: 'A mobile number; anything else is looked over.' })
  phone?: string;

  @OneOf(DOCUMENT_KINDS, { optional: true })
  documentKind?: DocumentKind;

  @Text({ max: 40, optional: true, description: 'Looked over until it is a number of its kind.' })
  documentNumber?: string;
}

export class LikelySameView extends FoundResidentView {
  @SomeOf(LIKENESSES, { description: 'Why this is likely the same person.' })
  reasons!: Likeness[];
}

export class LikelySameListView {
  @ListOf(() => LikelySameView, { max: 20, description: 'The likeliest first.' })
  items!: LikelySameView[];
}

export class RegisteredAlreadyView {
  @YesNo({ description: 'Whether somebody of this name and birth date is registered whom the account does not hold.' })
  registered!: boolean;
}
