import { type Ref, ref, watch } from 'vue';

/**
 * A field of a form beside others: it follows what is stored until somebody chooses, and then keeps the choice,
 * whatever is stored meanwhile by another form of the same page.
 *
 * @param stored what is stored now
 * @param same whether two values are one
 */
export function useChoice<Value>(
  stored: () => Value,
  same: (one: Value, other: Value) => boolean = Object.is,
): Ref<Value> {
  const choice = ref(stored()) as Ref<Value>;
  let before = stored();
  watch(stored, (now) => {
    if (same(choice.value, before)) choice.value = now;
    before = now;
  });
  return choice;
}
