import { type DynamicModule, type INestApplicationContext, type LoggerService, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CoreModule, type Settings } from '#core';
import { ParticipationModule } from '#participation';
import { PeopleModule } from '#people';
import { PlacesModule } from '#places';
import { TargetsModule } from '#targets';

/** The services that the operator's commands call; no HTTP, no jobs. */
@Module({})
class OperatorModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: OperatorModule,
      imports: [CoreModule.forRoot(settings), PlacesModule, PeopleModule, ParticipationModule, TargetsModule],
    };
  }
}

/** What a command prints is its answer, so the program's own notes go to standard error, from warnings on. */
const notes: LoggerService = {
  log: () => undefined,
  warn: (message: unknown) => void process.stderr.write(`${String(message)}\n`),
  error: (message: unknown) => void process.stderr.write(`${String(message)}\n`),
};

/** Opens the services, does the work, and closes them in order, whatever came of it. */
export async function withServices<T>(
  settings: Settings,
  work: (services: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const services = await NestFactory.createApplicationContext(OperatorModule.forRoot(settings), {
    logger: notes,
    abortOnError: false,
  });
  try {
    return await work(services);
  } finally {
    await services.close();
  }
}
