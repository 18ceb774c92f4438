import { Readable } from 'node:stream';
import type { TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { type Caller, csvRow, newId, rows } from '#core';
import type { ImportDetailView } from '../../libs/participation/src/imports/imports.dto.js';
import { ImportsService } from '../../libs/participation/src/imports/imports.service.js';
import { ImportsWorkService } from '../../libs/participation/src/imports/imports-work.service.js';
import { OpeningFiguresService } from '../../libs/participation/src/opening-figures/opening-figures.service.js';
import { cardNumber } from './district.js';
import { type SetClock, staff } from './taught-class.js';

/** The measure of trainings that other departments list. */
export const SOCIAL = 'social-training-annual';

const HEADING = ['姓名', '身份证号', '培训项目', '班期', '开始日期', '结束日期', '课时'];

export const once = () => ({ subject: 'spec', key: newId(), fingerprint: Buffer.alloc(1) });

/** Lists of other departments, and the people of the bureau who take them. */
export class Lists {
  private serial = 0;
  readonly imports: ImportsService;
  readonly work: ImportsWorkService;
  private readonly source: DataSource;

  constructor(
    private readonly nest: TestingModule,
    private readonly clock: SetClock,
  ) {
    this.imports = nest.get(ImportsService);
    this.work = nest.get(ImportsWorkService);
    this.source = nest.get(DataSource);
  }

  /** An officer of the bureau who is in its books. */
  async officer(name: string): Promise<Caller> {
    const id = newId();
    await rows(
      this.source,
      `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, $2, 'none', $3)`,
      [id, name, this.clock.at],
    );
    return staff('bureau_officer', null, id);
  }

  /** A department that has sent nothing yet. */
  async department(name: string): Promise<string> {
    const id = newId();
    await rows(
      this.source,
      `insert into regions (code, level, name, short_name, valid_from)
       values ('330305001201', 'village', '村', '村', '2023-01-01') on conflict do nothing`,
    );
    await rows(
      this.source,
      `insert into organisations (id, kind, name, region_code, created_at)
       values ($1, 'department', $2, '330305001201', $3)`,
      [id, name, this.clock.at],
    );
    return id;
  }

  /** A training that ended on a day, of so many people whom nobody knows. */
  training(day: string, people: number): Buffer {
    const lines = Array.from({ length: people }, () => {
      const card = cardNumber(`${1960 + Math.floor(++this.serial / 500)}-01-01`, this.serial % 500);
      return [`陈海${String.fromCharCode(0x4e00 + this.serial)}`, card, '电工', '第1期', day, day, '40'];
    });
    return Buffer.from([HEADING, ...lines].map(csvRow).join(''));
  }

  async preview(by: Caller, departmentId: string, file: Buffer): Promise<ImportDetailView> {
    const { id } = await this.imports.create(by, { kind: 'training', departmentId, fileName: '名单.csv' }, once());
    await this.imports.upload(by, id, { contentType: 'application/octet-stream', content: Readable.from([file]) });
    await this.work.advance(id);
    return this.imports.get(by, id);
  }

  async confirm(by: Caller, { id, version }: ImportDetailView, replaces: string[] = []): Promise<ImportDetailView> {
    await this.imports.confirm(by, id, version, replaces);
    await this.work.advance(id);
    return this.imports.get(by, id);
  }

  /** Makes ready for {@link confirmHalf}; not while somebody is at the records, which it locks. */
  async allowHalves(): Promise<void> {
    await rows(this.source, `create table cut_off_after (records int not null)`);
    await rows(
      this.source,
      `create function cut_off() returns trigger language plpgsql as $$
       begin
         if (select count(*) from imported_records where import_id = new.import_id) > (select records from cut_off_after)
         then raise 'cut off'; end if;
         return new;
       end $$`,
    );
    await rows(
      this.source,
      `create trigger tr_cut_off before insert on imported_records for each row execute function cut_off()`,
    );
  }

  /** Confirms it, and lets the worker die in the middle of the writing. */
  async confirmHalf(by: Caller, { id, version }: ImportDetailView, replaces: string[] = []): Promise<void> {
    await this.imports.confirm(by, id, version, replaces);
    await rows(this.source, `insert into cut_off_after values (600)`);
    const cut = await this.work.advance(id).then(
      () => new Error('the whole list was written'),
      (error: Error) => error,
    );
    await rows(this.source, `delete from cut_off_after`);
    if (!cut.message.includes('cut off')) throw cut;
  }

  /** A figure that waits for its signature. */
  async reviewed(by: [Caller, Caller], department: string, year: number, value: number): Promise<string> {
    const figures = this.nest.get(OpeningFiguresService);
    const paper = { measure: SOCIAL, year, department, value, documentNumber: '洞人社〔2026〕1号' } as const;
    const { id } = await figures.draft(by[0], paper, once());
    const scan = { contentType: 'application/pdf', content: Readable.from([Buffer.from(`%PDF-1.4 ${id}`)]) };
    await figures.scan(by[0], id, 1, scan);
    await figures.review(by[1], id, 2);
    return id;
  }
}
