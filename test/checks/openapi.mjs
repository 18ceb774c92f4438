/** apps/api/openapi.json is what the routes say of themselves. `--write` renews it. */
import { describeApi } from '../../dist/apps/api/src/api.js';
import { readSettings } from '../../dist/libs/core/src/index.js';
import { TEST_KEYS } from '../support/test-keys.mjs';
import { compareWithCommitted } from './committed.mjs';

// Nothing connects to it.
const settings = readSettings({ MODE: 'demo', DATABASE_URL: 'postgres://127.0.0.1/none', ...TEST_KEYS });
const document = await describeApi(settings);
const same = compareWithCommitted('apps/api/openapi.json', `${JSON.stringify(document, null, 2)}\n`);
process.exit(same ? 0 : 1);
