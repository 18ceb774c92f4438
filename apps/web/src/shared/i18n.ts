import { type Composer, createI18n, useI18n } from 'vue-i18n';
import { watch } from 'vue';
import { language } from './language';
import sharedEn from './messages/en.json';
import sharedZh from './messages/zh.json';

/** The words of one area, laid over the shared ones, in the language of the page. */
export function wordsOf(zh: Record<string, unknown>, en: Record<string, unknown>) {
  const i18n = createI18n({
    legacy: false,
    locale: language.value,
    fallbackLocale: 'zh',
    messages: { zh: { ...sharedZh, ...zh }, en: { ...sharedEn, ...en } },
  });
  watch(language, (now) => (i18n.global.locale.value = now));
  return i18n;
}

type Messages = Record<string, unknown>;

/**
 * {@link wordsOf} for phones: English comes along only where somebody reads it.
 *
 * @returns once the words of the page's language are there
 */
export async function wordsOnDemand(zh: Messages, loadEn: () => Promise<Messages>) {
  const i18n = createI18n({
    legacy: false,
    locale: language.value,
    fallbackLocale: 'zh',
    messages: { zh: { ...sharedZh, ...zh }, en: sharedEn },
  });
  let englishIsHere = false;
  const speak = async () => {
    const wanted = language.value;
    try {
      if (wanted === 'en') {
        const parts = Promise.all([...partsInUse].map((part) => part.ready()));
        if (!englishIsHere) i18n.global.mergeLocaleMessage('en', await loadEn());
        englishIsHere = true;
        await parts;
        for (const part of partsInUse) part.lay(i18n.global);
      }
      i18n.global.locale.value = wanted;
    } catch {
      // Without network what is missing is said in Chinese, which is always there.
    }
  };
  watch(language, speak);
  await speak();
  return i18n;
}

type Words = Pick<Composer, 'mergeLocaleMessage'>;

const partsInUse = new Set<WordsOfPart>();

/** The words of a part of an area, which come along only where somebody looks into it, and in English where it is read. */
export class WordsOfPart {
  private en: Messages | undefined;

  constructor(
    private readonly zh: Messages,
    private readonly loadEn: () => Promise<{ default: Messages }>,
  ) {}

  /** To be called by each component that speaks with these words, before it says any. */
  use(): void {
    partsInUse.add(this);
    this.lay(useI18n({ useScope: 'global' }));
  }

  /** Once the words of the page's language are there; what does not come is said in Chinese. */
  async ready(): Promise<void> {
    if (language.value !== 'en' || this.en) return;
    try {
      this.en = (await this.loadEn()).default;
    } catch {
      // The next look into the part, or the next change of the language, asks again.
    }
  }

  lay(words: Words): void {
    words.mergeLocaleMessage('zh', this.zh);
    if (this.en) words.mergeLocaleMessage('en', this.en);
  }
}

/** A component together with the words it speaks with. */
export async function withWords<Component>(
  component: Promise<Component>,
  part: Promise<{ words: WordsOfPart }>,
): Promise<Component> {
  const { words } = await part;
  const [loaded] = await Promise.all([component, words.ready()]);
  return loaded;
}
