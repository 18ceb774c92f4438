import type { Dice } from './dice.rules.js';

/*
 * Names of people whom nobody is: common surnames of the islands with common given names. A phone begins with 169, which
 * is given to no network, so that nothing ever rings; a card's number begins with 99, which is no province.
 */

export type Sex = 'male' | 'female';

const SURNAMES = [...'陈林郑王张黄叶庄郭苏吴李洪许杨蔡颜曾甘周柯潘胡邱'];

const GIVEN: Record<'old' | 'young', Record<Sex, string[]>> = {
  old: {
    male: '阿海 国富 建国 德明 永福 志强 金水 水生 阿土 宝根 大元 海生 福林 良友 文德 庆丰 定海 阿法 光明 祖荣'.split(
      ' ',
    ),
    female: '阿香 秀英 彩凤 月娥 玉兰 阿珠 春花 美英 冬梅 菊芬 银花 桂香 爱珍 素贞 雪娥 阿莲 翠英 丽珠 金凤 玉钗'.split(
      ' ',
    ),
  },
  young: {
    male: '志鹏 海波 俊杰 晓东 伟明 建波 宇航 文斌 海涛 少华 立军 国栋 振宇 小磊 永强 浩然 一帆 海峰 家豪 成龙'.split(
      ' ',
    ),
    female: '海燕 晓敏 丽娜 雅琴 思思 海霞 婷婷 晓燕 佳怡 美玲 雪芬 慧敏 小红 秋月 静怡 海英 佩佩 艳芳 依依 若兰'.split(
      ' ',
    ),
  },
};

/** A made-up name. */
export function nameOf(dice: Dice, sex: Sex, born: number, surname = dice.pick(SURNAMES)): string {
  return surname + dice.pick(GIVEN[born < 1975 ? 'old' : 'young'][sex]);
}

/** The serial's phone: 169 0577 and four digits. */
export const phoneOf = (serial: number) => `1690577${String(serial).padStart(4, '0')}`;

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** The number of a resident identity card that nobody holds: division 990577, and a right check character. */
export function cardOf(birthDate: string, serial: number, sex: Sex): string {
  // The last digit of the serial tells the sex.
  const order = (serial * 2 + (sex === 'male' ? 1 : 0)) % 1000;
  const first = `990577${birthDate.replaceAll('-', '')}${String(order).padStart(3, '0')}`;
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(first[index]), 0);
  return first + '10X98765432'.charAt(sum % 11);
}
