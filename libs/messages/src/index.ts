export { CallTasksService, type NewCallTask } from './call-tasks.service.js';
export { CallsService } from './calls.service.js';
export { DeliveryService } from './delivery.service.js';
export { DeliveryModule, MessagesHttpModule, MessagesJobsModule, MessagesModule } from './messages.module.js';
export { MessagesService, type TellRequest } from './messages.service.js';
