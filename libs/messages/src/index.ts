export { CallTasksService, type NewCallTask } from './call-tasks.service.js';
export { CallsService } from './calls.service.js';
export type { CallClosing, CallReason } from './calls.words.js';
export { DeliveryService } from './delivery.service.js';
export { DeliveryModule, MessagesHttpModule, MessagesJobsModule, MessagesModule } from './messages.module.js';
export { type MessageRequest, MessagesService, type TellRequest } from './messages.service.js';
