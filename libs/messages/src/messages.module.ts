import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Clock, Settings } from '#core';
import { PeopleModule } from '#people';
import { PlacesModule } from '#places';
import { CallsController } from './calls.controller.js';
import { CallsService } from './calls.service.js';
import { CallTasksService } from './call-tasks.service.js';
import { DeliveryService } from './delivery.service.js';
import { MessagesController } from './messages.controller.js';
import { CallAttemptEntity, CallTaskEntity, MessageEntity } from './messages.entities.js';
import { MessagesProcessor, MessagesSchedule } from './messages.processor.js';
import { MessagesService } from './messages.service.js';
import { LogSmsChannel, SmsChannel, WebhookSmsChannel } from './sms-channel.js';

@Module({
  imports: [PeopleModule, PlacesModule, TypeOrmModule.forFeature([MessageEntity, CallTaskEntity, CallAttemptEntity])],
  providers: [CallsService, CallTasksService, MessagesService],
  exports: [CallsService, CallTasksService, MessagesService],
})
export class MessagesModule {}

@Module({ imports: [MessagesModule], controllers: [MessagesController, CallsController] })
export class MessagesHttpModule {}

/** How messages leave the house. */
@Module({
  imports: [PeopleModule, MessagesModule],
  providers: [
    DeliveryService,
    {
      provide: SmsChannel,
      inject: [Settings, Clock],
      useFactory: (settings: Settings, clock: Clock): SmsChannel =>
        settings.SMS_CHANNEL === 'webhook' ? new WebhookSmsChannel(settings, clock) : new LogSmsChannel(),
    },
  ],
  exports: [DeliveryService],
})
export class DeliveryModule {}

@Module({ imports: [DeliveryModule, MessagesModule], providers: [MessagesProcessor, MessagesSchedule] })
export class MessagesJobsModule {}
