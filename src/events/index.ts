export { EventStream } from './event-stream.entity.js';
export { StoredEvent } from './event.entity.js';
export { APPEND_EVENT, changeColumns, EVENT_TYPES, EVENT_VALUES, eventValues } from './event.js';
export { APPEND_EVENTS, EVENT_ARRAYS, eventArrays } from './event-slice.js';
export type { EventType, NewEvent } from './event.js';
export { EventRecord, EventsRepository } from './events.repository.js';
export type { EventMembers } from './events.repository.js';
