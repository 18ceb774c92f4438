import { readSettings, runProcess } from '#core';
import { startApi } from './api.js';

await runProcess(readSettings, startApi);
