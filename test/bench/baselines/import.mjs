/**
 * The baseline of `import`: the file is read as a stream, parsed, and sent to PostgreSQL by COPY, into one table with the
 * unique index that keeps a training from being there twice. It checks nothing, finds nobody, and keeps document numbers
 * as they are.
 */
import { once } from 'node:events';
import { parse } from 'csv-parse';

export const LIST_TABLE = `
  create table trainings (
    name text not null,
    document_number text not null,
    trade text not null,
    class_term text not null,
    starts_on date not null,
    ends_on date not null,
    class_hours int not null,
    constraint uq_trainings unique (document_number, trade, class_term)
  )`;

/** Bytes that are sent at once. */
const CHUNK = 64 * 1024;

/** Copies a list into the table. */
export function copyList(client, file) {
  const rows = file.pipe(parse({ from_line: 2 }));
  return new Promise((resolve, reject) => {
    client.query({
      submit: (connection) => connection.query('copy trainings from stdin'),
      handleCopyInResponse: (connection) => {
        send(connection, rows).then(
          () => connection.endCopyFrom(),
          (error) => connection.sendCopyFail(String(error)),
        );
      },
      handleCommandComplete: () => {},
      handleReadyForQuery: () => resolve(),
      handleError: reject,
    });
  });
}

async function send(connection, rows) {
  let text = '';
  const flush = async () => {
    connection.sendCopyFromChunk(Buffer.from(text));
    text = '';
    // A socket that is full is waited for.
    if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain');
  };
  for await (const cells of rows) {
    text += `${cells.map(escaped).join('\t')}\n`;
    if (text.length >= CHUNK) await flush();
  }
  if (text) await flush();
}

const escaped = (cell) =>
  cell.replace(/[\\\t\r\n]/g, (mark) => ({ '\\': '\\\\', '\t': '\\t', '\r': '\\r', '\n': '\\n' })[mark]);
