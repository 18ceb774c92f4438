export { DeliveryService } from './delivery.service.js';
export { DeliveryModule, MessagesHttpModule, MessagesJobsModule, MessagesModule } from './messages.module.js';
export { type MessageRequest, MessagesService } from './messages.service.js';
