export { OfflineAdapter } from './offline.adapter.js';
