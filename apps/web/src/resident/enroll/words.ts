import { WordsOfPart } from '../../shared/i18n';
import zh from '../messages/enrollment.zh.json';

/** The words of enrolling and of an enrollment. */
export const words = new WordsOfPart(zh, () => import('../messages/enrollment.en.json'));
