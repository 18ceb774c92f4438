import { Injectable } from '@nestjs/common';
import { addDays } from '#contracts';
import { RegistersService, ReportedFiguresService } from '#targets';
import { at } from './demo-calendar.js';
import { once } from './demo-callers.js';
import type { Institutions } from './demo-institutions.service.js';
import type { DemoPlan } from './demo-plan.js';
import type { DemoEvent } from './demo-timeline.js';
import { sampleScan } from './sample-scan.js';

type Level = 'district' | 'city' | 'provincial' | 'national';

/** What the bureau entered in its registers: days before the demo's today, in order. */
const AWARDS: { indicator: string; name: string; level: Level; issuer: string; daysAgo: number; number?: string }[] = [
  {
    indicator: 'lifelong-brands',
    name: '海岛渔嫂讲堂',
    level: 'city',
    issuer: '温州市教育局',
    daysAgo: 610,
    number: '温教成〔2025〕6号',
  },
  {
    indicator: 'lifelong-brands',
    name: '百岛非遗工坊',
    level: 'city',
    issuer: '温州市教育局',
    daysAgo: 240,
    number: '温教成〔2026〕11号',
  },
  {
    indicator: 'provincial-adult-brands',
    name: '海钓技能培训',
    level: 'provincial',
    issuer: '浙江省教育厅',
    daysAgo: 410,
    number: '浙教成〔2025〕32号',
  },
  {
    indicator: 'modern-community-schools',
    name: '北岙社区学校',
    level: 'provincial',
    issuer: '浙江省教育厅',
    daysAgo: 330,
    number: '浙教成〔2025〕58号',
  },
  {
    indicator: 'learning-communities',
    name: '小朴社区',
    level: 'city',
    issuer: '温州市教育局',
    daysAgo: 150,
    number: '温教成〔2026〕19号',
  },
  {
    indicator: 'secondary-tertiary-body',
    name: '洞头中高职一体化教育共同体',
    level: 'district',
    issuer: '区教育局',
    daysAgo: 500,
  },
  ...[420, 390, 300, 210, 180, 95, 40].map((daysAgo, index) => ({
    indicator: 'career-enlightenment',
    name: `中小学职业启蒙日（第 ${index + 1} 场）`,
    level: 'district' as const,
    issuer: '区职业教育中心',
    daysAgo,
  })),
];

/** 北岙街道, where the bureau has its seat. */
const BEI_AO = '330305001000';

/** Made-up figures of the ends of three years, in the order of the years; a share as part and whole. */
const FIGURES: Record<string, (number | [part: number, whole: number])[]> = {
  'quality-kindergarten': [
    [2310, 2880],
    [2380, 2790],
    [2411, 2664],
  ],
  'public-kindergarten': [
    [1640, 2880],
    [1691, 2790],
    [1679, 2664],
  ],
  'preschool-assessment': [100, 100, 100],
  'migrant-children': [
    [1022, 1104],
    [1063, 1066],
    [1048, 1048],
  ],
  'school-unions': [
    [8, 9],
    [8, 9],
    [9, 9],
  ],
  'expected-schooling-years': [15.16, 15.24, 15.3],
  'long-track-vocational': [
    [186, 410],
    [196, 402],
    [203, 398],
  ],
  'higher-education-rate': [70.2, 70.9, 71.4],
};
const FIRST_YEAR = 2023;
/** Of the year that runs, reported by the department and not reviewed yet. */
const WAITING = { indicator: 'expected-schooling-years', value: 15.4, daysAgo: 2 };

/** Registers and reported figures of the demo. */
@Injectable()
export class DemoFigures {
  constructor(
    private readonly registers: RegistersService,
    private readonly figures: ReportedFiguresService,
  ) {}

  /** What happens to them, each on its day or at the demo's beginning, whichever is later. */
  events({ firstDay, today }: DemoPlan, { bureau, reporter, officers: [, reviewer] }: Institutions): DemoEvent[] {
    const onDay = (day: string) => at(day < firstDay ? addDays(firstDay, 1) : day, 10);
    const awards = AWARDS.map(({ indicator, daysAgo, number, ...award }, index) => {
      const dated = addDays(today, -daysAgo);
      const request = { ...award, dated, documentNumber: number ?? null, regionCode: BEI_AO };
      const happen = async () => {
        await this.registers.record(bureau, indicator, request, once(`award ${index}`));
      };
      return { at: onDay(dated), about: [indicator], happen };
    });
    const figures = Object.entries(FIGURES).flatMap(([indicator, years]) =>
      years.map((figure, index) => {
        const year = FIRST_YEAR + index;
        const given = typeof figure === 'number' ? { value: figure } : { part: figure[0], whole: figure[1] };
        const evidence = `${year} 年教育事业统计报表`;
        const request = { asOf: `${year}-12-31`, department: '区教育局', evidence, ...given };
        const happen = async () => {
          const { id } = await this.figures.report(bureau, indicator, request, once(`figure ${indicator} ${year}`));
          await this.figures.addScan(bureau, id, sampleScan());
          await this.figures.accept(reviewer, id);
        };
        return { at: onDay(`${year + 1}-01-20`), about: [indicator], happen };
      }),
    );
    const waitingSince = addDays(today, -WAITING.daysAgo);
    const report = async () => {
      const { indicator, value } = WAITING;
      const evidence = '教育事业统计季报（演示数据）';
      const request = { asOf: addDays(waitingSince, -1), department: '区教育局', evidence, value };
      const { id } = await this.figures.report(reporter, indicator, request, once('figure that waits'));
      await this.figures.addScan(reporter, id, sampleScan());
    };
    return [...awards, ...figures, { at: onDay(waitingSince), happen: report }];
  }
}
