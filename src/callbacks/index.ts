export { CallbackIntake } from './callback-intake.js';
export { CallbackLoop } from './callback-loop.js';
export { CallbackTarget } from './callback-target.js';
export type { CalledCheck, Hearing, News } from './callback-target.js';
export { CallbackWorker } from './callback-worker.js';
export { CallbacksController } from './callbacks.controller.js';
export { InboxItem } from './inbox-item.entity.js';
export { InboxRepository } from './inbox.repository.js';
export { INBOX_KEYS } from './sealed-words.js';
