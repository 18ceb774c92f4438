import chromium, { inflate } from '@sparticuz/chromium';
import { fileURLToPath } from 'node:url';

/*
 * Unpacks the browser of @sparticuz/chromium, with the libraries that a bare machine lacks, into the folder of
 * temporary files (TMPDIR): the package knows no other. So this is a program of its own, started with a TMPDIR of its own.
 */
const packed = fileURLToPath(new URL('../bin/', import.meta.resolve('@sparticuz/chromium')));
await Promise.all([chromium.executablePath(packed), inflate(`${packed}al2023.tar.br`)]);
