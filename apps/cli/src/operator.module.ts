import {
  type DynamicModule,
  type INestApplicationContext,
  type LoggerService,
  Module,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CoreModule, type Settings } from '#core';
import { ParticipationModule } from '#participation';
import { PeopleModule } from '#people';
import { PlacesModule } from '#places';
import { TargetsModule } from '#targets';

/** The services that the operator's commands call; no HTTP, no jobs. */
@Module({})
class OperatorModule {
  static forRoot(settings: Settings, more: Type[]): DynamicModule {
    return {
      module: OperatorModule,
      imports: [CoreModule.forRoot(settings), PlacesModule, PeopleModule, ParticipationModule, TargetsModule, ...more],
    };
  }
}

/** What a command prints is its answer, so the program's own notes go to standard error, from warnings on. */
const notes: LoggerService = {
  log: () => undefined,
  warn: (message: unknown) => void process.stderr.write(`${String(message)}\n`),
  error: (message: unknown) => void process.stderr.write(`${String(message)}\n`),
};

/**
 * Opens the services, does the work, and closes them in order, whatever came of it.
 *
 * @param more modules that only this command needs
 */
export async function withServices<T>(
  settings: Settings,
  work: (services: INestApplicationContext) => Promise<T>,
  more: Type[] = [],
): Promise<T> {
  const services = await NestFactory.createApplicationContext(OperatorModule.forRoot(settings, more), {
    logger: notes,
    abortOnError: false,
  });
  try {
    return await work(services);
  } finally {
    await services.close();
  }
}
