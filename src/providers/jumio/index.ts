export { JumioAdapter } from './jumio.adapter.js';
