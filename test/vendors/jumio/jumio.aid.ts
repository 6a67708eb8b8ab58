import { type Decide, memberAt, type VendorAid } from '../../aid/vendor-aid.js';
import { type ExecutionEntry, startJumioVendor } from './jumio.vendor.js';

const CREDENTIALS = { client_id: 'jumio-development-client', client_secret: 'jumio-development-secret' };
const USER_AGENT = 'Example Shop Verifications/1.0';

/** Jumio as an aid of development. */
export const JUMIO_AID: VendorAid = {
  ...{ provider: 'jumio', experimental: true, port: 4111 },
  ...{ settings: { user_agent: USER_AGENT }, credentials: CREDENTIALS },
  check: { verification_type: 'identity', check_type: 'document_selfie' },
  outcomes: {
    PASSED: ['verified', 'identity_verified'],
    REJECTED: ['failed', 'document_fraud'],
    WARNING: ['pending', 'manual_review'],
    NOT_EXECUTED: ['expired', 'cancelled'],
    ACQUIRED: ['pending', 'provider_processing'],
    SESSION_EXPIRED: ['expired', 'session_expired'],
  },
  pages: {
    from: 'https://canary-company.web.amer-1.jumio.ai',
    idIn: ({ answered }) => {
      const ids = [memberAt(answered, 'account', 'id'), memberAt(answered, 'workflowExecution', 'id')];
      return ids.every((id) => typeof id === 'string') ? ids.join('/') : undefined;
    },
  },
  play: async (clock) => {
    const vendor = await startJumioVendor(clock, { credentials: CREDENTIALS, userAgent: USER_AGENT });
    const known = (entry: ExecutionEntry): Decide => {
      return (reference) => {
        vendor.change(reference, entry);
        return null;
      };
    };
    const decided = (decision: string, steps: ExecutionEntry['steps'] = {}): Decide => {
      return (reference) =>
        known({ status: 'PROCESSED', decision, steps, completedAt: `${clock.now().slice(0, 23)}Z` })(reference);
    };
    return {
      vendor,
      decisions: {
        PASSED: decided('PASSED', { usability: ['PASSED OK'], extraction: ['PASSED OK'], liveness: ['PASSED OK'] }),
        REJECTED: decided('REJECTED', { imageChecks: ['REJECTED MANIPULATED_DOCUMENT'] }),
        WARNING: decided('WARNING'),
        NOT_EXECUTED: decided('NOT_EXECUTED'),
        ACQUIRED: known({ status: 'ACQUIRED' }),
        SESSION_EXPIRED: known({ status: 'SESSION_EXPIRED' }),
      },
    };
  },
};
