import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { Day, Id, Text, Texts } from '#core';

const OFFICE = { max: 100, description: '起草科室.' };
const CONSULTED = { max: 50, maxLength: 100, description: '征求意见的部门.' };

/** Parameters as they come; the rules say which of them are wrong. */
const Parameters = () =>
  applyDecorators(
    ApiProperty({ type: 'object', additionalProperties: true, description: 'Every number and list of the rules.' }),
    IsObject({ context: { zh: '应为口径参数', en: 'must be the parameters of the rules' } }),
  );

export class DraftRuleRequest {
  @Id({ description: 'The version whose parameters the draft begins with.' })
  from!: string;
}

export class ChangeRuleRequest {
  @Parameters()
  parameters!: Record<string, unknown>;

  @Text(OFFICE)
  draftingOffice!: string;

  @Texts({ ...CONSULTED, min: 0 })
  departmentsConsulted!: string[];

  @Day({ description: 'The day from which it is meant to apply.' })
  effectiveFrom!: string;
}

export class TryRuleRequest {
  @Day({ description: 'From this day on it counts what begins, stamped 试行口径; not before today.' })
  effectiveFrom!: string;
}

export class PublishRuleRequest {
  @Text({ max: 100, description: '文号.' })
  documentNumber!: string;

  @Text(OFFICE)
  draftingOffice!: string;

  @Texts({ ...CONSULTED, min: 1 })
  departmentsConsulted!: string[];

  @Text({ max: 100, description: '签发人.' })
  signer!: string;

  @Day({ description: 'From this day on it counts what begins; not before today.' })
  effectiveFrom!: string;
}

export class RepealRuleRequest {
  @Day({ description: 'From this day on it counts nothing that begins; not before today.' })
  from!: string;

  @Text({ max: 300 })
  reason!: string;
}
