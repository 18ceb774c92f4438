/**
 * apps/api/openapi.json is what the routes say of themselves, and the web app's types are made of it. `--write` renews
 * both.
 */
import openapiTypes, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { describeApi } from '../../dist/apps/api/src/api.js';
import { readSettings } from '../../dist/libs/core/src/index.js';
import { TEST_KEYS } from '../support/test-keys.mjs';
import { compareWithCommitted } from './committed.mjs';

// Nothing connects to it.
const settings = readSettings({ MODE: 'demo', DATABASE_URL: 'postgres://127.0.0.1/none', ...TEST_KEYS });
const document = JSON.stringify(await describeApi(settings), null, 2);
const types = COMMENT_HEADER + astToString(await openapiTypes(document));
const same = [
  compareWithCommitted('apps/api/openapi.json', `${document}\n`),
  compareWithCommitted('apps/web/src/shared/api-schema.d.ts', types),
];
process.exit(same.every(Boolean) ? 0 : 1);
