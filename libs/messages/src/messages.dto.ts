import { Id, Moment, OneOf, PageQuery, Text, WholeNumber } from '#core';
import { type TemplateName, TEMPLATES } from './messages.templates.js';

export const MESSAGE_STATES = ['queued', 'sent', 'undeliverable'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];
const TEMPLATE_NAMES = Object.keys(TEMPLATES);

export class MessagesQuery extends PageQuery {
  @OneOf(MESSAGE_STATES, { optional: true })
  state?: MessageState;
}

/** A message as the administrator sees it: what became of it, not what it says. */
export class MessageView {
  @Id()
  id!: string;

  @Id()
  residentId!: string;

  @OneOf(TEMPLATE_NAMES)
  template!: TemplateName;

  @OneOf(MESSAGE_STATES)
  state!: MessageState;

  @Text({ max: 20, nullable: true })
  channel!: string | null;

  @WholeNumber({ min: 0, max: 1000 })
  attempts!: number;

  @Text({ max: 100, nullable: true, description: 'Why it was not sent (yet), such as no-phone or gateway-503.' })
  problem!: string | null;

  @Moment()
  createdAt!: string;

  @Moment({ nullable: true })
  sentAt!: string | null;
}

/** A message as its resident reads it. */
export class MyMessageView {
  @Id()
  id!: string;

  @OneOf(TEMPLATE_NAMES)
  template!: TemplateName;

  @Text({ max: 1000, description: 'In the language of the request.' })
  text!: string;

  @Moment()
  createdAt!: string;
}
