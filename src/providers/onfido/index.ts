export { OnfidoAdapter } from './onfido.adapter.js';
