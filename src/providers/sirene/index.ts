export { SireneAdapter } from './sirene.adapter.js';
