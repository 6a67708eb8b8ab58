import { type Decide, memberAt, type VendorAid } from '../../aid/vendor-aid.js';
import type { IdenfyEntry } from './idenfy.session.js';
import { startIdenfyVendor } from './idenfy.vendor.js';

const CREDENTIALS = { api_key: 'idenfy-development-key', api_secret: 'idenfy-development-secret' };
const SECRET = 'idenfy-development-callbacks';

/** iDenfy as an aid of development. */
export const IDENFY_AID: VendorAid = {
  ...{ provider: 'idenfy', port: 4110 },
  ...{ settings: {}, credentials: CREDENTIALS, callbackSecret: SECRET },
  check: { verification_type: 'identity', check_type: 'document_selfie' },
  outcomes: {
    APPROVED: ['verified', 'identity_verified'],
    DENIED: ['failed', 'document_expired'],
    SUSPECTED: ['pending', 'manual_review'],
    REVIEWING: ['pending', 'manual_review'],
    EXPIRED: ['expired', 'session_expired'],
  },
  pages: { from: 'https://ivs.idenfy.com', idIn: ({ answered }) => memberAt(answered, 'scanRef') },
  play: async () => {
    const { api_key: key, api_secret: secret } = CREDENTIALS;
    const vendor = await startIdenfyVendor({ key, secret });
    const decided = (status: string, entry: IdenfyEntry = { final: true }): Decide => {
      return (scanRef) => {
        vendor.change(scanRef, { status, ...entry });
        return vendor.callback(scanRef, SECRET);
      };
    };
    return {
      vendor,
      decisions: {
        APPROVED: decided('APPROVED'),
        DENIED: decided('DENIED', { final: true, autoDocument: 'DOC_EXPIRED' }),
        SUSPECTED: decided('SUSPECTED'),
        REVIEWING: decided('REVIEWING', { final: false }),
        EXPIRED: decided('EXPIRED'),
      },
    };
  },
};
