export { IdenfyAdapter } from './idenfy.adapter.js';
