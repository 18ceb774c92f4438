import type { INestApplicationContext } from '@nestjs/common';
import { AUDIT_CHAIN, type BrokenBlock, ChainSealer, type Settings } from '#core';
import { type LedgerFault, VerifyLedgerService } from '#participation';
import { withServices } from './operator.module.js';

/**
 * Recomputes attendances, the ledger, its totals and all chains, names every row that is wrong, and says what is pending apart.
 *
 * @param options `noted`: heads of chains as they were noted earlier, which must still stand; `heads`: say those of now
 * @returns whether nothing is wrong
 */
export const verify = (settings: Settings, options: VerifyOptions): Promise<boolean> =>
  withServices(settings, (services) => verifyBy(services, options));

interface VerifyOptions {
  noted?: readonly string[];
  heads?: boolean;
}

/** {@link verify} by services that are open. */
export async function verifyBy(
  services: INestApplicationContext,
  { noted = [], heads = false }: VerifyOptions = {},
): Promise<boolean> {
  let wrong = 0;
  let pending = 0;
  let waiting = 0;
  for await (const fault of services.get(VerifyLedgerService).verifyLedger()) {
    if (fault.kind === 'recount-due') pending++;
    else if (fault.kind === 'adjustment-waits') waiting++;
    else wrong++;
    console.log(ledgerFaultInWords(fault));
  }
  for await (const broken of services.get(ChainSealer).verify(AUDIT_CHAIN)) {
    wrong++;
    console.log(`WRONG   audit log: ${blockInWords(broken)}`);
  }
  const sealer = services.get(ChainSealer);
  for (const head of noted) {
    if (await sealer.holds(head)) continue;
    wrong++;
    console.log(`WRONG   ${head} was noted as the head of a chain, and no block is that: the chain was made anew`);
  }
  if (heads) for (const head of await sealer.heads()) console.log(`HEAD    ${head}`);
  if (pending > 0) {
    console.log(
      `${pending} residents wait to be recounted; the worker does that in a moment. Who still waits when it has ` +
        'nothing to do has evidence that never reached it.',
    );
  }
  if (waiting > 0)
    console.log(`${waiting} adjustments of submitted or locked months wait for a decision or were declined.`);
  console.log(wrong === 0 ? 'Ledger, totals and chains are as they should be.' : `${wrong} things are wrong.`);
  return wrong === 0;
}

function ledgerFaultInWords(fault: LedgerFault): string {
  switch (fault.kind) {
    case 'total-wrong': {
      const { measure, month, status, regionCode, organisationId, programmeKind, sum, total } = fault;
      const which = [measure, month, status, regionCode, organisationId, programmeKind].join(' ');
      return `WRONG   total of ${which}: it says ${total}, its entries add up to ${sum}`;
    }
    case 'group-total-wrong': {
      const { measure, month, status, group, source, sum, total } = fault;
      const which = [measure, month, status, group, source].join(' ');
      return `WRONG   total of ${which}: it says ${total}, its entries add up to ${sum}`;
    }
    case 'reversal-wrong':
      return `WRONG   ledger entry ${fault.entryId} takes back entry ${fault.reverses}, but says something else than it`;
    case 'period-wrong': {
      const { month, measure, sum, reported } = fault;
      return `WRONG   ${measure} of ${month}: reported ${reported}, its entries added up to ${sum} when it was locked`;
    }
    case 'reference-broken': {
      const { table, column, value, rows, constraint } = fault;
      return `WRONG   ${table}: ${rows} rows refer by ${column} to ${value}, which is not there (${constraint})`;
    }
    case 'attendance-wrong': {
      const { sessionId, residentId, says, marked } = fault;
      return `WRONG   attendance of resident ${residentId} at session ${sessionId}: it says ${stateInWords(says)}, the marks say ${stateInWords(marked)}`;
    }
    case 'mark-wrong':
      return `WRONG   mark ${fault.markId} of session ${fault.sessionId} ${LACKS[fault.lacks]}`;
    case 'marks-changed':
      return `WRONG   marks: block ${fault.block}: ${fault.reason.replaceAll('-', ' ')}${markIdsInWords(fault)}`;
    case 'withdrawal-wrong':
      return `WRONG   mark ${fault.markId} of session ${fault.sessionId} is taken back, and the audit log knows of no import that was`;
    case 'signature-wrong':
      return `WRONG   late sheet ${fault.sheetId} of session ${fault.sessionId} is ${fault.state}, and the audit log knows of nobody who did it`;
    case 'adjustment-waits':
      return `WAITING adjustment ${fault.adjustmentId} of resident ${fault.residentId} in ${fault.month}: ${fault.state}`;
    case 'chain-broken':
      return `WRONG   ledger: ${blockInWords(fault)}`;
    case 'recount-impossible':
      return `WRONG   resident ${fault.residentId} cannot be recounted: ${fault.reason}`;
    case 'recount-due':
      return `PENDING resident ${fault.residentId}: ${fault.postings} entries and ${fault.attendances} attendance counts to post`;
  }
}

const LACKS = {
  paper: 'is from paper, but no line of a printed sheet of the session',
  late_sheet: 'is a late record, but on no late sheet of the session',
};

function markIdsInWords({ markIds, gone }: Extract<LedgerFault, { kind: 'marks-changed' }>): string {
  const which = [...markIds, ...gone.map((number) => `number ${number}, which is gone`)];
  if (which.length === 0) return '';
  return `, namely ${which.slice(0, 20).join(', ')}${which.length > 20 ? ' and more' : ''}`;
}

type State = Extract<LedgerFault, { kind: 'attendance-wrong' }>['says'];

/** Moments in UTC: an operator's command is run anywhere. */
function stateInWords(state: State): string {
  if (!state) return 'nothing';
  const { status, arrivedAt, leftAt, markId } = state;
  const times = [arrivedAt && ` from ${arrivedAt.toISOString()}`, leftAt && ` until ${leftAt.toISOString()}`];
  return `${status}${times.filter(Boolean).join('')} by mark ${markId}`;
}

function blockInWords({
  block,
  firstId,
  lastId,
  entryIds,
  reason,
}: Omit<BrokenBlock, 'chain' | 'reason'> & { reason: string }): string {
  const where = firstId === null ? 'none of its entries are left' : `entries ${firstId} to ${lastId}`;
  const which =
    entryIds.length === 0
      ? ''
      : `, namely ${entryIds.slice(0, 20).join(', ')}${entryIds.length > 20 ? ' and more' : ''}`;
  return `block ${block} (${where}): ${reason.replaceAll('-', ' ')}${which}`;
}
