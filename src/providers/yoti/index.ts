export { YotiAdapter } from './yoti.adapter.js';
