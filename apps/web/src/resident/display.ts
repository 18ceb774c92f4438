import { reactive, watchEffect } from 'vue';

export const TYPE_SIZES = ['large', 'larger', 'largest'] as const;
export type TypeSize = (typeof TYPE_SIZES)[number];

const KEPT_AS = 'huixue-display';

interface Display {
  size: TypeSize;
  highContrast: boolean;
}

function kept(): Display {
  const none: Display = { size: 'large', highContrast: false };
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(KEPT_AS) ?? '{}') as Partial<Display>) };
  } catch {
    return none;
  }
}

/** How large and how strong the pages are drawn; kept on the device. */
export const display = reactive<Display>(kept());

watchEffect(() => {
  const { dataset } = document.documentElement;
  dataset.type = display.size;
  dataset.contrast = display.highContrast ? 'high' : 'normal';
  localStorage.setItem(KEPT_AS, JSON.stringify(display));
});
