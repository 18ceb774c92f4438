import 'reflect-metadata';
import { Command } from 'commander';
import {
  AHEAD,
  BadSettings,
  checkMigrated,
  CodedError,
  DatabaseUnfit,
  endWithParent,
  EXIT_UNFIT,
  fillIn,
  moreToCome,
  readSettings,
  settingsToCome,
} from '#core';
import { InputRefused } from './password.js';

/*
 * The operator's commands. Each imports what it needs when it runs, so that the quick ones stay quick; what it prints on
 * standard output is its answer, everything else goes to standard error.
 */

const program = new Command('huixue')
  .description("The operator's commands of 汇学e生·洞头; settings are read as .env.example describes them.")
  .showHelpAfterError();

program
  .command('prepare')
  .description('check the database, migrate it, and load the reference data')
  .option('--before-demo', 'and keep an empty one for the demo data, which the command demo is to load next')
  .option('--and-demo', 'the same, and then load them when the process that started this one says so')
  .action(async ({ beforeDemo = false, andDemo = false }: { beforeDemo?: boolean; andDemo?: boolean }) => {
    const { prepare } = await import('./prepare.js');
    await settingsToCome();
    const settings = readSettings();
    if (!(await prepare(settings, { beforeDemo: beforeDemo || andDemo })) || !andDemo) return;
    // What has been read need not be read again.
    const { loadDemo } = await import('./demo.js');
    await loadDemo(settings, moreToCome());
  });

program
  .command('migrate')
  .description('check the database and migrate it')
  .action(async () => {
    const settings = readSettings();
    const { migrateDatabase } = await import('./migrate.js');
    await migrateDatabase(settings);
  });

program
  .command('load')
  .description('load the reference data: regions, counting rules, indicators and targets')
  .action(async () => {
    const settings = readSettings();
    await checkMigrated(settings);
    const { loadReferenceData } = await import('./load.js');
    await loadReferenceData(settings);
  });

program
  .command('demo')
  .description('load a made-up district around today into an empty database, with MODE=demo only')
  .action(async () => {
    const { loadDemo } = await import('./demo.js');
    await settingsToCome();
    const settings = readSettings();
    await checkMigrated(settings);
    await loadDemo(settings);
  });

program
  .command('verify')
  .description('recompute the ledger, its totals and the chains of hashes, and name every row that is wrong')
  .option('--noted <heads...>', 'heads of chains as they were noted earlier, from this command or the log of a night')
  .option('--heads', 'and say the heads of the chains, to be noted elsewhere')
  .action(async (options: { noted?: string[]; heads?: boolean }) => {
    const settings = readSettings();
    await checkMigrated(settings);
    const { verify } = await import('./verify.js');
    if (!(await verify(settings, options))) process.exitCode = 1;
  });

program
  .command('simulate')
  .description('play a whole made-up year through the services into an empty database, and verify it; MODE=demo only')
  .requiredOption('--year <year>', 'of the plan', Number)
  .option('--residents <number>', 'how many live in the district', Number, 6_000)
  .option('--seed <number>', 'of the dice: the same seed gives the same figures', Number, 1)
  .action(async (options: { year: number; residents: number; seed: number }) => {
    const settings = readSettings();
    await checkMigrated(settings);
    const { simulate } = await import('./simulate.js');
    if (!(await simulate(settings, options))) process.exitCode = 1;
  });

program
  .command('lottery')
  .description('lotteries; needs no database')
  .command('verify <file>')
  .description(
    'check a published lottery from its file alone, as docs/lottery.md describes; exit code 1 if it is wrong',
  )
  .option('--list-hash <hash>', 'the hash of the list as it was noted when it was published')
  .action(async (file: string, options: { listHash?: string }) => {
    const { verifyLotteryFile } = await import('./verify-lottery.js');
    if (!(await verifyLotteryFile(file, options.listHash))) process.exitCode = 1;
  });

program
  .command('create-administrator')
  .description('make the first administrator; the password is asked at the terminal or read from standard input')
  .requiredOption('--username <username>', 'to sign in with')
  .requiredOption('--name <name>', 'as others see it')
  .action(async (options: { username: string; name: string }) => {
    const settings = readSettings();
    await checkMigrated(settings);
    const { createAdministrator } = await import('./create-administrator.js');
    await createAdministrator(settings, options);
  });

endWithParent();
try {
  await program.parseAsync(process.argv.filter((argument) => argument !== AHEAD));
} catch (error) {
  process.stderr.write(`${inWords(error)}\n`);
  process.exitCode = error instanceof BadSettings || error instanceof DatabaseUnfit ? EXIT_UNFIT : 1;
}

/** One clear sentence where the person at the terminal can do something about it, else everything that is known. */
function inWords(error: unknown): string {
  if (error instanceof BadSettings || error instanceof DatabaseUnfit || error instanceof InputRefused) {
    return error.message;
  }
  if (error instanceof CodedError) {
    const { title, next } = error.definition;
    return `${fillIn(title.en, error.parameters)}. ${fillIn(next.en, error.parameters)}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
