import type { AdmissionKind, ProgrammeKind } from '#contracts';

/** A course of the bureau's list, as the demo has it. */
export interface DemoCourse {
  code: string;
  name: string;
  nameEn: string;
  kind: ProgrammeKind;
  summary: string;
  materials: string | null;
  feeFen: number;
  materialsFen: number;
}

const course = (
  code: string,
  kind: ProgrammeKind,
  [name, nameEn]: [string, string],
  summary: string,
  materials: string | null = null,
  feeFen = 0,
  materialsFen = 0,
): DemoCourse => ({ code, kind, name, nameEn, summary, materials, feeFen, materialsFen });

export const COURSES: readonly DemoCourse[] = [
  course(
    'EL-101',
    'elderly',
    ['太极拳入门', 'Tai chi for beginners'],
    '从站桩学起，二十四式慢慢来，零基础可以学。',
    '穿宽松衣服和平底鞋。',
  ),
  course(
    'EL-102',
    'elderly',
    ['智能手机慢慢学', 'Smartphones, slowly'],
    '微信视频、看病挂号、交水电费、防诈骗，一步一步手把手教。',
    '带自己的手机和充电线。',
  ),
  course('EL-103', 'elderly', ['渔歌合唱', 'Songs of the fishing people'], '唱洞头渔歌和老歌，学期末到村里演出。'),
  course('EL-104', 'elderly', ['广场舞与形体', 'Square dance'], '每次学一支，注意保护膝盖。', '穿软底鞋。'),
  course('EL-105', 'elderly', ['八段锦与养生', 'Baduanjin and health'], '八段锦、节气饮食、常见慢性病的日常照护。'),
  course(
    'EL-106',
    'elderly',
    ['海岛剪纸与贝雕', 'Paper cutting and shell craft'],
    '剪纸、贝壳画，做了带回家。',
    '剪刀由学校准备。',
    0,
    2_000,
  ),
  course(
    'EL-107',
    'elderly',
    ['书法基础', 'Calligraphy'],
    '从楷书笔画练起，老师逐字点评。',
    '毛笔一支，纸墨学校提供。',
    5_000,
    1_500,
  ),
  course(
    'CM-201',
    'community',
    ['家庭急救', 'First aid at home'],
    '心肺复苏、海姆立克、烫伤和溺水的处理，人人上手练。',
  ),
  course(
    'CM-202',
    'community',
    ['海洋环保与净滩', 'Care for the sea'],
    '认识我们的海，一起净滩，适合全家。',
    '带手套和水。',
  ),
  course('CM-203', 'community', ['亲子阅读', 'Reading with children'], '每周一本绘本，家长带孩子一起来。'),
  course('CM-204', 'community', ['海岛手机摄影', 'Island photography'], '用手机拍好日出、渔港和家人。', '带手机。'),
  course('CM-205', 'community', ['防诈骗讲座', 'How not to be cheated'], '派出所民警讲真实案例，一次讲清楚。'),
  course(
    'CM-206',
    'community',
    ['台风季安全讲座', 'Safe through the typhoon'],
    '台风来之前、来的时候、走了以后，各要做什么。',
  ),
  course(
    'SK-301',
    'skills',
    ['民宿服务与管理', 'Running a homestay'],
    '接待、布草、平台运营、消防，考核合格发证书。',
    null,
    10_000,
  ),
  course(
    'SK-302',
    'skills',
    ['海鲜烹饪', 'Cooking seafood'],
    '十二道家常海鲜，学完可考中式烹调师初级。',
    '围裙自带，食材学校准备。',
    20_000,
    12_000,
  ),
  course(
    'SK-303',
    'skills',
    ['电商直播', 'Selling by live stream'],
    '把紫菜、虾皮、鱼干卖出去：拍摄、话术、发货。',
    '带智能手机。',
  ),
  course('SK-304', 'skills', ['紫菜养殖技术', 'Growing laver'], '育苗、挂网、病害、烘干，请农技站老师下海讲。'),
  course(
    'SK-305',
    'skills',
    ['母婴护理', 'Mother and baby care'],
    '月子照护、婴儿洗护与急救，结业推荐上岗。',
    '穿浅色衣服，指甲剪短。',
  ),
  course(
    'SK-306',
    'skills',
    ['渔船轮机维护', 'Engines of fishing boats'],
    '柴油机保养与常见故障，渔民和船厂工人优先了解。',
  ),
  course('SK-307', 'skills', ['咖啡制作', 'Making coffee'], '意式与手冲，民宿和小店用得上。', null, 15_000),
  course(
    'DG-401',
    'degree',
    ['双证制高中·语文', 'Adult senior secondary: Chinese'],
    '成人双证制高中课程，每周两晚，坚持就能毕业。',
  ),
  course('DG-402', 'degree', ['开放大学专科辅导', 'Open University tutoring'], '行政管理专科的面授辅导与作业答疑。'),
];

export const courseOf = (code: string): DemoCourse => COURSES.find((one) => one.code === code)!;

/** How far a class of the demo is. */
export type Phase =
  /** Held almost a year ago: what its village has by it is about to lapse. */
  | 'earlier'
  /** Finished in the term before. */
  | 'previous'
  /** Finished this term. */
  | 'done'
  /** Over, but nobody has finished it yet. */
  | 'over'
  | 'running'
  /** Its lottery was drawn some days ago; it begins within a week. */
  | 'drawn'
  | 'open'
  | 'soon'
  | 'approved'
  | 'submitted'
  | 'returned'
  | 'draft';

/** On what terms a class gives its seats, where it does not simply give them first come, first served. */
export interface DemoTerms {
  admission?: AdmissionKind;
  /** Who has sat in the course before comes first. */
  renewal?: boolean;
  /** Free seats are given until some sessions before the last. */
  lateEntry?: boolean;
  /** Seats kept for the counter, for first-timers, for the village of the venue. */
  reserved?: { counter?: number; newcomers?: number; village?: number };
  /** The rule that somebody lives, works or is registered in the township of the venue, or is of a group, … */
  rules?: ('near' | 'farmers' | 'first-timers' | 'verified')[];
  minimum?: number;
}

/** What makes a class of the timetable different from its neighbours. */
export interface Turns {
  /** Meets today at this hour. */
  today?: number;
  /** First week, instead of what is usual for the phase. */
  began?: number;
  /** Of the school's teachers, this one; without it, one who is free. */
  teacher?: number;
  /** Of the demo's own residents, who ask first. */
  first?: DemoResident[];
  /** Who ask when all seats are gone. */
  late?: DemoResident[];
  /** Most who may wait. */
  waitingLimit?: number;
  /** Residents' codes are scanned. */
  scanned?: boolean;
  /** Someone gave up a seat last night, which is offered to the first who waits. */
  offer?: boolean;
  /** Seats were given up and offered on while enrollment was open: one accepted, one let it run out. */
  churn?: boolean;
  /** Sessions of these numbers are cancelled, and made up for where they are past. */
  cancelled?: { session: number; reason: string }[];
  /** Somebody leaves after the second session. */
  withdrawal?: boolean;
  /** Yesterday the school decided some of the applications and took fees; one who was refused appeals. */
  decided?: boolean;
  /** Given up yesterday, with this reason. */
  stopped?: string;
  /** Planned without its sessions yet. */
  bare?: boolean;
  /** How its seats are given; without it, first come, first served. */
  terms?: DemoTerms;
}

export type DemoResident = 'lin' | 'mother' | 'zheng';

export interface TimetableRow extends Turns {
  phase: Phase;
  course: string;
  venue: string;
  seats: number;
  /** How many ask for a seat. */
  ask: number;
}

const row = (phase: Phase, course: string, venue: string, seats: number, ask = 0, turns: Turns = {}): TimetableRow => ({
  phase,
  course,
  venue,
  seats,
  ask,
  ...turns,
});

const TYPHOON = '台风外围影响，轮船停航、桥面限行';
const FERRY = '大风黄色预警，轮渡停航';

/** Every class of the demo. */
export const TIMETABLE: readonly TimetableRow[] = [
  row('earlier', 'EL-102', 'douyan', 16, 13),
  row('earlier', 'EL-105', 'guanyinjiao', 16, 13),
  row('earlier', 'EL-104', 'liaoding', 16, 13),
  row('earlier', 'EL-103', 'shajiao', 16, 13),
  row('earlier', 'EL-101', 'xialang', 16, 13),

  row('previous', 'EL-101', 'xiaopu', 18, 16, { teacher: 0, first: ['mother', 'zheng'], withdrawal: true }),
  row('previous', 'EL-102', 'fengmen', 16, 14),
  row('previous', 'EL-103', 'dongao', 20, 15, { withdrawal: true }),
  row('previous', 'EL-106', 'budaiao', 16, 13, { cancelled: [{ session: 3, reason: TYPHOON }] }),
  row('previous', 'EL-104', 'changsha', 16, 14),
  row('previous', 'EL-105', 'koukuang', 16, 12, { cancelled: [{ session: 5, reason: FERRY }] }),
  row('previous', 'EL-102', 'shuangkun', 16, 13),
  row('previous', 'EL-107', 'calligraphy', 12, 15, { churn: true }),
  row('previous', 'SK-301', 'college', 20, 18, { first: ['lin'], withdrawal: true }),
  row('previous', 'SK-302', 'kitchen', 18, 16),
  row('previous', 'SK-304', 'tongxing', 20, 15),
  row('previous', 'CM-205', 'yinhai', 60, 40, { first: ['lin', 'mother', 'zheng'] }),
  row('previous', 'DG-401', 'vocational', 20, 15),

  row('done', 'EL-104', 'yinhai', 18, 15),
  row('done', 'EL-106', 'changsha', 16, 13),
  row('done', 'SK-303', 'college', 20, 18, { withdrawal: true }),
  row('done', 'CM-203', 'chengzhong', 16, 14),
  row('done', 'CM-206', 'dongao', 40, 30),
  row('over', 'EL-103', 'banping', 16, 13),

  row('running', 'EL-101', 'xiaopu', 18, 16, { today: 9, teacher: 0, first: ['mother'], scanned: true }),
  row('running', 'EL-107', 'calligraphy', 18, 16, {
    today: 14,
    first: ['zheng'],
    cancelled: [{ session: 6, reason: '教学楼消防检修' }],
  }),
  row('running', 'EL-104', 'dance', 18, 16, { today: 9 }),
  row('running', 'EL-103', 'dongao', 18, 14, { began: -7 }),
  row('running', 'EL-102', 'huagang', 14, 12),
  row('running', 'EL-105', 'lanhudong', 16, 14, { today: 14, terms: { lateEntry: true } }),
  row('running', 'EL-104', 'luxi', 14, 12, { cancelled: [{ session: 5, reason: FERRY }] }),
  row('running', 'EL-106', 'zhenzhong', 16, 13),
  // Begun the other week, and by people from elsewhere: the village lacks most of what it takes.
  row('running', 'EL-101', 'yanhong', 14, 11, { began: -2 }),
  row('running', 'SK-305', 'chengzhong', 20, 17, {
    today: 19,
    teacher: 0,
    first: ['lin'],
    scanned: true,
    terms: { lateEntry: true },
  }),
  row('running', 'SK-307', 'trainer', 14, 12, { began: -8 }),
  row('running', 'SK-306', 'lanhudong', 16, 14, { withdrawal: true }),
  row('running', 'CM-204', 'sanpan', 16, 12, { cancelled: [{ session: 2, reason: TYPHOON }] }),
  row('running', 'DG-401', 'vocational', 24, 16, { today: 19 }),

  row('open', 'EL-101', 'fengmen', 12, 17, {
    terms: { admission: 'lottery', renewal: true, reserved: { counter: 2, newcomers: 2 }, lateEntry: true },
  }),
  row('open', 'EL-102', 'calligraphy', 24, 11, {
    terms: { admission: 'lottery', rules: ['first-timers'], minimum: 12 },
  }),
  row('open', 'SK-302', 'kitchen', 20, 8, { terms: { admission: 'approval', minimum: 6 } }),
  row('open', 'CM-202', 'yinhai', 30, 7, { terms: { minimum: 10 } }),
  row('open', 'CM-205', 'xiaopu', 40, 12, { terms: { reserved: { counter: 5, village: 10 } } }),
  row('open', 'DG-402', 'college', 30, 6),
  row('open', 'EL-103', 'dance', 12, 16, { late: ['zheng'] }),
  row('open', 'SK-307', 'trainer', 10, 14),
  row('open', 'CM-203', 'chengzhong', 10, 13, { late: ['lin'], waitingLimit: 3 }),
  row('open', 'SK-303', 'vocational', 10, 13, { late: ['lin'], offer: true }),
  row('open', 'EL-106', 'calligraphy', 10, 12, { offer: true }),

  row('soon', 'EL-102', 'xiaopu', 18, 0, {
    terms: {
      admission: 'lottery',
      renewal: true,
      lateEntry: true,
      reserved: { counter: 3, village: 4 },
      rules: ['near', 'first-timers'],
      minimum: 10,
    },
  }),
  row('soon', 'SK-305', 'college', 20, 0, { terms: { admission: 'approval', rules: ['verified'] } }),
  row('soon', 'CM-201', 'zhenzhong', 24),
  row('approved', 'EL-105', 'huagang', 14),
  row('submitted', 'SK-304', 'tongxing', 20, 0, {
    terms: { rules: ['farmers', 'near'], reserved: { village: 5 }, minimum: 8 },
  }),
  row('submitted', 'EL-101', 'changsha', 16, 0, {
    terms: { admission: 'lottery', renewal: true, lateEntry: true, reserved: { counter: 3 }, minimum: 8 },
  }),
  row('submitted', 'CM-204', 'sanpan', 16),
  row('submitted', 'EL-106', 'yanhong', 14, 0, { terms: { admission: 'lottery', rules: ['verified'] } }),
  row('returned', 'EL-103', 'xiaopu', 16, 0, { teacher: 0 }),
  row('draft', 'EL-105', 'xiaopu', 18, 0, { teacher: 0, terms: { admission: 'lottery', reserved: { newcomers: 4 } } }),
  row('draft', 'SK-302', 'lanhudong', 16),
  row('draft', 'CM-201', 'chengzhong', 20, 0, { bare: true }),

  // Last, so that those who come here are not missed elsewhere.
  row('drawn', 'EL-106', 'huagang', 12, 17, { terms: { admission: 'lottery' } }),
  // Where those of the class at yinhai, who are too few, could go; a seat kept for somebody old, who is called; and a
  // class that was given up for being too small.
  row('open', 'CM-202', 'sanpan', 24, 5),
  row('open', 'EL-106', 'fengmen', 6, 7, { late: ['mother'], offer: true }),
  row('open', 'EL-105', 'yinhai', 20, 7, { terms: { minimum: 10 }, stopped: '报名人数不足，凑不满一个班' }),
  row('open', 'SK-302', 'chengzhong', 12, 9, { terms: { admission: 'approval' }, decided: true }),
];
