import { type DocumentKind, readCode, readMobilePhone, readResidentCard } from '#contracts';
import type { Sentence } from '#core';
import type { Sex } from '../people.words.js';

/** Residents that one account may hold. */
export const MOST_RESIDENTS = 8;

/** Accounts of the family that may act for one resident, beside their own. */
export const MOST_PROXIES = 8;

/** A document as it was read; a resident identity card says more than its number. */
export interface ReadDocument {
  kind: DocumentKind;
  number: string;
  birthDate: string | null;
  sex: Sex | null;
}

const NUMBER_FORMS: Record<Exclude<DocumentKind, 'resident_card'>, RegExp> = {
  passport: /^[A-Z0-9]{5,20}$/,
  hkmo_permit: /^[HM]\d{8,10}$/,
  taiwan_permit: /^\d{8}(\d{2})?$/,
};

/** Reads a document's number as typed: blanks and case do not matter. Null where it cannot be one of its kind. */
export function readDocument(kind: DocumentKind, typed: string): ReadDocument | null {
  if (kind === 'resident_card') {
    const card = readResidentCard(typed);
    return card && { kind, ...card };
  }
  const number = typed.normalize('NFKC').replace(/\s/g, '').toUpperCase();
  return NUMBER_FORMS[kind].test(number) ? { kind, number, birthDate: null, sex: null } : null;
}

/** Whether someone alive may have been born then: from 1900 to today. */
export function isPossibleBirthDate(birthDate: string, today: string): boolean {
  return birthDate >= '1900-01-01' && birthDate <= today;
}

/** A name without the blanks that typing leaves: none between Chinese characters, one between others. */
export function tidyName(typed: string): string {
  // Nearly all names of a long list, to which nothing of this applies.
  if (/^[\u4e00-\u9fff]+$/.test(typed)) return typed;
  return typed
    .normalize('NFKC')
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '');
}

/** A field in which a document and what was typed differ. */
export interface Difference {
  path: 'name' | 'birthDate' | 'sex';
  message: Sentence;
}

/** What the document says otherwise than the person who typed it in. */
export function differencesFrom(document: ReadDocument, typed: { birthDate: string; sex: Sex | null }): Difference[] {
  const differences: Difference[] = [];
  if (document.birthDate && document.birthDate !== typed.birthDate) {
    differences.push(birthDateDiffers(document.birthDate, typed.birthDate));
  }
  if (document.sex && typed.sex && document.sex !== typed.sex) {
    differences.push({ path: 'sex', message: { zh: '与证件号码不符', en: 'does not agree with the document' } });
  }
  return differences;
}

/** What is registered of a resident whose document is being looked at. */
export interface Registered {
  name: string;
  birthDate: string;
  sex: Sex | null;
  verified: boolean;
  /** Whether the document is the very one that is registered. */
  sameDocument: boolean;
}

/** What staff saw, and what they say is to be corrected by it. */
export interface Seen {
  document: ReadDocument;
  /** As it stands on the document. */
  name: string;
  /** As it stands on the document; null: as registered. */
  birthDate: string | null;
  /** The registered name is wrong and gives way to the document's. */
  correctName: boolean;
}

export type Verification =
  | { kind: 'verified'; name: string; birthDate: string; sex: Sex | null; corrected: ('name' | 'birthDate')[] }
  | { kind: 'already' }
  | { kind: 'other-document' }
  | { kind: 'differs'; fields: Difference[] };

/**
 * Decides what a document that staff saw does to a resident's identity (counting rule 8). What it says otherwise than
 * registered is taken over only where staff say so, so that a slip in the list does not rename the wrong person: the
 * name with `correctName`, the birth date by giving the document's.
 */
export function decideVerification(registered: Registered, seen: Seen): Verification {
  if (registered.verified) return { kind: registered.sameDocument ? 'already' : 'other-document' };
  const fields: Difference[] = [];
  if (seen.name !== registered.name && !seen.correctName) {
    fields.push({
      path: 'name',
      message: {
        zh: `证件上是“${seen.name}”，登记的是“${registered.name}”；以证件为准请加 correctName: true`,
        en: `is "${seen.name}" on the document and "${registered.name}" as registered; send correctName: true if the document is right`,
      },
    });
  }
  const birthDate = seen.document.birthDate ?? seen.birthDate ?? registered.birthDate;
  if (seen.document.birthDate && (seen.birthDate ?? registered.birthDate) !== seen.document.birthDate) {
    fields.push(birthDateDiffers(seen.document.birthDate, seen.birthDate ?? registered.birthDate));
  }
  if (fields.length > 0) return { kind: 'differs', fields };
  const corrected: ('name' | 'birthDate')[] = [];
  if (seen.name !== registered.name) corrected.push('name');
  if (birthDate !== registered.birthDate) corrected.push('birthDate');
  return {
    kind: 'verified',
    name: seen.name,
    birthDate,
    sex: seen.document.sex ?? registered.sex,
    corrected,
  };
}

function birthDateDiffers(onDocument: string, otherwise: string): Difference {
  return {
    path: 'birthDate',
    message: {
      zh: `证件上是 ${onDocument}，填写的是 ${otherwise}；以证件为准请填 ${onDocument}`,
      en: `is ${onDocument} on the document and ${otherwise} otherwise; give ${onDocument} if the document is right`,
    },
  };
}

export type ResidentSearch =
  | { by: 'personal-code'; code: string }
  | { by: 'phone'; phone: string }
  | { by: 'document'; documents: ReadDocument[] }
  | { by: 'name'; name: string };

const OTHER_DOCUMENTS = ['passport', 'hkmo_permit', 'taiwan_permit'] as const;

/** What someone at the counter is looking by: a scanned card, a whole phone number, a document's number, or a name. */
export function readSearch(typed: string): ResidentSearch {
  const code = readCode('personal', typed);
  if (code) return { by: 'personal-code', code };
  const phone = readMobilePhone(typed);
  if (phone) return { by: 'phone', phone };
  const card = readDocument('resident_card', typed);
  if (card) return { by: 'document', documents: [card] };
  const documents = /\d/.test(typed) ? OTHER_DOCUMENTS.flatMap((kind) => readDocument(kind, typed) ?? []) : [];
  return documents.length > 0 ? { by: 'document', documents } : { by: 'name', name: tidyName(typed) };
}
