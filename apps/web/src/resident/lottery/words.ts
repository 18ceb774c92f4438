import { WordsOfPart } from '../../shared/i18n';
import zh from '../messages/lottery.zh.json';

/** The words of lotteries. */
export const words = new WordsOfPart(zh, () => import('../messages/lottery.en.json'));
