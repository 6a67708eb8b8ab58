import { epochMilliseconds } from '../../../src/platform/clock.js';
import { type Decide, memberAt, type VendorAid } from '../../aid/vendor-aid.js';
import { startStripeIdentityVendor } from './stripe-identity.vendor.js';

const KEY = 'sk_test_development';
const SECRET = 'whsec_development';

/** Stripe Identity as an aid of development. */
export const STRIPE_IDENTITY_AID: VendorAid = {
  ...{ provider: 'stripe_identity', port: 4103 },
  settings: { environment: 'sandbox' },
  ...{ credentials: { api_key: KEY }, callbackSecret: SECRET },
  check: { verification_type: 'identity', check_type: 'document_selfie' },
  outcomes: {
    verified: ['verified', 'identity_verified'],
    requires_input: ['pending', 'resubmission_requested'],
    processing: ['pending', 'provider_processing'],
    canceled: ['expired', 'cancelled'],
  },
  pages: { from: 'https://verify.stripe.com', idIn: ({ answered }) => memberAt(answered, 'id') },
  final: ['verified', 'canceled'],
  play: async (clock) => {
    const vendor = await startStripeIdentityVendor({ key: KEY, clock });
    const decided = (status: string, error: string | null = null): Decide => {
      return (id) => {
        vendor.decide(id, { status, error, reportedAt: Math.floor(epochMilliseconds(clock.now()) / 1000) });
        return vendor.event(id, status, SECRET);
      };
    };
    return {
      vendor,
      decisions: {
        verified: decided('verified'),
        requires_input: decided('requires_input', 'document_expired'),
        processing: decided('processing'),
        canceled: decided('canceled'),
      },
    };
  },
};
