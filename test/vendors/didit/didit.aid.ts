import { type Decide, memberAt, type VendorAid } from '../../aid/vendor-aid.js';
import type { DiditEntry } from './didit.session.js';
import { startDiditVendor } from './didit.vendor.js';

const KEY = 'didit-development-key';
const SECRET = 'didit-development-secret';

/** Didit as an aid of development. */
export const DIDIT_AID: VendorAid = {
  ...{ provider: 'didit', port: 4107 },
  settings: { environment: 'sandbox', workflows: { document_selfie: '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d41' } },
  ...{ credentials: { api_key: KEY }, callbackSecret: SECRET },
  check: { verification_type: 'identity', check_type: 'document_selfie' },
  outcomes: {
    Approved: ['verified', 'identity_verified'],
    Declined: ['failed', 'document_fraud'],
    'In Review': ['pending', 'manual_review'],
    Resubmitted: ['pending', 'resubmission_requested'],
    Expired: ['expired', 'session_expired'],
    Abandoned: ['expired', 'abandoned'],
  },
  pages: { from: 'https://verify.didit.me', idIn: ({ answered }) => memberAt(answered, 'session_id') },
  play: async (clock) => {
    const vendor = await startDiditVendor({ key: KEY, clock, environment: 'sandbox' });
    const decided = (status: string, entry: DiditEntry = {}): Decide => {
      return (id) => {
        vendor.change(id, { status, ...entry });
        return vendor.callback(id, SECRET);
      };
    };
    return {
      vendor,
      decisions: {
        Approved: decided('Approved'),
        Declined: decided('Declined', { risks: { PRINTED_COPY_DETECTED: 'error' } }),
        'In Review': decided('In Review'),
        Resubmitted: decided('Resubmitted'),
        Expired: decided('Expired'),
        Abandoned: decided('Abandoned'),
      },
    };
  },
};
