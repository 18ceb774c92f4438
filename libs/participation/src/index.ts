export { CountingRules, stampOf } from './counting-rules.service.js';
export { SESSION_ATTENDANCES } from './difference.rules.js';
export type { CountingRule, CoverageParameters } from './parameters.rules.js';
export { RuleStampView } from './participation.dto.js';
export { ParticipationLoader } from './participation.loader.js';
export { ParticipationHttpModule, ParticipationJobsModule, ParticipationModule } from './participation.module.js';
export { RecountService } from './recount.service.js';
export { type LedgerFault, VerifyLedgerService } from './verify-ledger.service.js';
