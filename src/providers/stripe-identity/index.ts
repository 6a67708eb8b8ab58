export { StripeIdentityAdapter } from './stripe-identity.adapter.js';
