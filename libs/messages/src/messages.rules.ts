import { DISTRICT_ZONE, type Language } from '#contracts';
import { CALL_SCRIPTS, GREETING, type ScriptName } from './call-scripts.js';
import { SIGN_IN_CODE_TEXT, type TemplateName, TEMPLATES, type VariableKind } from './messages.templates.js';

/** Attempts after which a message is given up; as many as the queue makes of a job. */
const MOST_ATTEMPTS = 8;

/** What becomes of a message that was not sent: it is tried again, or given up. */
export function afterFailure(attempts: number): 'queued' | 'undeliverable' {
  return attempts >= MOST_ATTEMPTS ? 'undeliverable' : 'queued';
}

/** The text of a message as it was stored, in a language. A variable that is missing stays visible as `{name}`. */
export function render(name: TemplateName, stored: Readonly<Record<string, unknown>>, language: Language): string {
  return fillStored(TEMPLATES[name].text[language], TEMPLATES[name].variables, stored, language);
}

/** A text with the variables as they were stored; English names of classes where there are any. */
function fillStored(
  text: string,
  kinds: Readonly<Record<string, VariableKind>>,
  stored: Readonly<Record<string, unknown>>,
  language: Language,
): string {
  return fill(text, (variable) => {
    const english = language === 'en' ? stored[`${variable}En`] : null;
    const value = english ?? stored[variable];
    if (value === undefined || value === null) return undefined;
    const shown = value as string | number;
    return kinds[variable] === 'moment' ? showMoment(new Date(shown), language) : String(shown);
  });
}

/** What is said on the phone, greeting included. */
export function renderCall(
  name: ScriptName,
  stored: Readonly<Record<string, unknown>>,
  names: { resident: string; school: string; schoolEn: string | null },
  language: Language,
): string {
  const { text, variables } = CALL_SCRIPTS[name];
  const greeting = fillStored(GREETING[language], { resident: 'text', school: 'text' }, names, language);
  const between = language === 'en' ? ' ' : '';
  return `${greeting}${between}${fillStored(text[language], variables, stored, language)}`;
}

/** The text that brings a sign-in code. */
export function renderSignInCode(code: string, language: Language): string {
  return fill(SIGN_IN_CODE_TEXT[language], () => code);
}

const WEEKDAYS: Record<Language, Record<string, string>> = {
  zh: { Mon: '周一', Tue: '周二', Wed: '周三', Thu: '周四', Fri: '周五', Sat: '周六', Sun: '周日' },
  en: {},
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const PARTS = new Intl.DateTimeFormat('en-US', {
  timeZone: DISTRICT_ZONE,
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** Day and time in the district: 3月5日(周四)09:00, Thu 5 Mar at 09:00. */
export function showMoment(moment: Date, language: Language): string {
  const parts = Object.fromEntries(PARTS.formatToParts(moment).map(({ type, value }) => [type, value]));
  const { month = '', day = '', weekday = '', hour = '', minute = '' } = parts;
  return language === 'zh'
    ? `${month}月${day}日（${WEEKDAYS.zh[weekday]}）${hour}:${minute}`
    : `${weekday} ${day} ${MONTHS[Number(month) - 1]} at ${hour}:${minute}`;
}

function fill(text: string, valueOf: (variable: string) => string | undefined): string {
  return text.replace(/\{(\w+)\}/g, (whole, variable: string) => valueOf(variable) ?? whole);
}
