export { ViesAdapter } from './vies.adapter.js';
