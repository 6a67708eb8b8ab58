export { ManualAdapter } from './manual.adapter.js';
