import { type Decide, memberAt, type VendorAid } from '../../aid/vendor-aid.js';
import type { VeriffEntry } from './veriff.session.js';
import { startVeriffVendor } from './veriff.vendor.js';

const CREDENTIALS = { api_key: 'veriff-development-key', shared_secret: 'veriff-development-secret' };

/** Veriff as an aid of development. */
export const VERIFF_AID: VendorAid = {
  ...{ provider: 'veriff', port: 4106 },
  ...{ settings: {}, credentials: CREDENTIALS, callbackSecret: CREDENTIALS.shared_secret },
  check: { verification_type: 'identity', check_type: 'document_selfie' },
  outcomes: {
    approved: ['verified', 'identity_verified'],
    declined: ['failed', 'document_fraud'],
    resubmission_requested: ['pending', 'resubmission_requested'],
    review: ['pending', 'manual_review'],
    expired: ['expired', 'session_expired'],
    abandoned: ['expired', 'abandoned'],
  },
  pages: { from: 'https://magic.veriff.me', idIn: ({ answered }) => memberAt(answered, 'verification', 'id') },
  play: async (clock) => {
    const { api_key: key, shared_secret: secret } = CREDENTIALS;
    const vendor = await startVeriffVendor({ integrations: { [key]: secret } });
    const decided = (status: string, entry: VeriffEntry = {}): Decide => {
      return (id) => {
        vendor.change(id, { status, decisionTime: clock.now(), tries: [status], ...entry });
        return vendor.callback(id, 'decision', secret);
      };
    };
    return {
      vendor,
      decisions: {
        approved: decided('approved'),
        declined: decided('declined', { reasonCode: 102 }),
        resubmission_requested: decided('resubmission_requested', { reasonCode: 204 }),
        review: decided('review'),
        expired: decided('expired'),
        abandoned: decided('abandoned'),
      },
    };
  },
};
