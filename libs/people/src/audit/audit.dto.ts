import { ApiProperty } from '@nestjs/swagger';
import { Id, Moment, OneOf, PageQuery, Text } from '#core';

const ACTOR_KINDS = ['staff', 'account', 'system', 'visitor'] as const;

export class AuditQuery extends PageQuery {
  @Id({ optional: true, description: 'To what it was done.' })
  targetId?: string;

  @Id({ optional: true, description: 'Whose business it is.' })
  organisationId?: string;

  @Text({ max: 100, optional: true, description: 'What was done, such as class.approved.' })
  action?: string;

  @Moment({ optional: true, description: 'From this moment on.' })
  from?: string;

  @Moment({ optional: true, description: 'Before this moment.' })
  to?: string;
}

export class AuditEntryView {
  @Text({ max: 20, description: 'A number; later entries have greater ones.' })
  id!: string;

  @Moment()
  at!: string;

  @OneOf(ACTOR_KINDS)
  actorKind!: (typeof ACTOR_KINDS)[number];

  @Id({ nullable: true })
  actorId!: string | null;

  @Text({ max: 50, nullable: true, description: 'Of staff.' })
  actorName!: string | null;

  @Id({ nullable: true, description: 'The resident for whom it was done.' })
  onBehalfOf!: string | null;

  @Text({ max: 100 })
  action!: string;

  @Text({ max: 100 })
  targetKind!: string;

  @Id()
  targetId!: string;

  @Id({ nullable: true })
  organisationId!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'States, numbers, reasons; no personal data.',
  })
  details!: Record<string, unknown>;

  @Text({ max: 64, description: 'The request, as the log knows it.' })
  traceId!: string;
}
