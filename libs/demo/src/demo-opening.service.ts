import { Injectable } from '@nestjs/common';
import { addDays } from '#contracts';
import { CountingSettingsService, OpeningFiguresService, SealedTotalsService } from '#participation';
import { at, FIRST_DAY } from './demo-calendar.js';
import { once } from './demo-callers.js';
import type { Institutions } from './demo-institutions.service.js';
import type { DemoPlan } from './demo-plan.js';
import type { DemoEvent } from './demo-timeline.js';
import { sampleScan } from './sample-scan.js';

/** What was reported of a whole year before the platform, made up; of part of a year, that part of it. */
const REPORTED = [
  { measure: 'degree-upgrade', department: '区社会人员学历提升工作专班', yearly: 560 },
  { measure: 'vocational-training', department: '区教育局职成教科', yearly: 1380 },
  { measure: 'social-training-annual', department: '区教育局职成教科', yearly: 2790 },
  { measure: 'elderly-person-times', department: '区老年大学', yearly: 3150 },
] as const;
const FIRST_YEAR = 2023;

/** Opening figures of the time before the demo's ledger, and a total that a department sealed. */
@Injectable()
export class DemoOpening {
  constructor(
    private readonly settings: CountingSettingsService,
    private readonly opening: OpeningFiguresService,
    private readonly sealed: SealedTotalsService,
  ) {}

  /** At the demo's beginning the bureau enters what there was before, and lately a department's sealed total. */
  events({ today }: DemoPlan, { officers: [drafter, reviewer, signer] }: Institutions): DemoEvent[] {
    const cutOverOn = addDays(today, FIRST_DAY);
    const begin = async () => {
      await this.settings.setCutOver(drafter, { cutOverOn, documentNumber: '洞教职成〔2025〕21号' }, 1);
      const lastYear = Number(addDays(cutOverOn, -1).slice(0, 4));
      for (const { measure, department, yearly } of REPORTED) {
        for (let year = FIRST_YEAR; year <= lastYear; year++) {
          const passed = cutOverOn < `${year}-12-31` ? Number(cutOverOn.slice(5, 7)) / 12 : 1;
          const { id } = await this.opening.draft(
            drafter,
            {
              measure,
              year,
              department,
              value: Math.round(yearly * passed) + (year % 3) * 17,
              documentNumber: `洞教职成〔${Math.min(year + 1, lastYear)}〕${year % 10}号`,
            },
            once(`opening ${measure} ${year}`),
          );
          await this.opening.scan(drafter, id, 1, sampleScan());
          await this.opening.review(reviewer, id, 2);
          await this.opening.sign(signer, id, 3);
        }
      }
    };
    const sealedOn = addDays(today, -60);
    const seal = async () => {
      const period = addDays(today, -90).slice(0, 7);
      const { id } = await this.sealed.record(
        drafter,
        { department: '区农业农村局', period, value: 186, documentNumber: '洞农科教〔2026〕14号', sealedOn },
        once('sealed total'),
      );
      await this.sealed.scan(drafter, id, 1, sampleScan());
    };
    return [
      { at: at(addDays(today, FIRST_DAY + 3), 15), about: ['opening'], happen: begin },
      { at: at(addDays(sealedOn, 2), 10), about: ['opening'], happen: seal },
    ];
  }
}
