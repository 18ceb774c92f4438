import { readSettings, runProcess } from '#core';
import { startWorker } from './worker.js';

await runProcess(readSettings, startWorker);
