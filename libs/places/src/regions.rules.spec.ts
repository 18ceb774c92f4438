import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PACKAGE_ROOT } from '#core';
import { readRegionList, shortNameOf } from './regions.rules.js';

const list = readRegionList(readFileSync(join(PACKAGE_ROOT, 'libs/places/data/regions.csv'), 'utf8'));

/** Every village as screens show it, township by township. */
const SHORT_NAMES: Record<string, string> = {
  北岙街道:
    '城中社区 上新社区 银海社区 新城社区 岭背社区 城南社区 小朴社区 风门社区 九厅社区 打水鞍社区 三盘社区 小三盘村 大朴村 东郊村 隔头村 九仙村 大长坑村 小长坑村 白迭村 东沙村 海霞村 柴岙村 大王殿村 双垄村 鸽尾礁村',
  灵昆街道: '镇中居 海思村 双昆村 上岩头村 沙塘村 王相村 叶先村 周宅村 北段村 九村村',
  东屏街道: '蓝港社区 半屏社区 中仑村 东岙村 东岙顶村 垄头村 后寮村 寮顶村 岙仔村 后坑村 惠民村',
  元觉街道: '状元村 活水潭村 沙角村 花岗村 沙岗村 深门村 小北岙村',
  霓屿街道: '布袋岙村 桐岙村 上社村 下社村 石子岙村 同兴村 正岙村 下郎村 郎等村 长坑垄村',
  昆鹏街道: '雁鸿社区',
  大门镇:
    '兰湖洞居 大溪居 朝阳居 长沙社区 甲山社区 岙底村 岙面村 大荆村 小荆村 乌仙头村 豆岩村 东屿村 小门村 仁前途村 美岙村 寨楼村 营盘基村 杨梅田村 西浪村 东浪村 石浦村 潭头村 观音礁村 沙枫港村',
  鹿西乡: '鹿西村 口筐村 山坪村 东臼村 扎不断村 昌鱼礁村',
};

describe('the official list', () => {
  it('holds 8 townships and 94 villages under one district', () => {
    const count = (level: string) => list.filter((region) => region.level === level).length;
    expect([count('province'), count('city'), count('district'), count('township'), count('village')]).toEqual([
      1, 1, 1, 8, 94,
    ]);
  });

  it.each(list.filter((region) => region.level === 'township').map(({ code, name }) => [name, code]))(
    'gives the villages of %s their short names',
    (name, code) => {
      const villages = list.filter((region) => region.parentCode === code);
      expect(villages.map((village) => shortNameOf(village.name))).toEqual(SHORT_NAMES[name]?.split(' '));
    },
  );

  it('leaves the names of townships and above as they are', () => {
    for (const region of list.filter(({ level }) => level !== 'village')) {
      expect(shortNameOf(region.name)).toBe(region.name);
    }
  });

  it('refuses a line that is not one of it', () => {
    expect(() => readRegionList('code,level,name,parent_code\n33030500100,village,短码村,330305001000')).toThrow(
      '短码村',
    );
  });
});
