import type { AccessRoute, OrganisationKind } from '#contracts';

/*
 * The institutions of the demo, in the townships and villages that exist (codes of the National Bureau of Statistics).
 * Addresses and directions are made up.
 */

export interface DemoVenue {
  key: string;
  /** How classes call it. */
  short: string;
  shortEn: string;
  regionCode: string;
  name: string;
  address: string;
  directions: string;
  capacity: number;
  stepFree: boolean;
  accessRoute: AccessRoute;
}

export interface DemoSchool {
  key: string;
  kind: OrganisationKind;
  name: string;
  nameEn: string;
  regionCode: string;
  /** How many teach there. */
  teachers: number;
  venues: DemoVenue[];
}

const venue = (
  key: string,
  regionCode: string,
  [short, shortEn, name, address]: [string, string, string, string],
  directions: string,
  [capacity, accessRoute, stepFree]: [number, AccessRoute, boolean],
): DemoVenue => ({ key, short, shortEn, regionCode, name, address, directions, capacity, stepFree, accessRoute });

const school = (
  key: string,
  kind: OrganisationKind,
  [name, nameEn]: [string, string],
  regionCode: string,
  teachers: number,
  venues: DemoVenue[] = [],
): DemoSchool => ({ key, kind, name, nameEn, regionCode, teachers, venues });

const DISTRICT = '330305000000';

/** The first is the one whose staff may be tried out. */
export const SCHOOLS: readonly DemoSchool[] = [
  school('beiao', 'community_school', ['北岙街道社区学校', 'Beiao Community School'], '330305001000', 4, [
    venue(
      'xiaopu',
      '330305001007',
      ['小朴', 'Xiaopu', '小朴文化礼堂二楼', '小朴社区中心路12号'],
      '码头上来右手走200米，文化礼堂侧门上二楼。3路公交“小朴”站下车。',
      [40, 'road', false],
    ),
    venue(
      'chengzhong',
      '330305001001',
      ['城中', 'Chengzhong', '城中社区学习中心', '城中社区中心街88号'],
      '菜场对面，进大门坐电梯到三楼，右手第一间。',
      [60, 'road', true],
    ),
    venue(
      'fengmen',
      '330305001008',
      ['风门', 'Fengmen', '风门社区老年活动室', '风门社区风门路5号'],
      '社区卫生站旁边的红砖房，一楼，门口有坡道。',
      [30, 'road', true],
    ),
    venue(
      'yinhai',
      '330305001003',
      ['银海', 'Yinhai', '银海社区多功能厅', '银海社区望海路20号'],
      '公交“银海社区”站下车，往海边走100米，玻璃门那栋一楼。',
      [80, 'road', true],
    ),
    venue(
      'sanpan',
      '330305001011',
      ['三盘', 'Sanpan', '三盘社区教室', '三盘社区港前路3号'],
      '过三盘大桥第一个路口左转，渔港码头边二层小楼。',
      [30, 'causeway', false],
    ),
  ]),
  school('dongping', 'community_school', ['东屏街道社区学校', 'Dongping Community School'], '330305003000', 2, [
    venue(
      'dongao',
      '330305003202',
      ['东岙', "Dong'ao", '东岙村文化礼堂', '东岙村海滨路1号'],
      '沙滩停车场往村里走50米，有红灯笼的大门，一楼。',
      [50, 'road', true],
    ),
    venue(
      'banping',
      '330305003002',
      ['半屏', 'Banping', '半屏社区教室', '半屏社区半屏路9号'],
      '过半屏大桥，桥头下坡到底，篮球场旁边。',
      [30, 'causeway', true],
    ),
    venue(
      'liaoding',
      '330305003208',
      ['寮顶', 'Liaoding', '寮顶村老年活动中心', '寮顶村18号'],
      '村口大榕树往上走石阶30级，石头房二楼。',
      [24, 'road', false],
    ),
  ]),
  school('damen', 'community_school', ['大门镇社区学校', 'Damen Community School'], '330305101000', 3, [
    venue(
      'lanhudong',
      '330305101001',
      ['兰湖洞', 'Lanhudong', '兰湖洞学习点', '大门镇兰湖洞街7号'],
      '大门码头下船后直走300米，农商银行楼上。末班船17:30。',
      [36, 'ferry', false],
    ),
    venue(
      'changsha',
      '330305101004',
      ['长沙', 'Changsha', '长沙社区文化礼堂', '大门镇长沙社区22号'],
      '码头乘环岛公交到“长沙”站，站牌对面。',
      [40, 'ferry', true],
    ),
    venue(
      'douyan',
      '330305101207',
      ['豆岩', 'Douyan', '豆岩村老年学堂', '大门镇豆岩村6号'],
      '环岛公交“豆岩”站下车，村委会一楼。',
      [24, 'ferry', true],
    ),
    venue(
      'guanyinjiao',
      '330305101221',
      ['观音礁', 'Guanyinjiao', '观音礁村老年学堂', '大门镇观音礁村11号'],
      '村小学旧址，进校门左手边平房。',
      [24, 'ferry', true],
    ),
  ]),
  school('niyu', 'community_school', ['霓屿街道社区学校', 'Niyu Community School'], '330305005000', 2, [
    venue(
      'budaiao',
      '330305005200',
      ['布袋岙', "Budai'ao", '布袋岙村文化礼堂', '布袋岙村33号'],
      '村道走到底，戏台后面，一楼。',
      [36, 'causeway', true],
    ),
    venue(
      'xialang',
      '330305005207',
      ['下郎', 'Xialang', '下郎村老年学堂', '下郎村9号'],
      '紫菜加工厂往上走一百步，白墙小院。',
      [24, 'causeway', false],
    ),
    venue(
      'tongxing',
      '330305005205',
      ['同兴', 'Tongxing', '紫菜产业实训教室', '同兴村产业园2号楼'],
      '产业园大门进去第二栋，一楼大教室，门口可停车。',
      [40, 'causeway', true],
    ),
  ]),
  school('yuanjue', 'community_school', ['元觉街道社区学校', 'Yuanjue Community School'], '330305004000', 1, [
    venue(
      'huagang',
      '330305004203',
      ['花岗', 'Huagang', '花岗村石屋教室', '花岗村15号'],
      '渔村停车场下坡，第三间石头房。',
      [24, 'causeway', false],
    ),
    venue('shajiao', '330305004202', ['沙角', 'Shajiao', '沙角村老年学堂', '沙角村2号'], '公交“沙角”站下车就是。', [
      24,
      'causeway',
      true,
    ]),
  ]),
  school('luxi', 'community_school', ['鹿西乡社区学校', 'Luxi Community School'], '330305202000', 1, [
    venue(
      'luxi',
      '330305202200',
      ['鹿西', 'Luxi', '鹿西村文化礼堂', '鹿西乡鹿西村1号'],
      '鹿西码头下船，沿防波堤走五分钟。大风天轮渡停航，以短信为准。',
      [30, 'ferry', true],
    ),
    venue(
      'koukuang',
      '330305202201',
      ['口筐', 'Koukuang', '口筐村老年学堂', '鹿西乡口筐村12号'],
      '码头有村里的接驳车，上课前半小时一班。',
      [24, 'ferry', false],
    ),
  ]),
  school('lingkun', 'community_school', ['灵昆街道社区学校', 'Lingkun Community School'], '330305002000', 1, [
    venue(
      'zhenzhong',
      '330305002001',
      ['镇中', 'Zhenzhong', '灵昆镇中学习中心', '灵昆街道镇中路40号'],
      '老镇政府旁边，一楼大厅往里走。',
      [40, 'road', true],
    ),
    venue('shuangkun', '330305002201', ['双昆', 'Shuangkun', '双昆村文化礼堂', '双昆村8号'], '村委会大院右侧。', [
      30,
      'road',
      true,
    ]),
  ]),
  school('kunpeng', 'community_school', ['昆鹏街道社区学校', 'Kunpeng Community School'], '330305006000', 1, [
    venue(
      'yanhong',
      '330305006001',
      ['雁鸿', 'Yanhong', '雁鸿社区教室', '雁鸿社区服务中心三楼'],
      '社区服务中心，电梯到三楼。',
      [30, 'road', true],
    ),
  ]),
  school('laoda', 'elderly_school', ['洞头区老年大学', 'Dongtou University of the Third Age'], DISTRICT, 3, [
    venue(
      'calligraphy',
      '330305001004',
      ['老年大学', 'Third Age', '老年大学201教室', '新城社区学苑路6号'],
      '正门进，电梯二楼，出电梯左转。',
      [30, 'road', true],
    ),
    venue(
      'dance',
      '330305001004',
      ['老年大学', 'Third Age', '老年大学舞蹈房', '新城社区学苑路6号'],
      '正门进，一楼走廊尽头。请穿软底鞋。',
      [30, 'road', true],
    ),
  ]),
  school('college', 'community_college', ['洞头区社区学院', 'Dongtou Community College'], DISTRICT, 3, [
    venue(
      'college',
      '330305001004',
      ['社区学院', 'College', '社区学院实训楼102', '新城社区学苑路8号'],
      '东门进，实训楼一楼；车停东门外。',
      [40, 'road', true],
    ),
    venue(
      'kitchen',
      '330305001004',
      ['社区学院', 'College', '社区学院烹饪实训室', '新城社区学苑路8号'],
      '实训楼地下一层，楼梯口有指示牌。',
      [24, 'road', false],
    ),
  ]),
  school('vocational', 'vocational_centre', ['洞头区职业教育中心', 'Dongtou Vocational Centre'], DISTRICT, 2, [
    venue(
      'vocational',
      '330305001005',
      ['职教中心', 'Vocational Centre', '职教中心3号楼205', '岭背社区育才路1号'],
      '大门登记后直走，3号楼二楼。',
      [45, 'road', false],
    ),
  ]),
  school(
    'trainer',
    'training_provider',
    ['海岛民宿与咖啡培训中心', 'Island Homestay and Coffee Training'],
    '330305003000',
    1,
    [
      venue(
        'trainer',
        '330305003203',
        ['东岙顶', "Dong'aoding", '东岙顶民宿实训院', '东岙顶村26号'],
        '东岙沙滩往上走400米，院子里有大伞。',
        [16, 'road', false],
      ),
    ],
  ),
];

/** Institutions without classes of their own. */
export const OFFICES: readonly DemoSchool[] = [
  school('bureau', 'bureau', ['洞头区教育局', 'Dongtou Education Bureau'], DISTRICT, 0),
  school('labour', 'department', ['洞头区人力资源和社会保障局', 'Dongtou Labour Office'], DISTRICT, 0),
  school('xiaopu-office', 'village_office', ['小朴社区居委会', 'Xiaopu Village Office'], '330305001007', 0),
  school('huagang-office', 'village_office', ['花岗村村民委员会', 'Huagang Village Office'], '330305004203', 0),
];

export const schoolOfVenue = (key: string): DemoSchool =>
  SCHOOLS.find(({ venues }) => venues.some((one) => one.key === key))!;

export const venueOf = (key: string): DemoVenue => schoolOfVenue(key).venues.find((one) => one.key === key)!;

/** The code of the township in which a region of the list lies: its first nine digits name it. */
export const townshipCode = (regionCode: string) => `${regionCode.slice(0, 9)}000`;

/** The community school of a township. */
export const schoolOfTownship = (code: string): DemoSchool =>
  SCHOOLS.find(({ kind, regionCode }) => kind === 'community_school' && regionCode === code)!;

/** Where no plate hangs yet. */
export const WITHOUT_PLATE: ReadonlySet<string> = new Set([
  '330305202000',
  '330305202204',
  '330305202205',
  '330305101209',
  '330305101212',
  '330305101216',
  '330305001218',
  '330305001222',
  '330305005208',
  '330305002208',
  '330305003210',
  '330305004206',
]);
