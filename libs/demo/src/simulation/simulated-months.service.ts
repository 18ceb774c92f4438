import { Injectable } from '@nestjs/common';
import { addDays } from '#contracts';
import { MARKS_CHAIN } from '#attendance';
import { AUDIT_CHAIN, ChainSealer } from '#core';
import { AdjustmentsService, LEDGER_CHAIN, PeriodsService } from '#participation';
import { at } from '../demo-calendar.js';
import { DemoFollower } from '../demo-follower.service.js';
import type { Institutions } from '../demo-institutions.service.js';
import type { DemoEvent } from '../demo-timeline.js';

/** The most of a list that is asked for at once. */
const PAGE = 100;

/** What the bureau does at the beginning of each month about the one before, and what the worker does meanwhile. */
@Injectable()
export class SimulatedMonths {
  constructor(
    private readonly periods: PeriodsService,
    private readonly adjustments: AdjustmentsService,
    private readonly follower: DemoFollower,
    private readonly sealer: ChainSealer,
  ) {}

  /** Of each month of a year: recounted and sealed, submitted, reviewed and signed by three people, then adjusted. */
  events(year: number, institutions: Institutions): DemoEvent[] {
    return Array.from({ length: 12 }, (_, index) => index + 1).flatMap((number) => {
      const month = `${year}-${String(number).padStart(2, '0')}`;
      const next = number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`;
      const day = (days: number) => addDays(next, days);
      const [first, second, third] = institutions.officers;
      const move = (work: (version: number) => Promise<unknown>) => () => this.moveIfThere(institutions, month, work);
      return [
        { at: at(day(2), 23), happen: () => this.recount() },
        { at: at(day(3), 10), happen: move((version) => this.periods.submit(first, month, version)) },
        { at: at(day(4), 10), happen: move((version) => this.periods.review(second, month, version)) },
        {
          at: at(day(5), 10),
          happen: move((version) => this.periods.sign(third, month, version, `洞教统〔${year}〕${number}号`)),
        },
        { at: at(day(5), 15), happen: () => this.adjust(institutions) },
      ];
    });
  }

  /** Brings the ledger up to date and seals what was written. */
  async recount(): Promise<void> {
    await this.follower.recount();
    await this.follower.confirm();
    await this.seal();
  }

  async seal(): Promise<void> {
    for (const chain of [MARKS_CHAIN, LEDGER_CHAIN, AUDIT_CHAIN]) while ((await this.sealer.seal(chain)) > 0);
  }

  /** Months of the year that are locked, in order. */
  async locked(year: number, { bureau }: Institutions): Promise<string[]> {
    const { items } = await this.periods.list(bureau, { limit: PAGE });
    return items
      .flatMap(({ month, state }) => (state === 'locked' && month.startsWith(String(year)) ? [month] : []))
      .sort();
  }

  /** Nothing counts in some months, and then there is nothing to submit. */
  private async moveIfThere(
    { bureau }: Institutions,
    month: string,
    work: (version: number) => Promise<unknown>,
  ): Promise<void> {
    const { items } = await this.periods.list(bureau, { limit: PAGE });
    const period = items.find((one) => one.month === month);
    if (period) await work(period.version);
  }

  /** What was proposed of signed months is asked for by one and approved by another. */
  private async adjust({ officers: [first, second], bureau }: Institutions): Promise<void> {
    const { items } = await this.adjustments.list(bureau, { state: 'proposed', limit: PAGE });
    const signed = await this.periods.list(bureau, { limit: PAGE });
    const isSigned = (month: string) => signed.items.some((one) => one.month === month && one.state === 'locked');
    for (const { id, version, month, entries } of items) {
      if (![month, ...entries.map(({ countedOn }) => countedOn.slice(0, 7))].every(isSigned)) continue;
      const asked = await this.adjustments.ask(first, id, version, '签发后核验了学员身份');
      await this.adjustments.approve(second, id, asked.version);
    }
  }
}
