import { type Decide, memberAt, type VendorAid } from '../../aid/vendor-aid.js';
import type { AttemptEntry } from './plaid.attempt.js';
import { signedWith, signingKey } from './plaid.signing.js';
import { startPlaidVendor } from './plaid.vendor.js';

const CREDENTIALS = { client_id: 'development-client', secret: 'development-secret' };

/** Plaid as an aid of development. It has a new key for its callbacks at each start. */
export const PLAID_AID: VendorAid = {
  ...{ provider: 'plaid', port: 4102 },
  settings: { environment: 'sandbox', templates: { document_selfie: 'idvtmp_Development' } },
  ...{ credentials: CREDENTIALS, callbackSecret: null },
  check: { verification_type: 'identity', check_type: 'document_selfie' },
  outcomes: {
    success: ['verified', 'identity_verified'],
    failed: ['failed', 'selfie_mismatch'],
    pending_review: ['pending', 'manual_review'],
    expired: ['expired', 'session_expired'],
    canceled: ['expired', 'cancelled'],
  },
  pages: { from: 'https://flow.plaid.com', idIn: ({ answered }) => memberAt(answered, 'id') },
  // An attempt that has passed stays one.
  final: ['success'],
  play: async (clock) => {
    const { client_id: clientId, secret } = CREDENTIALS;
    const key = signingKey('development');
    const vendor = await startPlaidVendor({ clientId, secret, clock, keys: [key] });
    const decided = (entry: AttemptEntry): Decide => {
      return (id) => {
        const now = clock.now();
        vendor.change(id, { ...entry, completedAt: now });
        const about = { webhook_type: 'IDENTITY_VERIFICATION', webhook_code: 'STATUS_UPDATED', environment: 'sandbox' };
        return signedWith(key, Buffer.from(JSON.stringify({ ...about, identity_verification_id: id })), now);
      };
    };
    return {
      vendor,
      decisions: {
        success: decided({ status: 'success', analysis: {} }),
        failed: decided({ status: 'failed', steps: { selfie_check: 'failed' } }),
        pending_review: decided({ status: 'pending_review' }),
        expired: decided({ status: 'expired' }),
        canceled: decided({ status: 'canceled' }),
      },
    };
  },
};
