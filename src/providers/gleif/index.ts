export { GleifAdapter } from './gleif.adapter.js';
