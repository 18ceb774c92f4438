import { describe, expect, it } from '@jest/globals';
import {
  admissionPhases,
  costSentence,
  givenSentences,
  minimumSentence,
  momentWords,
  reserveSentences,
  ruleSentence,
  type SpokenTerms,
  type TermNames,
  whoSentences,
} from './enrollment-sentences.js';
import type { AdmissionKind, EnrollmentRule } from './enrollment-terms.js';

const termNames: TermNames = {
  regions: [
    { code: '330305001007', name: '小朴社区', nameEn: null },
    { code: '330305002000', name: '灵昆街道', nameEn: 'Lingkun' },
  ],
  courses: [
    { code: 'EL-001', name: '太极拳初级', nameEn: 'Tai Chi I' },
    { code: 'EL-009', name: '太极剑', nameEn: null },
  ],
};
const terms: SpokenTerms = {
  admission: 'first_come',
  seats: 20,
  renewalOpensAt: '2026-08-24T01:00:00Z',
  renewalClosesAt: '2026-08-28T09:00:00Z',
  enrollmentOpensAt: '2026-09-01T01:00:00Z',
  enrollmentClosesAt: '2026-09-07T09:00:00Z',
  lateEntryClosesAt: '2026-10-10T09:00:00Z',
  firstSessionAt: '2026-09-14T01:00:00Z',
  enrollmentRules: [{ kind: 'verified_identity' }],
  seatReserves: [
    { kind: 'counter', regionCode: null, seats: 4, releasedAt: '2026-09-06T01:00:00Z' },
    { kind: 'newcomers', regionCode: null, seats: 1, releasedAt: '2026-09-06T01:00:00Z' },
    { kind: 'village', regionCode: '330305002000', seats: 2, releasedAt: '2026-09-06T01:00:00Z' },
  ],
  minimum: 10,
  minimumDecidedAt: '2026-09-10T04:00:00Z',
  minAge: 50,
  maxAge: 75,
  feeFen: 12_000,
  materialsFen: 3_050,
  termNames,
};

describe('a rule, said to residents', () => {
  it.each<[string, EnrollmentRule, AdmissionKind, string, string]>([
    [
      'one tie to one place',
      { kind: 'local', ties: ['household'], regionCodes: ['330305001007'] },
      'first_come',
      '须在小朴社区有户籍',
      'You are registered in 小朴社区',
    ],
    [
      'any of three ties to any of two places',
      { kind: 'local', ties: ['residence', 'work', 'household'], regionCodes: ['330305001007', '330305002000'] },
      'first_come',
      '须在小朴社区或灵昆街道居住、工作或有户籍（有一项就行）',
      'You live, work or are registered in 小朴社区 or Lingkun (one of these is enough)',
    ],
    [
      'a place that is no longer there',
      { kind: 'local', ties: ['work'], regionCodes: ['330305999000'] },
      'first_come',
      '须在330305999000工作',
      'You work in 330305999000',
    ],
    [
      'groups',
      { kind: 'group', groups: ['farmer', 'new_resident'] },
      'first_come',
      '只收农民或新居民',
      'For farmers or new residents only',
    ],
    [
      'courses',
      { kind: 'completed_course', courseCodes: ['EL-001', 'EL-009'] },
      'approval',
      '须先学完“太极拳初级”或“太极剑”',
      'You have completed Tai Chi I or 太极剑',
    ],
    [
      'first-timers first',
      { kind: 'first_timers_first', until: '2026-09-03T01:00:00Z' },
      'first_come',
      '9月3日周四 09:00前只收没上过这类课的新学员，之后人人可报',
      `Until ${momentWords('2026-09-03T01:00:00Z', 'en')} for first-timers only, then for everyone`,
    ],
    [
      'first-timers first in a lottery',
      { kind: 'first_timers_first', until: '2026-09-03T01:00:00Z' },
      'lottery',
      '没上过这类课的新学员先摇，有余再给其他人',
      'First-timers are drawn first, the others from what is left',
    ],
    [
      'a verified identity',
      { kind: 'verified_identity' },
      'first_come',
      '须先核验身份，带身份证到学校窗口就能办',
      'Your identity is verified; bring your card to the counter',
    ],
  ])('%s', (_, rule, admission, zh, en) => {
    expect([ruleSentence(rule, admission, termNames, 'zh'), ruleSentence(rule, admission, termNames, 'en')]).toEqual([
      zh,
      en,
    ]);
  });
});

describe('the terms of a class, said to residents', () => {
  it('say who may come', () => {
    expect(whoSentences(terms, 'zh')).toEqual([
      '开课时满 50 岁、不超过 75 岁',
      '须先核验身份，带身份证到学校窗口就能办',
    ]);
    expect(whoSentences({ ...terms, minAge: null, maxAge: null, enrollmentRules: [] }, 'en')).toEqual(['Any age']);
  });

  it('say how seats are given and when', () => {
    expect(givenSentences(terms, 'zh')).toEqual([
      '先到先得，报满后可以候补。',
      '老生续报：8月24日周一 09:00 至 8月28日周五 17:00，上过这门课的学员可以先报',
      '报名：9月1日周二 09:00 至 9月7日周一 17:00',
      '插班：9月14日周一 09:00 至 10月10日周六 17:00，还有名额就可以报',
    ]);
    const short = { ...terms, admission: 'lottery' as const, renewalOpensAt: null, lateEntryClosesAt: null };
    expect(givenSentences(short, 'en')).toEqual([
      expect.stringContaining('public lottery'),
      `Enrollment: ${momentWords(terms.enrollmentOpensAt, 'en')} to ${momentWords(terms.enrollmentClosesAt, 'en')}`,
    ]);
  });

  it('let late entry begin with the first session, or with the end of a window that lasts longer', () => {
    const lateFrom = (firstSessionAt: string | null) => admissionPhases({ ...terms, firstSessionAt }).at(-1)!.opensAt;
    expect([lateFrom('2026-09-14T01:00:00Z'), lateFrom('2026-09-05T01:00:00Z'), lateFrom(null)]).toEqual([
      '2026-09-14T01:00:00Z',
      terms.enrollmentClosesAt,
      terms.enrollmentClosesAt,
    ]);
  });

  it('say which seats are kept for whom until when', () => {
    expect(reserveSentences(terms, 'zh')).toEqual([
      '4 个名额留给到窗口报名的人，9月6日周日 09:00 起不再保留',
      '1 个名额留给没上过这类课的新学员，9月6日周日 09:00 起不再保留',
      '2 个名额留给住在灵昆街道的居民，9月6日周日 09:00 起不再保留',
    ]);
    // English dates differ between releases of Node.
    const released = momentWords('2026-09-06T01:00:00Z', 'en');
    expect(reserveSentences(terms, 'en')).toEqual([
      `4 seats are kept for the counter until ${released}`,
      `1 seat is kept for first-timers until ${released}`,
      `2 seats are kept for those who live in Lingkun until ${released}`,
    ]);
  });

  it('say from how many on it is held', () => {
    expect(minimumSentence(terms, 'zh')).toBe('满 10 人开班。9月10日周四 12:00 还不满，学校可能停开或并班，会通知您');
    expect(minimumSentence({ minimum: null, minimumDecidedAt: null }, 'en')).toBeNull();
  });

  it.each([
    [0, 0, '免费', 'Free'],
    [12_000, 0, '学费 120 元，到窗口付', 'Fee 120 yuan, paid at the counter'],
    [0, 3_050, '材料费 30.5 元，到窗口付', 'Materials 30.5 yuan, paid at the counter'],
    [
      12_000,
      3_050,
      '学费 120 元、材料费 30.5 元，到窗口付',
      'Fee 120 yuan and materials 30.5 yuan, paid at the counter',
    ],
  ])('say what it costs: %i and %i fen', (feeFen, materialsFen, zh, en) => {
    expect([costSentence({ feeFen, materialsFen }, 'zh'), costSentence({ feeFen, materialsFen }, 'en')]).toEqual([
      zh,
      en,
    ]);
  });
});
