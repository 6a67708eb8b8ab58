import type { VendorAid } from '../../aid/vendor-aid.js';
import { startTruliooVendor } from './trulioo.vendor.js';

const CREDENTIALS = { client_id: 'trulioo-development-client', client_secret: 'trulioo-development-secret' };

/** Trulioo as an aid of development. */
export const TRULIOO_AID: VendorAid = {
  ...{ provider: 'trulioo', experimental: true, port: 4112 },
  ...{ settings: { environment: 'sandbox', terms_accepted: true }, credentials: CREDENTIALS },
  check: {
    ...{ verification_type: 'identity', check_type: 'database' },
    input: { country: 'CA', given_name: 'Erika', family_name: 'match', birth_date: '1970-01-01', city: 'Vancouver' },
  },
  outcomes: {
    match: ['verified', 'identity_verified'],
    nomatch: ['failed', 'data_mismatch'],
    partial: ['pending', 'manual_review'],
    error: ['pending', 'provider_review_required'],
  },
  pages: { wordIn: 'family_name' },
  play: async (clock) => {
    const vendor = await startTruliooVendor(clock, { ...CREDENTIALS, api_key: 'trulioo-development-key' });
    for (const status of Object.keys(TRULIOO_AID.outcomes)) vendor.put(status, { status });
    return { vendor, decisions: {} };
  },
};
