export { MiddeskAdapter } from './middesk.adapter.js';
