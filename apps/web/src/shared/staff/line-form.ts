import { computed, nextTick, ref, shallowRef, type Ref } from 'vue';
import { useWish } from '../attempts';
import { useAction } from './actions';
import { askBeforeLosing } from './unsaved';

/** How the lines of one list are read from a form, and written. */
interface Lines<Line, Form, Body> {
  empty: () => Form;
  formOf: (line: Line) => Form;
  /** What is sent; a field that was left empty is null. */
  bodyOf: (form: Form) => Body;
  /** Fields that may not be left empty. */
  needed: readonly (keyof Form & string)[];
  create: (body: Body, key: string) => Promise<Line>;
  /** @param body only what differs from the line as it was when its form was opened */
  change: (line: Line, body: Partial<Body>) => Promise<Line>;
  read: (line: Line) => Promise<Line>;
}

/**
 * The form beside a list by which a line is added, or one of them changed. What was typed stays until it is saved or
 * given up; where somebody else changed the line meanwhile, saving once more lays only what was typed over theirs.
 *
 * @param words that a field must be filled in; whether what was typed may be given up
 * @param saved is told the line, and whether it is a new one
 */
export function useLineForm<Line, Form extends Record<string, string>, Body extends object>(
  lines: Lines<Line, Form, Body>,
  words: Record<'missing' | 'leave', () => string>,
  saved: (line: Line, isNew: boolean) => unknown,
) {
  const form = ref(lines.empty()) as Ref<Form>;
  /** The line that is changed; null: a new one. */
  const line = shallowRef<Line | null>(null);
  const isOpen = ref(false);
  const left = ref<readonly string[]>([]);
  const { busy, problem, fields, run } = useAction();
  const wish = useWish();
  let before = lines.empty();

  /** Sentences for fields by name. */
  const said = computed<Record<string, string>>(() => ({
    ...fields.value,
    ...Object.fromEntries(left.value.map((field) => [field, words.missing()])),
  }));

  async function open(one: Line | null): Promise<void> {
    // The form is made anew, so that its first field takes the focus.
    isOpen.value = false;
    await nextTick();
    before = one === null ? lines.empty() : lines.formOf(one);
    form.value = { ...before };
    line.value = one;
    left.value = [];
    problem.value = null;
    isOpen.value = true;
  }

  async function save(): Promise<void> {
    left.value = lines.needed.filter((field) => form.value[field]!.trim() === '');
    if (left.value.length > 0) {
      problem.value = null;
      return;
    }
    const body = lines.bodyOf(form.value);
    const old = line.value;
    const done = await run(() =>
      old === null ? lines.create(body, wish.keyFor(body)) : lines.change(old, news(body)),
    );
    if (done !== undefined) {
      wish.done();
      isOpen.value = false;
      saved(done, old === null);
    } else if (problem.value?.status === 412 && old !== null) {
      const stale = problem.value;
      line.value = (await run(() => lines.read(old))) ?? old;
      problem.value ??= stale;
    }
  }

  function news(body: Body): Partial<Body> {
    const was = lines.bodyOf(before) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(body).filter(([key, value]) => value !== was[key])) as Partial<Body>;
  }

  askBeforeLosing(() => isOpen.value && JSON.stringify(form.value) !== JSON.stringify(before), words.leave);

  return { form, line, isOpen, busy, problem, said, open, save, close: () => void (isOpen.value = false) };
}

/** A text as it is sent: nothing but spaces is none. */
export const textOrNone = (typed: string): string | null => typed.trim() || null;
