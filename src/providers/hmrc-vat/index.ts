export { HmrcVatAdapter } from './hmrc-vat.adapter.js';
