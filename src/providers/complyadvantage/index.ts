export { ComplyAdvantageAdapter } from './complyadvantage.adapter.js';
