import type { DataSource, EntityManager } from 'typeorm';
import { row } from '#core';
import type { RecordProvenanceView } from '../imports/imports.dto.js';
import { type FactsColumns, factsColumns } from './records.queries.js';

type ProvenanceRow = FactsColumns & {
  import_id: string;
  row_number: number;
  file_name: string;
  department_name: string;
  department_name_en: string | null;
  document_number: string | null;
  imported_by: string;
  imported_at: Date;
  withdrawn_at: Date | null;
};

/** Where an imported record comes from: department, file and row. */
export const readProvenance = (on: DataSource | EntityManager, recordId: string) =>
  row<ProvenanceRow>(
    on,
    `select ${factsColumns('i')}, i.import_id, i.row_number, m.file_name, d.name as department_name,
            d.name_en as department_name_en, m.document_number, s.name as imported_by, m.imported_at, i.withdrawn_at
       from imported_records i
       join imports m on m.id = i.import_id
       join organisations d on d.id = m.department_id
       join staff s on s.id = m.imported_by
      where i.id = $1`,
    [recordId],
  );

export const provenanceOf = (found: ProvenanceRow): RecordProvenanceView => ({
  importId: found.import_id,
  row: found.row_number,
  fileName: found.file_name,
  departmentName: found.department_name,
  departmentNameEn: found.department_name_en,
  documentNumber: found.document_number,
  importedBy: found.imported_by,
  importedAt: found.imported_at.toISOString(),
  withdrawnAt: found.withdrawn_at?.toISOString() ?? null,
  kind: found.kind,
  classTerm: found.class_term,
  certificateNumber: found.certificate_number,
  classHours: found.class_hours === null ? null : Number(found.class_hours),
  startsOn: found.starts_on,
  endsOn: found.ends_on,
  level: found.level,
  registeredOn: found.registered_on,
  expectedYear: found.expected_year,
  graduatedOn: found.graduated_on,
  leftOn: found.left_on,
  dual: found.dual,
});
