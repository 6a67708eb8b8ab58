export { VeriffAdapter } from './veriff.adapter.js';
