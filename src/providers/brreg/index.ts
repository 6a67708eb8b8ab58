export { BrregAdapter } from './brreg.adapter.js';
