export { MessagesHttpModule, MessagesJobsModule, MessagesModule } from './messages.module.js';
export { type MessageRequest, MessagesService } from './messages.service.js';
export type { TemplateName, VariablesOf } from './messages.templates.js';
