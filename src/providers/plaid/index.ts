export { PlaidAdapter } from './plaid.adapter.js';
