import { Id, Text } from '#core';

export class MergeResidentRequest {
  @Id({ description: 'The other record of the same person: it is used no more and points to this one.' })
  duplicateId!: string;

  @Text({ max: 200, description: 'How it came to light; the audit log keeps it.' })
  reason!: string;
}
