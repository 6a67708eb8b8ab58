export { DiditAdapter } from './didit.adapter.js';
