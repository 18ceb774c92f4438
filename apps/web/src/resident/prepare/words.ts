import { WordsOfPart } from '../../shared/i18n';
import zh from '../messages/prepare.zh.json';

/** The words of getting ready. */
export const words = new WordsOfPart(zh, () => import('../messages/prepare.en.json'));
