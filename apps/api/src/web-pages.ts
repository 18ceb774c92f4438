import {
  type AccessRoute,
  costSentence,
  dayOf,
  DISTRICT_ZONE,
  givenSentences,
  type Language,
  minimumSentence,
  type ProgrammeKind,
  reserveSentences,
  whoSentences,
} from '#contracts';
import type { ClassView } from '#catalogue';

/** What a page carries before its script runs: a title, more for the head, facts for the body. All of it HTML. */
export interface Inset {
  title: string;
  head: string;
  facts: string;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as HTML, in an element or an attribute. */
const html = (text: string | number) => String(text).replace(/[&<>"']/g, (character) => ESCAPES[character]!);

/** What a page may carry. */
interface Filling {
  inset?: Inset;
  /** While the demo is being loaded: how far it is. */
  demoPercent?: number | null;
}

/** The built page with what it carries; without anything, as it was built. */
export function fillPage(template: string, language: Language, { inset, demoPercent = null }: Filling = {}): string {
  let page = language === 'en' ? template.replace('<html lang="zh-CN">', '<html lang="en">') : template;
  if (demoPercent !== null) {
    page = page.replace('<!--head-->', `<meta name="demo-progress" content="${demoPercent}" /><!--head-->`);
  }
  if (!inset) return page;
  // Functions, because a replacement text would have its $ read as patterns.
  return page
    .replace(/<title>.*?<\/title>/s, () => `<title>${inset.title}</title>`)
    .replace('<!--head-->', () => inset.head)
    .replace(/<!--facts-->.*<!--\/facts-->/s, () => inset.facts);
}

interface Words {
  app: string;
  kinds: Record<ProgrammeKind, string>;
  routes: Record<AccessRoute, string>;
  stepFree: Record<'yes' | 'no', string>;
  labels: Record<
    | 'teacher'
    | 'where'
    | 'when'
    | 'seats'
    | 'reserved'
    | 'given'
    | 'who'
    | 'minimum'
    | 'fee'
    | 'bring'
    | 'call'
    | 'code'
    | 'sessions',
    string
  >;
  seats(left: number, seats: number, waiting: number): string;
  applied(seats: number, applied: number): string;
  stopped(reason: string): string;
  movedTo: string;
  when(count: number, first: string): string;
  cancelled: string;
  enroll: string;
  missing: string;
  missingNext: string;
  home: string;
}

const WORDS: Record<Language, Words> = {
  zh: {
    app: '汇学e生·洞头',
    kinds: { community: '社区', elderly: '老年', skills: '技能', degree: '学历' },
    routes: { road: '走公路可到', causeway: '走堤坝可到', ferry: '要坐船' },
    stepFree: { yes: '进门没有台阶', no: '进门有台阶' },
    labels: {
      teacher: '老师',
      where: '地点',
      when: '时间',
      seats: '名额',
      reserved: '预留名额',
      given: '怎么报上',
      who: '谁可以来',
      minimum: '几人开班',
      fee: '费用',
      bring: '要带什么',
      call: '打电话问',
      code: '班级编号',
      sessions: '每次课',
    },
    seats: (left, seats, waiting) =>
      left > 0 ? `还有 ${left} 个名额（共 ${seats} 个）` : `名额已满（共 ${seats} 个），候补 ${waiting} 人`,
    applied: (seats, applied) => `共 ${seats} 个名额，已有 ${applied} 人报名`,
    stopped: (reason) => `这个班已停开：${reason}`,
    movedTo: '学员转到',
    when: (count, first) => `共 ${count} 次课，第一次：${first}`,
    cancelled: '停课',
    enroll: '在网上报名要打开浏览器的 JavaScript；也可以打电话，或到学校窗口报名。',
    missing: '没有找到这一页',
    missingNext: '网址可能写错了，或者这个班已经不在了。',
    home: '回首页找课程',
  },
  en: {
    app: 'Dongtou Learning',
    kinds: { community: 'Community', elderly: 'Elderly', skills: 'Skills', degree: 'Degree' },
    routes: { road: 'reached by road', causeway: 'reached over the causeway', ferry: 'reached by ferry' },
    stepFree: { yes: 'no step at the door', no: 'there are steps' },
    labels: {
      teacher: 'Teacher',
      where: 'Where',
      when: 'When',
      seats: 'Seats',
      reserved: 'Reserved seats',
      given: 'How seats are given',
      who: 'Who may come',
      minimum: 'To be held',
      fee: 'Fee',
      bring: 'What to bring',
      call: 'Call and ask',
      code: 'Class code',
      sessions: 'Sessions',
    },
    seats: (left, seats, waiting) =>
      left > 0 ? `${left} of ${seats} left` : `All ${seats} seats are taken; ${waiting} in the queue`,
    applied: (seats, applied) => `${seats} seats; ${applied} have applied`,
    stopped: (reason) => `This class is stopped: ${reason}`,
    movedTo: 'Its people were moved to',
    when: (count, first) => `${count} sessions, the first on ${first}`,
    cancelled: 'cancelled',
    enroll: 'To enroll here, switch on JavaScript in your browser; or call, or come to the counter of the school.',
    missing: 'There is no such page',
    missingNext: 'The address may be mistyped, or the class is gone.',
    home: 'Look for classes',
  },
};

const LOCALES: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' };
const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;
const MOMENT = { month: 'long', day: 'numeric', weekday: 'short', ...CLOCK } as const;

/** What a class page says without script: the same facts as the page itself, as a list. */
export function classInset(view: ClassView, phone: string | null, language: Language, now: Date): Inset {
  const words = WORDS[language];
  const { labels } = words;
  const format = new Intl.DateTimeFormat(LOCALES[language], { timeZone: DISTRICT_ZONE, hourCycle: 'h23', ...MOMENT });
  const withYear = new Intl.DateTimeFormat(LOCALES[language], {
    timeZone: DISTRICT_ZONE,
    hourCycle: 'h23',
    year: 'numeric',
    ...MOMENT,
  });
  // Without its year, a day of another would be taken for one of this.
  const yearOf = (at: Date) => dayOf(at).slice(0, 4);
  const moment = (iso: string) => {
    const at = new Date(iso);
    return (yearOf(at) === yearOf(now) ? format : withYear).format(at);
  };
  const clock = new Intl.DateTimeFormat(LOCALES[language], { timeZone: DISTRICT_ZONE, hourCycle: 'h23', ...CLOCK });
  const inOurs = (one: { name: string; nameEn: string | null }) => (language === 'en' ? one.nameEn : null) ?? one.name;

  const { venue } = view;
  const { township } = view;
  const within = township && inOurs({ name: township.shortName, nameEn: township.nameEn });
  const place = [within, inOurs(venue)].filter(Boolean).join(' · ');
  const where = [place, venue.address, venue.directions].filter((part): part is string => Boolean(part));
  const reach = [words.stepFree[venue.stepFree ? 'yes' : 'no'], words.routes[venue.accessRoute]];
  const seats =
    view.applied > 0 ? words.applied(view.seats, view.applied) : words.seats(view.seatsLeft, view.seats, view.waiting);
  const minimum = minimumSentence(view, language);
  const facts: [string, ...(string | null)[]][] = [
    [labels.teacher, html(view.teacher.name)],
    [labels.where, ...[...where, ...reach].map(html)],
    [labels.when, view.firstSessionAt && html(words.when(view.sessionCount, moment(view.firstSessionAt)))],
    [labels.seats, html(seats)],
    [labels.reserved, ...reserveSentences(view, language).map(html)],
    [labels.given, ...givenSentences(view, language).map(html)],
    [labels.who, ...whoSentences(view, language).map(html)],
    [labels.minimum, minimum && html(minimum)],
    [labels.fee, html(costSentence(view, language))],
    [labels.bring, view.materials && html(view.materials)],
    [labels.call, phone && `<a href="tel:${html(phone.replace(/[^\d+]/g, ''))}">${html(phone)}</a>`],
    [labels.code, html(view.code)],
  ];
  const stoppedFact = ({ reason, movedTo }: NonNullable<ClassView['stopped']>) =>
    `<p><strong>${html(words.stopped(reason))}</strong></p>` +
    (movedTo ? `<p>${html(words.movedTo)} <a href="/classes/${movedTo.id}">${html(inOurs(movedTo))}</a></p>` : '');
  const sessions = view.sessions.map(({ startsAt, endsAt, state, number }) => {
    const cancelled = state === 'cancelled' ? ` (${words.cancelled})` : '';
    return `<li value="${number}">${html(`${moment(startsAt)}–${clock.format(new Date(endsAt))}${cancelled}`)}</li>`;
  });
  const summary = view.summary ?? `${words.kinds[view.programmeKind]} · ${inOurs(view.organisation)}`;
  const description = [summary, ...where.slice(0, 1), view.firstSessionAt && moment(view.firstSessionAt)];
  return {
    title: html(`${inOurs(view)} · ${words.app}`),
    head:
      `<meta name="description" content="${html(description.filter(Boolean).join(' · ').slice(0, 300))}" />` +
      // Data, not script; the page takes it instead of asking for it again. `<` could end the element.
      `<script type="application/json" id="class-view">${JSON.stringify(view).replaceAll('<', '\\u003c')}</script>`,
    facts: `<main class="facts">
<p>${html(words.kinds[view.programmeKind])} · ${html(inOurs(view.organisation))}</p>
<h1>${html(inOurs(view))}</h1>
${view.stopped ? stoppedFact(view.stopped) : ''}
${view.summary ? `<p>${html(view.summary)}</p>` : ''}
<dl>${facts
      .map(([label, ...lines]) => [label, lines.filter(Boolean)] as const)
      .filter(([, lines]) => lines.length > 0)
      .map(([label, lines]) => `<dt>${html(label)}</dt>${lines.map((line) => `<dd>${line}</dd>`).join('')}`)
      .join('\n')}</dl>
<h2>${html(labels.sessions)}</h2>
<ol>${sessions.join('')}</ol>
<noscript><p>${html(words.enroll)}</p></noscript>
</main>`,
  };
}

/** What stands at an address where nothing is. */
export function missingInset(language: Language): Inset {
  const { app, missing, missingNext, home } = WORDS[language];
  return {
    title: html(`${missing} · ${app}`),
    head: '<meta name="robots" content="noindex" />',
    facts: `<main class="facts"><h1>${html(missing)}</h1><p>${html(missingNext)}</p><p><a href="/">${html(home)}</a></p></main>`,
  };
}
