export { Audit, type AuditEntry } from './audit/audit.js';
export { AUDIT_CHAIN, type BrokenBlock, type Chain, ChainSealer } from './audit/chain.js';
export { endWithParent, runProcess, tellParent } from './child-process.js';
export { Clock, SystemClock } from './clock.js';
export {
  AHEAD,
  BadSettings,
  databaseToCome,
  EXIT_UNFIT,
  moreToCome,
  readSettings,
  SETTING_NAMES,
  Settings,
  settingsToCome,
} from './configuration/index.js';
export { CoreHttpModule, CoreJobsModule, CoreModule } from './core.module.js';
export { Desk, type Outcome } from './desk.js';
export { type CopiedValue, copyRows } from './database/copy.js';
export { Listener } from './database/listener.js';
export { checkMigrated, DatabaseUnfit, migrate } from './database/migrate.js';
export { preparedRows, prepareEverything, row, rows } from './database/sql.js';
export { brokenConstraint, isDatabaseAway, Transactions } from './database/transactions.js';
export { CodedError, defineErrors, explainConstraints, fillIn, type Sentence } from './errors/coded-error.js';
export { CoreErrors } from './errors/core.errors.js';
export { answerProblem } from './errors/problem.filter.js';
export { invalid, requestValidation, requireShallow } from './errors/validation.js';
export * from './fields.js';
export { acceptFiles, answerFile, ApiFile, FileBody, TakesFile } from './files/file-body.js';
export { type FilePurpose, type MediaType } from './files/files.rules.js';
export { Files, type StoredFile, type Upload } from './files/files.service.js';
export { MOST_SCANS_OF_ONE, Scans, ScanView } from './files/scans.service.js';
export { Allow, AllowEveryone, EVERYONE } from './guard/access.decorators.js';
export { AccessPolicy, type TokenSubject } from './guard/access-policy.js';
export { Caller, CurrentCaller } from './guard/caller.js';
export { clearTokenCookie, setTokenCookie } from './guard/cookies.js';
export { languageOf } from './guard/language.js';
export { SIGN_IN_REVOKED } from './guard/revocations.js';
export { SIGN_IN_DAYS, TOKEN_SECONDS, Tokens } from './guard/tokens.js';
export { IdempotentWrites, type OnceKey, type StoredAnswer, WriteOnce } from './idempotency/idempotent-writes.js';
export { IdParam } from './id-param.js';
export { newId } from './ids.js';
export { traceIdOf } from './logging/logging.module.js';
export { Metrics } from './metrics/metrics.js';
export { DirectFollower } from './outbox/direct.js';
export { Outbox, type Told } from './outbox/outbox.js';
export { PACKAGE_ROOT } from './package-root.js';
export { cutPage, type Page, pageOf, PageQuery, readCursor } from './paging/paging.js';
export { JobProcessor } from './queues/job-processor.js';
export { JOB_QUEUES, type JobQueues } from './queues/queues.module.js';
export { Sealing } from './sealing/sealing.js';
export { answerSheet, ApiSheet, OneOfPath, type SheetForm, SheetFormPath, sheetOf } from './sheets/answer-sheet.js';
export { sheetFaultInWords } from './sheets/faults.js';
export { openSheet } from './sheets/read-sheet.js';
export {
  type Sheet,
  type SheetFault,
  type SheetEncoding,
  SHEET_ENCODINGS,
  type SheetRow,
  type SheetSource,
  UnreadableSheet,
} from './sheets/sheet.js';
export { BYTE_ORDER_MARK, csvRow, textWorkbook } from './sheets/write-sheet.js';
export { ApiIfMatch, ApiOnce, IfMatch, requireVersion, withVersion } from './versions.js';
