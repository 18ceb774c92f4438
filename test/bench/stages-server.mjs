/**
 * The way of an enrollment without its desk, in steps: an api of the same parts (adapter, hooks, guard, checks, answers)
 * with a route for each step, each doing one thing more than the one before. Its database is only there because the
 * parts want one.
 */
import { Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { equip, httpAdapter } from '../../dist/apps/api/src/api.js';
import {
  Allow,
  AllowEveryone,
  CoreHttpModule,
  CoreModule,
  CurrentCaller,
  readSettings,
  WriteOnce,
} from '../../dist/libs/core/src/index.js';
import { ApplyRequest, EnrollmentView } from '../../dist/libs/enrollment/src/enrollment.dto.js';
import { PeopleModule } from '../../dist/libs/people/src/index.js';

const answer = (classId, residentId) =>
  Object.assign(new EnrollmentView(), {
    id: '01989b40-0000-7000-8000-000000000000',
    classId,
    className: '渔网编织 1 班',
    classNameEn: null,
    residentId,
    state: 'waiting',
    position: 7,
    offeredUntil: null,
    queuedAt: '2026-09-01T01:00:00.000Z',
    sentence: '您已进入候补，目前排在第 7 位。有空位时会通知您。',
  });

class StagesController {
  everyone() {
    return answer('', '');
  }

  signedIn(_caller) {
    return answer('', '');
  }

  body(_caller, { classId, residentId }) {
    return answer(classId, residentId);
  }

  async once(_caller, { classId, residentId }, _once) {
    return answer(classId, residentId);
  }
}

function route(name, path, types, ...decorators) {
  const prototype = StagesController.prototype;
  Reflect.defineMetadata('design:paramtypes', types, prototype, name);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  for (const decorate of [Post(path), ...decorators]) decorate(prototype, name, descriptor);
}
const parameters =
  (...decorators) =>
  (prototype, name) =>
    decorators.forEach((decorate, index) => decorate(prototype, name, index));

route('everyone', 'everyone', [], AllowEveryone());
route('signedIn', 'signed-in', [Object], Allow('enrollments.apply'), parameters(CurrentCaller()));
route('body', 'body', [Object, ApplyRequest], Allow('enrollments.apply'), parameters(CurrentCaller(), Body()));
route(
  'once',
  'once',
  [Object, ApplyRequest, Object],
  Allow('enrollments.apply'),
  parameters(CurrentCaller(), Body(), WriteOnce()),
);
Controller('stages')(StagesController);

class StagesModule {}
const settings = readSettings(process.env);
Module({
  imports: [CoreModule.forRoot(settings), CoreHttpModule, PeopleModule],
  controllers: [StagesController],
})(StagesModule);

const app = await NestFactory.create(StagesModule, httpAdapter(settings), { logger: ['error'], abortOnError: false });
await equip(app);
await app.listen({ port: 0, host: '127.0.0.1' });
process.on('disconnect', () => process.exit(0));
process.send({ type: 'ready', address: (await app.getUrl()).replace('[::1]', '127.0.0.1') });
