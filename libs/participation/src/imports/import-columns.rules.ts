import type { ImportKind } from '#contracts';

/** What a column may hold. */
export type ImportField =
  | 'name'
  | 'documentKind'
  | 'documentNumber'
  | 'phone'
  | 'birthDate'
  | 'title'
  | 'school'
  | 'organisation'
  | 'classTerm'
  | 'certificateNumber'
  | 'startsOn'
  | 'endsOn'
  | 'classHours'
  | 'region'
  | 'level'
  | 'registeredOn'
  | 'expectedYear'
  | 'graduatedOn'
  | 'leftOn'
  | 'dual';

interface Column {
  field: ImportField;
  /** As the template calls it. */
  heading: string;
  /** Other headings that are known. */
  also: readonly string[];
  /** Without it a list is not one of its kind. */
  needed?: true;
  /** What the template shows in its first row. */
  example: string;
}

const NAME: Column = {
  field: 'name',
  heading: '姓名',
  also: ['学员姓名', '学生姓名', '名字', 'name'],
  needed: true,
  example: '王小海',
};
const PERSON: readonly Column[] = [
  NAME,
  {
    field: 'documentKind',
    heading: '证件类型',
    also: ['证件类别', '证件种类', 'document kind'],
    example: '居民身份证',
  },
  {
    field: 'documentNumber',
    heading: '证件号码',
    also: [
      '身份证号',
      '身份证号码',
      '身份证',
      '公民身份号码',
      '居民身份证号',
      '证件号',
      'id number',
      'document number',
    ],
    needed: true,
    example: '330305198001011233',
  },
  {
    field: 'phone',
    heading: '手机号码',
    also: ['手机号', '手机', '联系电话', '电话', '联系方式', 'phone'],
    example: '13800000000',
  },
  { field: 'birthDate', heading: '出生日期', also: ['出生年月日', '出生年月', '生日', 'birth date'], example: '' },
];
const REGION: Column = {
  field: 'region',
  heading: '所在地',
  also: ['地区', '行政区划', '行政区划代码', '乡镇', '乡镇街道', '街道', '乡镇(街道)', '培训所在地', 'region'],
  example: '北岙街道',
};

/** The columns of a list of trainings and of one of degrees, in the order of the template. */
export const COLUMNS: Readonly<Record<ImportKind, readonly Column[]>> = {
  training: [
    ...PERSON,
    {
      field: 'title',
      heading: '培训工种(项目)',
      also: [
        '培训工种',
        '工种',
        '培训项目',
        '项目',
        '项目名称',
        '培训项目名称',
        '专业工种',
        '职业工种',
        '课程',
        '课程名称',
        '培训内容',
        '培训名称',
        'trade',
        'project',
      ],
      needed: true,
      example: '养老护理员',
    },
    {
      field: 'organisation',
      heading: '培训机构',
      also: ['培训单位', '承办单位', '举办单位', '培训学校', '机构', '机构名称', '学校', 'organisation'],
      example: '',
    },
    {
      field: 'classTerm',
      heading: '班期',
      also: ['班次', '培训班期', '期次', '班级', '班名', '培训班次', 'class term'],
      example: '2026年第1期',
    },
    {
      field: 'certificateNumber',
      heading: '证书编号',
      also: ['证书号码', '证书号', '合格证号', '合格证书编号', '结业证书编号', 'certificate number'],
      example: '',
    },
    {
      field: 'startsOn',
      heading: '开始日期',
      also: ['培训开始日期', '培训开始时间', '开班日期', '开班时间', '开始时间', '起始日期', 'start date'],
      needed: true,
      example: '2026-03-02',
    },
    {
      field: 'endsOn',
      heading: '结束日期',
      also: ['培训结束日期', '培训结束时间', '结业日期', '结业时间', '结束时间', '截止日期', 'end date'],
      needed: true,
      example: '2026-03-13',
    },
    {
      field: 'classHours',
      heading: '课时',
      also: ['培训课时', '学时', '总课时', '课时数', '学时数', 'class hours'],
      needed: true,
      example: '40',
    },
    REGION,
  ],
  degree: [
    ...PERSON,
    {
      field: 'level',
      heading: '学历层次',
      also: ['层次', '学历', '提升学历', '培养层次', '就读层次', 'level'],
      needed: true,
      example: '大专',
    },
    {
      field: 'school',
      heading: '学校',
      also: ['就读学校', '院校', '院校名称', '学校名称', '毕业院校', '毕业学校', '就读院校', 'school'],
      example: '浙江开放大学',
    },
    { field: 'title', heading: '专业', also: ['专业名称', '就读专业', 'major'], example: '学前教育' },
    {
      field: 'organisation',
      heading: '办学机构',
      also: ['教学点', '学习中心', '机构', '机构名称', 'organisation'],
      example: '',
    },
    {
      field: 'registeredOn',
      heading: '注册学籍日期',
      also: ['学籍注册日期', '注册日期', '注册学籍时间', '学籍注册时间', '入学日期', '入学时间', 'registration date'],
      example: '2024-09-01',
    },
    {
      field: 'expectedYear',
      heading: '预计毕业年份',
      also: ['预计毕业时间', '预计毕业年', '预计毕业日期', 'expected year'],
      example: '2027',
    },
    { field: 'graduatedOn', heading: '毕业日期', also: ['毕业时间', '毕业年月', 'graduation date'], example: '' },
    { field: 'leftOn', heading: '退学日期', also: ['退学时间', '离校日期', 'left on'], example: '' },
    {
      field: 'certificateNumber',
      heading: '毕业证书编号',
      also: ['毕业证编号', '毕业证号', '毕业证书号', '证书编号', '证书号', 'certificate number'],
      example: '',
    },
    { field: 'dual', heading: '双证制', also: ['是否双证制', '双证', 'dual certificate'], example: '否' },
    REGION,
  ],
};

/** Where in a row each field stands. */
export type Places = Partial<Record<ImportField, number>>;

/** A heading without what people put into it: blanks, brackets of any width, stars and colons. */
const bare = (heading: string) =>
  heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s*:、_/-]|\((必填|选填|可选|必须|示例).*?\)/g, '')
    .replace(/[()]/g, '');

/**
 * The columns of a heading, in whatever order and by whatever known name they stand; the first of two equal ones.
 *
 * @returns the places, and the headings of needed columns that are missing
 */
export function readHeading(kind: ImportKind, cells: readonly string[]): { places: Places; missing: string[] } {
  const places: Places = {};
  const columns = COLUMNS[kind];
  const names = new Map(
    columns.flatMap(({ field, heading, also }) => [heading, ...also].map((name) => [bare(name), field] as const)),
  );
  for (const [index, cell] of cells.entries()) {
    const field = cell === '' ? undefined : names.get(bare(cell));
    if (field !== undefined) places[field] ??= index;
  }
  const missing = columns.filter(({ field, needed }) => needed && places[field] === undefined);
  return { places, missing: missing.map(({ heading }) => heading) };
}

/** Rows above the table (a title, who sent it) in which its heading is looked for. */
export const HEADING_WITHIN = 10;
