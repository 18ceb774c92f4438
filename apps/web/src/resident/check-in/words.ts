import { WordsOfPart } from '../../shared/i18n';
import zh from '../messages/check-in.zh.json';

/** The words of checking in and of the class monitor. */
export const words = new WordsOfPart(zh, () => import('../messages/check-in.en.json'));
