import type { Instant } from '../../../src/platform/clock.js';
import { type Decide, memberAt, type VendorAid } from '../../aid/vendor-aid.js';
import type { InquiryEntry } from './persona.inquiry.js';
import { startPersonaVendor } from './persona.vendor.js';

const KEY = 'persona_sandbox_development';
const SECRET = 'wbhsec_development';

/** Persona as an aid of development. */
export const PERSONA_AID: VendorAid = {
  ...{ provider: 'persona', port: 4101 },
  settings: { environment: 'sandbox', templates: { document_selfie: 'itmpl_Development' } },
  ...{ credentials: { api_key: KEY }, callbackSecret: SECRET },
  check: { verification_type: 'identity', check_type: 'document_selfie' },
  outcomes: {
    approved: ['verified', 'identity_verified'],
    declined: ['failed', 'document_fraud'],
    failed: ['failed', 'document_fraud'],
    needs_review: ['pending', 'manual_review'],
    completed: ['pending', 'provider_processing'],
    expired: ['expired', 'session_expired'],
  },
  pages: { from: 'https://withpersona.com', idIn: ({ answered }) => memberAt(answered, 'data', 'id') },
  play: async (clock) => {
    const vendor = await startPersonaVendor({ key: KEY, clock });
    const decided = (event: string, entryAt: (now: Instant) => InquiryEntry): Decide => {
      return (id) => {
        vendor.change(id, entryAt(clock.now()));
        return vendor.callback(`inquiry.${event}`, id, [SECRET]);
      };
    };
    const document = (status: string): Pick<InquiryEntry, 'verifications'> => ({
      verifications: [{ type: 'government-id', status, checks: [{ name: 'id_tamper_detection', status }] }],
    });
    return {
      vendor,
      decisions: {
        approved: decided('approved', (at) => ({ status: 'approved', decisionedAt: at, ...document('passed') })),
        declined: decided('declined', (at) => ({ status: 'declined', decisionedAt: at, ...document('failed') })),
        failed: decided('failed', (at) => ({ status: 'failed', failedAt: at, ...document('failed') })),
        needs_review: decided('marked-for-review', () => ({ status: 'needs_review', ...document('passed') })),
        completed: decided('completed', (at) => ({ status: 'completed', completedAt: at, ...document('passed') })),
        expired: decided('expired', (at) => ({ status: 'expired', expiredAt: at })),
      },
    };
  },
};
