import { readCode } from './codes.js';
import { dayOf } from './days.js';
import {
  allotSeats,
  frozenText,
  type HashText,
  LARGEST_UNIT,
  LOTTERY_FORMAT,
  LOTTERY_OUTCOMES,
  type LotteryEntry,
  type LotteryOutcome,
  needsNumber,
  PASSED_OVER_REASONS,
  type PassedOverReason,
  rankEntries,
  readPublicNumber,
  seedOf,
  sortedEntries,
} from './lottery.js';
import { DISTRICT_ZONE, type Language } from './vocabulary.js';

/** One entry in the result. */
export interface LotteryPlace {
  /** From 1. */
  rank: number;
  pseudonym: string;
  /** Those of the unit who wanted a seat when it was drawn; fewer than in the list where some had withdrawn. */
  size: number;
  outcome: LotteryOutcome;
  /** Why a unit that would have fitted was passed over. */
  because: PassedOverReason | null;
}

/** 摇号公示文件: all that is needed to check a lottery. Until the draw, what it reveals is null. */
export interface LotteryFile {
  format: typeof LOTTERY_FORMAT;
  lottery: string;
  class: { code: string; name: string };
  seats: number;
  waitingLimit: number | null;
  secretHash: string;
  publicNumber: { name: string; dueAt: string };
  frozenAt: string;
  list: LotteryEntry[];
  listHash: string;
  /** Digits of the public number; null also where everybody got a seat and none was needed. */
  number: string | null;
  secret: string | null;
  seed: string | null;
  /** Seats that were there to be given when it was drawn: those of the frozen list, unless the class lost some. */
  seatsAtDraw: number | null;
  ranking: LotteryPlace[] | null;
}

/** The text of the file, the same byte for byte whenever and wherever it is written. */
export function lotteryFileText(file: LotteryFile): string {
  return `${JSON.stringify(file, null, 1)}\n`;
}

/** The hash that freezes the list of a file. */
export function listHashOf(hash: HashText, file: LotteryFile): string {
  return hash(
    frozenText(
      {
        lotteryId: file.lottery,
        classCode: file.class.code,
        className: file.class.name,
        seats: file.seats,
        waitingLimit: file.waitingLimit,
        secretHash: file.secretHash,
        numberName: file.publicNumber.name,
        numberDueAt: file.publicNumber.dueAt,
        frozenAt: file.frozenAt,
      },
      file.list,
    ),
  );
}

export const LOTTERY_CHECKS = [
  'format',
  'list',
  'list_hash',
  'noted_hash',
  'before_number',
  'drawn',
  'secret',
  'number',
  'seed',
  'order',
  'seats_kept',
  'seats',
  'said',
] as const;
export type LotteryCheckName = (typeof LOTTERY_CHECKS)[number];

const CLOCK = new Intl.DateTimeFormat('en-GB', {
  timeZone: DISTRICT_ZONE,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
/** A moment by the district's calendar and clock, for people of any language: 2026-11-30 21:30. */
const inDistrict = (iso: string): string => `${dayOf(new Date(iso))} ${CLOCK.format(new Date(iso))}`;

/** One thing that was checked, and what came of it. */
export interface LotteryCheck {
  name: LotteryCheckName;
  ok: boolean;
  sentence: Record<Language, string>;
}

/**
 * Checks a published lottery from its file alone. Which number was drawn in public, and whether the hashes are those
 * that were published beforehand, the file cannot prove: the sentences say what to compare.
 *
 * @param file what was parsed of the file's JSON
 * @param notedListHash the list's hash as somebody noted it when it was published
 * @returns every check that could be made; the lottery is right if all are ok
 */
export function verifyLottery(file: unknown, hash: HashText, notedListHash?: string): LotteryCheck[] {
  const format = (file as { format?: unknown } | null)?.format;
  if (typeof format !== 'string' || format !== LOTTERY_FORMAT) {
    const known = typeof format === 'string' && /^huixue-lottery\/\d{1,6}$/.test(format);
    return [
      check(
        'format',
        false,
        known ? `这是 ${format} 版的文件，这个程序只认得 ${LOTTERY_FORMAT} 版` : '这不是摇号公示文件',
        known
          ? `This is a file of version ${format}; this program knows ${LOTTERY_FORMAT} only`
          : 'This is not the published file of a lottery',
      ),
    ];
  }
  const read = readLotteryFile(file);
  if ('fault' in read) {
    const { fault } = read;
    return [
      check('format', false, `文件内容不完整或有误：${fault}`, `Something in the file is missing or wrong: ${fault}`),
    ];
  }
  return checksOf(read.file, hash, notedListHash);
}

function checksOf(file: LotteryFile, hash: HashText, notedListHash: string | undefined): LotteryCheck[] {
  const { list, listHash, publicNumber } = file;
  const people = list.reduce((sum, { size }) => sum + size, 0);
  const checks = [
    check(
      'format',
      true,
      `班级 ${file.class.code} ${file.class.name}:${file.seats} 个名额，${list.length} 组共 ${people} 人参加`,
      `Class ${file.class.code} ${file.class.name}: ${file.seats} seats, ${list.length} entries of ${people} people`,
    ),
    listIsProper(list),
    both(
      'list_hash',
      listHashOf(hash, file) === listHash,
      ['名单及其条件与公示的名单指纹一致', 'The list and its terms are those that the published hash was made of'],
      ['名单或其条件被改动过：与名单指纹不符', 'The list or its terms were altered: the hash of the list is another'],
    ),
  ];
  if (notedListHash !== undefined) {
    checks.push(
      both(
        'noted_hash',
        notedListHash.trim().toLowerCase() === listHash,
        ['名单指纹与您当时记下的一致', 'The hash of the list is the one that you noted'],
        ['名单指纹与您当时记下的不同', 'The hash of the list is not the one that you noted'],
      ),
    );
  }
  checks.push(
    both(
      'before_number',
      file.frozenAt < publicNumber.dueAt,
      [
        `名单于 ${inDistrict(file.frozenAt)} 冻结，早于公共号码（${publicNumber.name}）揭晓的 ${inDistrict(publicNumber.dueAt)}`,
        `The list was frozen at ${inDistrict(file.frozenAt)}, before the public number (${publicNumber.name}) was due at ${inDistrict(publicNumber.dueAt)}`,
      ],
      ['名单冻结晚于公共号码揭晓', 'The list was frozen after the public number was due'],
    ),
  );
  const { secret, seed, seatsAtDraw, ranking } = file;
  if (secret === null || seed === null || seatsAtDraw === null || ranking === null) {
    return [
      ...checks,
      check(
        'drawn',
        true,
        `还没有摇号。请记下名单指纹 ${listHash}，结果公布后再来核对`,
        `Not drawn yet. Note the hash of the list, ${listHash}, and check again when the result is published`,
      ),
    ];
  }
  return [...checks, ...resultChecks({ ...file, secret, seed, seatsAtDraw, ranking }, hash)];
}

type DrawnFile = LotteryFile & { secret: string; seed: string; seatsAtDraw: number; ranking: LotteryPlace[] };

function resultChecks(file: DrawnFile, hash: HashText): LotteryCheck[] {
  const { ranking, seats, seatsAtDraw, waitingLimit } = file;
  const seed = seedOf(hash, file.secret, file.number ?? '', file.listHash);
  const ranked = rankEntries(hash, seed, file.list);
  const outcomes = allotSeats(ranking, seatsAtDraw, waitingLimit);
  const sizes = new Map(file.list.map(({ pseudonym, size }) => [pseudonym, size]));
  const wrongOrder = ranking.findIndex(
    ({ rank, pseudonym }, index) => rank !== index + 1 || pseudonym !== ranked[index]?.pseudonym,
  );
  const wrongSeat = ranking.findIndex(
    ({ pseudonym, size, outcome, because }, index) =>
      outcome !== outcomes[index] ||
      size > (sizes.get(pseudonym) ?? 0) ||
      (because !== null && outcome === 'withdrawn'),
  );
  return [
    both(
      'secret',
      hash(file.secret) === file.secretHash,
      ['公布的密钥与报名前公示的密钥指纹一致', 'The secret is the one whose hash was published beforehand'],
      ['密钥与报名前公示的密钥指纹不符', 'The secret is not the one whose hash was published beforehand'],
    ),
    numberCheck(file),
    both(
      'seed',
      seed === file.seed,
      [
        '种子由密钥、公共号码和名单指纹算得',
        'The seed is computed from the secret, the number and the hash of the list',
      ],
      ['种子不是由密钥、公共号码和名单指纹算得的', 'The seed is not the one that secret, number and list give'],
    ),
    both(
      'order',
      wrongOrder === -1 && ranking.length === ranked.length,
      [
        `重新计算 ${ranked.length} 组的顺序，与公布的一致`,
        `The order of all ${ranked.length} entries is as computed anew`,
      ],
      [
        `公布的顺序与重新计算的不同（第 ${(wrongOrder === -1 ? ranking.length : wrongOrder) + 1} 名起）`,
        `The published order is not the one computed anew (from rank ${(wrongOrder === -1 ? ranking.length : wrongOrder) + 1} on)`,
      ],
    ),
    both(
      'seats_kept',
      seatsAtDraw === seats,
      [`名单冻结时公布的 ${seats} 个名额都用于摇号`, `All ${seats} seats that the frozen list promised were drawn`],
      [
        `名单冻结时公布了 ${seats} 个名额，摇号时是 ${seatsAtDraw} 个`,
        `The frozen list promised ${seats} seats; ${seatsAtDraw} were drawn`,
      ],
    ),
    both(
      'seats',
      wrongSeat === -1,
      [
        `名额按顺序给出：${ranking.filter(({ outcome }) => outcome === 'seat').length} 组录取`,
        `Seats were given in this order: to ${ranking.filter(({ outcome }) => outcome === 'seat').length} entries`,
      ],
      [
        `第 ${wrongSeat + 1} 名（${ranking[wrongSeat]?.pseudonym}）的结果不符合规则`,
        `What rank ${wrongSeat + 1} (${ranking[wrongSeat]?.pseudonym}) got is not what the rules give`,
      ],
    ),
    saidCheck(file),
  ];
}

function numberCheck({ number, list, seats, publicNumber }: DrawnFile): LotteryCheck {
  const needed = needsNumber(list, seats);
  if (number === null) {
    return both(
      'number',
      !needed,
      ['名额够所有人，不需要公共号码', 'There are seats for everyone, so no public number was needed'],
      ['人多于名额，却没有用公共号码', 'There are more people than seats, but no public number was used'],
    );
  }
  return both(
    'number',
    needed,
    [
      `请与官方公布的结果核对：${publicNumber.name} 是 ${number}`,
      `Compare with the official result: ${publicNumber.name} is ${number}`,
    ],
    ['名额够所有人，却用了公共号码', 'There are seats for everyone, yet a public number was used'],
  );
}

const REASON_WORDS: Record<PassedOverReason, Record<Language, string>> = {
  cap_reached: { zh: '本学期这类班已报满', en: 'has all classes of the kind that a term allows' },
  time_clash: { zh: '与已录取的班时间冲突', en: 'has another class at the same time' },
  not_eligible: { zh: '不再符合报名条件', en: 'no longer meets a condition of the class' },
};

/** What cannot be computed, only said: those of whom it is said know whether it is so. */
function saidCheck({ list, ranking }: DrawnFile): LotteryCheck {
  const sizes = new Map(list.map(({ pseudonym, size }) => [pseudonym, size]));
  const say = (language: Language) =>
    ranking
      .flatMap(({ pseudonym, size, because }) => {
        const reason = because && REASON_WORDS[because][language];
        const left = (sizes.get(pseudonym) ?? 0) - size;
        const withdrawn = left > 0 ? { zh: `冻结后退出 ${left} 人`, en: `${left} withdrew` }[language] : null;
        const said = [withdrawn, reason].filter(Boolean).join(language === 'zh' ? '；' : '; ');
        return said === '' ? [] : [language === 'zh' ? `${pseudonym}（${said}）` : `${pseudonym} (${said})`];
      })
      .join(language === 'zh' ? '、' : ', ');
  const zh = say('zh');
  return zh === ''
    ? check('said', true, '没有人被跳过或在冻结后退出', 'Nobody was passed over or withdrew after the list was frozen')
    : check(
        'said',
        true,
        `以下情况无法计算，只有本人知道是否属实，如有异议可申诉：${zh}`,
        `This cannot be computed; only they know whether it is so, and may appeal: ${say('en')}`,
      );
}

function listIsProper(list: readonly LotteryEntry[]): LotteryCheck {
  const sorted = sortedEntries(list).every((entry, index) => entry === list[index]);
  const once = new Set(list.map(({ pseudonym }) => pseudonym)).size === list.length;
  return both(
    'list',
    sorted && once,
    ['名单按代号排列，没有重复', 'The list is in the order of the pseudonyms and names none twice'],
    ['名单没有按代号排列，或有重复', 'The list is not in the order of the pseudonyms, or names one twice'],
  );
}

function check(name: LotteryCheckName, ok: boolean, zh: string, en: string): LotteryCheck {
  return { name, ok, sentence: { zh, en } };
}

type Words = readonly [zh: string, en: string];

function both(name: LotteryCheckName, ok: boolean, right: Words, wrong: Words): LotteryCheck {
  return ok ? check(name, true, ...right) : check(name, false, ...wrong);
}

/** What a member of the file must be; the text names it to whoever looks for the fault. */
type Shape = (value: unknown) => boolean;

const hex: Shape = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const whole =
  (least: number, most: number): Shape =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
/** One line: what it says must not be taken for another line of the frozen text. */
const line: Shape = (value) => typeof value === 'string' && /^[^\u0000-\u001f\u007f]{1,300}$/.test(value);
const moment: Shape = (value) =>
  typeof value === 'string' &&
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value) &&
  !Number.isNaN(Date.parse(value));
const code =
  (kind: 'class' | 'lottery'): Shape =>
  (value) =>
    typeof value === 'string' && readCode(kind, value) === value;
const word =
  (words: readonly string[]): Shape =>
  (value) =>
    words.includes(value as string);
const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);
const anything: Shape = () => true;
const LARGEST_LIST = 1_000_000;

const FILE_SHAPE: Record<keyof LotteryFile, Shape> = {
  format: word([LOTTERY_FORMAT]),
  lottery: (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  class: anything,
  seats: whole(0, LARGEST_LIST),
  waitingLimit: orNull(whole(0, LARGEST_LIST)),
  secretHash: hex,
  publicNumber: anything,
  frozenAt: moment,
  list: (value) => Array.isArray(value) && value.length <= LARGEST_LIST,
  listHash: hex,
  number: orNull((value) => typeof value === 'string' && readPublicNumber(value) === value),
  secret: orNull(hex),
  seed: orNull(hex),
  seatsAtDraw: orNull(whole(0, LARGEST_LIST)),
  ranking: orNull((value) => Array.isArray(value) && value.length <= LARGEST_LIST),
};
const CLASS_SHAPE: Record<keyof LotteryFile['class'], Shape> = { code: code('class'), name: line };
const NUMBER_SHAPE: Record<keyof LotteryFile['publicNumber'], Shape> = { name: line, dueAt: moment };
const ENTRY_SHAPE: Record<keyof LotteryEntry, Shape> = {
  pseudonym: code('lottery'),
  size: whole(1, LARGEST_UNIT),
  tier: whole(0, 9),
};
const PLACE_SHAPE: Record<keyof LotteryPlace, Shape> = {
  rank: whole(1, LARGEST_LIST),
  pseudonym: code('lottery'),
  size: whole(0, LARGEST_UNIT),
  outcome: word(LOTTERY_OUTCOMES),
  because: orNull(word(PASSED_OVER_REASONS)),
};

/** Exactly these members, so that nothing stands in the file that is not checked. */
function readLotteryFile(value: unknown): { file: LotteryFile } | { fault: string } {
  const file = value as LotteryFile;
  const fault =
    faultOf(file, FILE_SHAPE, '') ??
    faultOf(file.class, CLASS_SHAPE, 'class.') ??
    faultOf(file.publicNumber, NUMBER_SHAPE, 'publicNumber.') ??
    faultIn(file.list, ENTRY_SHAPE, 'list') ??
    faultIn(file.ranking ?? [], PLACE_SHAPE, 'ranking');
  if (fault !== null) return { fault };
  const revealed = [file.secret, file.seed, file.seatsAtDraw, file.ranking].filter((member) => member !== null).length;
  if (revealed !== 4 && (revealed > 0 || file.number !== null)) return { fault: 'secret, seed, seatsAtDraw, ranking' };
  return { file };
}

function faultIn(items: readonly unknown[], shape: Record<string, Shape>, where: string): string | null {
  for (const [index, item] of items.entries()) {
    const fault = faultOf(item, shape, `${where}[${index}].`);
    if (fault !== null) return fault;
  }
  return null;
}

function faultOf(value: unknown, shape: Record<string, Shape>, where: string): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return where.slice(0, -1);
  const members = value as Record<string, unknown>;
  const wrong = Object.keys(shape).find((name) => !(name in members) || !shape[name]!(members[name]));
  const unknown = Object.keys(members).find((name) => !(name in shape));
  const found = wrong ?? unknown;
  return found === undefined ? null : `${where}${found}`;
}
