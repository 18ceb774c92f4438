import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('join-packages.mjs', import.meta.url));

/**
 * The packages that the tests load are joined into few files. Jest gives each test file a world of its own, into which
 * Nest, TypeORM and their like would be read anew from a thousand files: more work than most of those tests do. Whoever
 * imports one of these gets it from there, so that there is one copy of each.
 */
export const JOINED = [
  ...['bullmq', 'class-transformer', 'class-transformer/cjs/storage.js', 'class-validator', 'csv-parse', 'fast-check'],
  ...['fastify', 'ioredis', 'nestjs-pino', 'passport-local', 'pinyin-pro', 'pino', 'prom-client', 'qr', 'rxjs'],
  ...['saxes', 'typeorm', 'typeorm/driver/postgres/PostgresDriver.js', 'uuid', 'yauzl'],
  ...['cookie', 'helmet', 'rate-limit', 'static'].map((name) => `@fastify/${name}`),
  ...['bullmq', 'common', 'common/constants', 'core', 'jwt', 'passport', 'platform-fastify', 'swagger', 'testing']
    .concat('typeorm')
    .map((name) => `@nestjs/${name}`),
];

/** They as a part of what is built: see build.mjs. Each lies there under its name. */
export const JOINED_PACKAGES = {
  out: join('build', 'packages'),
  sources: () => [
    'package-lock.json',
    join('apps', 'standalone', 'joining.mjs'),
    ...['join-packages.mjs', 'joined-packages.mjs'].map((name) => join('test', 'support', name)),
  ],
  make(folder) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`The packages for the tests cannot be joined.\n${stdout}${stderr}`);
  },
};
