export { OpenSanctionsAdapter } from './opensanctions.adapter.js';
