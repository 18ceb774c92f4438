import type { Role } from '#contracts';
import { phoneOf } from './demo-names.js';

/** Of every member of staff in the demo. */
export const DEMO_PASSWORD = 'dongtou-demo';

/** Someone as whom the demo may be tried out. */
export interface DemoAccount {
  role: Role;
  name: string;
  /** What they see and do, in a few words. */
  about: string;
  aboutEn: string;
  /** Of staff, who sign in with {@link DEMO_PASSWORD}. */
  username: string | null;
  /** Of residents, who sign in with a code by SMS. */
  phone: string | null;
}

/** One for each role, and two residents. Staff of a school are those of 北岙街道社区学校, the department is 洞头区教育局. */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  {
    role: 'resident',
    name: '林海燕',
    about: '居民：有正在上的课、候补和一个待确认的名额，代母亲报名',
    aboutEn: 'resident with a class under way, a place in a queue, an offer to accept, and her mother to enroll',
    username: null,
    phone: phoneOf(1),
  },
  {
    role: 'resident',
    name: '郑建国',
    about: '居民：老年学员，身份待核验',
    aboutEn: 'resident, elderly learner, identity not verified yet',
    username: null,
    phone: phoneOf(2),
  },
  {
    role: 'teacher',
    name: '王晓燕',
    about: '教师：今天有课，点名签到',
    aboutEn: 'teacher with sessions today, to call the roll',
    username: 'teacher',
    phone: null,
  },
  {
    role: 'registrar',
    name: '林静',
    about: '教务：排课、名单、窗口报名',
    aboutEn: 'registrar: classes, rosters, the counter',
    username: 'registrar',
    phone: null,
  },
  {
    role: 'principal',
    name: '陈建平',
    about: '校长：全校班级与人员',
    aboutEn: 'head of the school',
    username: 'principal',
    phone: null,
  },
  {
    role: 'village_agent',
    name: '苏阿珍',
    about: '村级联络员：替老人登记和报名',
    aboutEn: 'village agent: registers and enrolls elders',
    username: 'agent',
    phone: null,
  },
  {
    role: 'bureau_officer',
    name: '周敏',
    about: '区教育局：审核、挂图作战、覆盖情况',
    aboutEn: 'officer of the education bureau: approvals, wall chart, coverage',
    username: 'bureau',
    phone: null,
  },
  {
    role: 'department_officer',
    name: '陈海波',
    about: '部门填报员：填报本部门的指标，由区教育局审核',
    aboutEn: 'department officer: reports figures, which the bureau reviews',
    username: 'department',
    phone: null,
  },
  {
    role: 'administrator',
    name: '郭平',
    about: '平台管理员：人员、审计、短信',
    aboutEn: 'administrator: staff, audit log, messages',
    username: 'admin',
    phone: null,
  },
];

/** The demo's member of staff with this role. */
export function staffAccount(role: Role): DemoAccount & { username: string } {
  return DEMO_ACCOUNTS.find((account) => account.role === role && account.username) as DemoAccount & {
    username: string;
  };
}
