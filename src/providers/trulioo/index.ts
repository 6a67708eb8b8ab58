export { TruliooAdapter } from './trulioo.adapter.js';
