import { type Decide, memberAt, type VendorAid } from '../../aid/vendor-aid.js';
import { startOnfidoVendor } from './onfido.vendor.js';

// No token of the sandbox: it lets itself be asked so rarely that every second check would have to wait.
const TOKEN = 'api_live.development';
const SECRET = 'onfido-development-secret';

/** Onfido as an aid of development. */
export const ONFIDO_AID: VendorAid = {
  ...{ provider: 'onfido', port: 4104 },
  settings: { environment: 'live', workflows: { document_selfie: '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d4e' } },
  ...{ credentials: { api_token: TOKEN }, callbackSecret: SECRET },
  check: {
    ...{ verification_type: 'identity', check_type: 'document_selfie' },
    input: { given_name: 'Erika', family_name: 'Mustermann' },
  },
  outcomes: {
    approved: ['verified', 'identity_verified'],
    declined: ['failed', 'provider_rejected'],
    review: ['pending', 'manual_review'],
    abandoned: ['expired', 'abandoned'],
    error: ['expired', 'cancelled'],
  },
  pages: { from: 'https://eu.onfido.app', idIn: ({ answered }) => memberAt(answered, 'id') },
  play: async (clock) => {
    const vendor = await startOnfidoVendor({ token: TOKEN, clock });
    const decided = (status: string): Decide => {
      return (id) => {
        vendor.decide(id, { status, updatedAt: clock.now() });
        return vendor.event(id, 'workflow_run.completed', SECRET);
      };
    };
    const words = ['approved', 'declined', 'review', 'abandoned', 'error'];
    return { vendor, decisions: Object.fromEntries(words.map((word) => [word, decided(word)])) };
  },
};
