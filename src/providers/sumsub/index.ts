export { SumsubAdapter } from './sumsub.adapter.js';
