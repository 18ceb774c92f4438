import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Clock, Settings } from '#core';
import { PeopleModule } from '#people';
import { CallTasksService } from './call-tasks.service.js';
import { DeliveryService } from './delivery.service.js';
import { MessagesController } from './messages.controller.js';
import { CallAttemptEntity, CallTaskEntity, MessageEntity } from './messages.entities.js';
import { MessagesProcessor } from './messages.processor.js';
import { MessagesService } from './messages.service.js';
import { LogSmsChannel, SmsChannel, WebhookSmsChannel } from './sms-channel.js';

@Module({
  imports: [PeopleModule, TypeOrmModule.forFeature([MessageEntity, CallTaskEntity, CallAttemptEntity])],
  providers: [CallTasksService, MessagesService],
  exports: [CallTasksService, MessagesService],
})
export class MessagesModule {}

@Module({ imports: [MessagesModule], controllers: [MessagesController] })
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

@Module({ imports: [DeliveryModule], providers: [MessagesProcessor] })
export class MessagesJobsModule {}
