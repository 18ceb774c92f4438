import type { RecordEvidence } from '../evidence/evidence.js';
import { factsOf } from '../evidence/records.queries.js';
import type { UsableRow } from './imports.queries.js';

/** What a record is called before it is one: it sorts behind all that are. */
export const IN_FILE = 'row ';

/** By what the rows of one person are found. */
export const hashOf = ({ document_hash }: UsableRow) => document_hash.toString('hex');

/** What the record of a row is called before it is one; in the order of the file. */
export const nameInFile = (number: number) => `${IN_FILE}${String(number).padStart(9, '0')}`;

/** What a row says, as it counts for that resident. */
export const evidenceOf = (found: UsableRow, residentId: string): RecordEvidence => ({
  recordId: nameInFile(found.number),
  residentId,
  groups: [],
  facts: factsOf(found),
  courseCode: found.course_code,
  organisationId: found.organisation_id,
  organisationKind: found.organisation_kind,
  regionCode: found.region_code,
});
