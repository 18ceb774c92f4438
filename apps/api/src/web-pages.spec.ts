import { describe, expect, it } from '@jest/globals';
import type { ClassView } from '#catalogue';
import { classInset, fillPage, missingInset } from './web-pages.js';

const TEMPLATE = `<html lang="zh-CN"><head><title>x</title><!--head--></head><body><div id="app"><!--facts--><p>正在打开</p><!--/facts--></div></body></html>`;

const NOW = new Date('2026-09-01T04:00:00.000Z');
const id = '01a20959-b70f-7740-85f8-ee799a0d4b45';
const view: ClassView = {
  id,
  code: 'B-7K2M9X',
  name: '太极拳秋季班',
  nameEn: null,
  programmeKind: 'elderly',
  state: 'published',
  course: { id, code: 'EL-001', name: '太极拳', nameEn: 'Tai Chi' },
  organisation: { id, name: '北岙社区学校', nameEn: 'Beiao Community School' },
  teacher: { id, name: '王老师' },
  venue: {
    id,
    name: '小朴文化礼堂',
    nameEn: null,
    address: '小朴社区88号',
    directions: '码头上来右手200米',
    stepFree: true,
    accessRoute: 'ferry',
    regionCode: '330305001007',
  },
  township: null,
  seats: 12,
  seatsLeft: 0,
  waiting: 3,
  waitingLimit: null,
  enrollmentOpensAt: '2026-09-01T01:00:00.000Z',
  enrollmentClosesAt: '2026-09-07T00:00:00.000Z',
  minAge: 50,
  maxAge: null,
  feeFen: 2050,
  materialsFen: 0,
  admission: 'lottery',
  applied: 0,
  sessionCount: 1,
  firstSessionAt: '2026-09-08T01:00:00.000Z',
  lastSessionAt: '2026-09-08T02:30:00.000Z',
  summary: null,
  materials: null,
  term: { id, name: '2026年秋季', nameEn: null },
  renewalOpensAt: '2026-08-25T01:00:00.000Z',
  renewalClosesAt: '2026-08-30T01:00:00.000Z',
  lateEntryClosesAt: null,
  enrollmentRules: [{ kind: 'local', ties: ['residence', 'work'], regionCodes: ['330305001007'] }],
  seatReserves: [{ kind: 'counter', regionCode: null, seats: 2, releasedAt: '2026-09-05T01:00:00.000Z' }],
  minimum: 8,
  minimumDecidedAt: '2026-09-07T04:00:00.000Z',
  termNames: { regions: [{ code: '330305001007', name: '小朴社区', nameEn: null }], courses: [] },
  stopped: null,
  sessions: [
    {
      id,
      number: 1,
      startsAt: '2026-09-08T01:00:00.000Z',
      endsAt: '2026-09-08T02:30:00.000Z',
      state: 'cancelled',
      cancelledReason: '台风',
      frozen: true,
      makeupOf: null,
      substitute: null,
    },
  ],
};

describe('a class page without script', () => {
  it('says what, where, when, for whom and whom to call', () => {
    const page = fillPage(TEMPLATE, 'zh', { inset: classInset(view, '0577-63480000', 'zh', NOW) });
    expect(page).toContain('<title>太极拳秋季班 · 汇学e生·洞头</title>');
    for (const fact of [
      '<h1>太极拳秋季班</h1>',
      '码头上来右手200米',
      '进门没有台阶',
      '要坐船',
      '候补 3 人',
      '开课时满 50 岁',
      '<dd>须在小朴社区居住或工作（有一项就行）</dd>',
      '<dd>老生续报：8月25日周二 09:00 至 8月30日周日 09:00，上过这门课的学员可以先报</dd>',
      '公开摇号',
      '<dd>2 个名额留给到窗口报名的人，9月5日周六 09:00 起不再保留</dd>',
      '<dd>满 8 人开班。9月7日周一 12:00 还不满，学校可能停开或并班，会通知您</dd>',
      '<dd>学费 20.5 元，到窗口付</dd>',
      '9月1日周二 09:00',
      '9月8日周二 09:00–10:30 (停课)',
      '到学校窗口报名',
      '<a href="tel:057763480000">0577-63480000</a>',
    ]) {
      expect(page).toContain(fact);
    }
    expect(page).not.toContain('正在打开');
  });

  it('says how many have applied while they wait for the lottery', () => {
    const page = fillPage(TEMPLATE, 'zh', { inset: classInset({ ...view, applied: 31 }, null, 'zh', NOW) });
    expect(page).toContain('<dd>共 12 个名额，已有 31 人报名</dd>');
  });

  it('says why a class is stopped and where its people went', () => {
    const movedTo = { id, code: 'B-7K2M9Y', name: '太极拳二班', nameEn: null };
    const stopped = { at: '2026-09-07T04:00:00.000Z', reason: '人数不足', movedTo };
    const page = fillPage(TEMPLATE, 'zh', {
      inset: classInset({ ...view, state: 'stopped', stopped }, null, 'zh', NOW),
    });
    expect(page).toContain('这个班已停开：人数不足');
    expect(page).toContain(`<a href="/classes/${id}">太极拳二班</a>`);
  });

  it('is in English for who reads English, with Chinese names where there are no others', () => {
    const page = fillPage(TEMPLATE, 'en', { inset: classInset(view, null, 'en', NOW) });
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('Beiao Community School');
    expect(page).toContain('<h1>太极拳秋季班</h1>');
    expect(page).not.toContain('tel:');
  });

  it('shows what people typed as text, never as markup, in the facts, the head and the data', () => {
    const typed = `<script>alert("1")</script>' $& $1`;
    const inset = classInset({ ...view, name: typed, summary: typed, materials: typed }, typed, 'zh', NOW);
    const page = fillPage(TEMPLATE, 'zh', { inset });
    expect(page.match(/<script/g)).toEqual(['<script']);
    expect(page.match(/<\/script>/g)).toEqual(['</script>']);
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; $&amp; $1');
    const data = /<script type="application\/json" id="class-view">(.*?)<\/script>/s.exec(page)![1]!;
    expect(JSON.parse(data)).toMatchObject({ name: typed });
  });
});

it('a page that is not there leads home', () => {
  expect(fillPage(TEMPLATE, 'zh', { inset: missingInset('zh') })).toContain('<a href="/">回首页找课程</a>');
});

it('a page tells its script how far the demo is while it is being loaded, with or without facts', () => {
  const meta = '<meta name="demo-progress" content="0" />';
  expect(fillPage(TEMPLATE, 'zh', { demoPercent: 0 })).toContain(meta);
  expect(fillPage(TEMPLATE, 'zh', { demoPercent: 0, inset: missingInset('zh') })).toContain(meta);
  expect(fillPage(TEMPLATE, 'zh', { demoPercent: null })).toBe(TEMPLATE);
});
