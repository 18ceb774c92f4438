import { useI18n } from 'vue-i18n';
import { stamp } from './figures';

/** An id says nothing to a reader. */
const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
/** Details whose codes have words elsewhere: where those stand. */
const SAID_BY: Record<string, string[]> = {
  role: ['staff.roles'],
  programmeKind: ['kind'],
  kind: ['auditValue.kind', 'organisationKind'],
};

const saysNothing = (value: unknown) =>
  value === null || (typeof value === 'string' && ID.test(value)) || (Array.isArray(value) && value.length === 0);

/** What an entry of the audit log says besides who did what: names and codes in words, moments in the district's time. */
export function useAuditDetails() {
  const words = useI18n();
  const t = (key: string) => words.t(key);
  const te = (key: string) => words.te(key, 'zh');
  const wordsOf = (keys: string[]) => keys.find((key) => te(key));

  function inWords(name: string, value: unknown): string {
    if (typeof value === 'boolean') return t(value ? 'auditValue.yes' : 'auditValue.no');
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ');
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string') return JSON.stringify(value);
    const code = value;
    if (MOMENT.test(code)) return stamp(code);
    const known = /^\w+$/.test(code) && wordsOf((SAID_BY[name] ?? [`auditValue.${name}`]).map((at) => `${at}.${code}`));
    return known ? t(known) : code;
  }

  return function inDetail(targetKind: string, details: Record<string, unknown>): string[] {
    const { from, to, ...others } = details;
    const state = (code: unknown) => {
      const key = `${targetKind === 'enrollment' ? 'enrollment' : 'classState'}.${String(code)}`;
      return te(key) ? t(key) : String(code);
    };
    const moved = to === undefined ? [] : [from == null ? state(to) : `${state(from)} → ${state(to)}`];
    const said = Object.entries(others)
      .filter(([, value]) => !saysNothing(value))
      .map(([name, value]) => `${te(`auditDetail.${name}`) ? t(`auditDetail.${name}`) : name} ${inWords(name, value)}`);
    return [...moved, ...said];
  };
}
