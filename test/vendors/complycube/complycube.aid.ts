import { randomBytes } from 'node:crypto';
import { type Decide, memberAt, type VendorAid } from '../../aid/vendor-aid.js';
import type { CheckEntry } from './complycube.records.js';
import { eventOf, signed, startComplyCubeVendor } from './complycube.vendor.js';

const KEY = 'test_development';
const SECRET = 'complycube-development-secret';

/** ComplyCube as an aid of development. */
export const COMPLYCUBE_AID: VendorAid = {
  ...{ provider: 'complycube', port: 4109 },
  settings: {
    environment: 'sandbox',
    ...{ success_url: 'https://shop.example/done', cancel_url: 'https://shop.example/back' },
  },
  ...{ credentials: { api_key: KEY }, callbackSecret: SECRET },
  check: {
    ...{ verification_type: 'identity', check_type: 'document_selfie' },
    input: { given_name: 'Erika', family_name: 'Mustermann', email_address: 'erika@example.com' },
  },
  outcomes: {
    clear: ['verified', 'identity_verified'],
    rejected: ['failed', 'document_fraud'],
    attention: ['pending', 'manual_review'],
    not_processed: ['pending', 'resubmission_requested'],
    pending: ['pending', 'provider_processing'],
  },
  pages: { from: 'https://flow.complycube.com', idIn: ({ asked }) => memberAt(asked, 'clientId') },
  play: async (clock) => {
    const vendor = await startComplyCubeVendor({ key: KEY, clock });
    const decided = (entry: Omit<CheckEntry, 'type'>): Decide => {
      return (clientId) => {
        const [createdAt, id] = [clock.now(), randomId()];
        const document = { type: 'document_check', id, createdAt, updatedAt: createdAt, ...entry };
        const face = { type: 'identity_check', id: randomId(), createdAt, updatedAt: createdAt };
        vendor.check(clientId, [document, face]);
        const { status = 'complete', outcome = null } = entry;
        const news = { id, clientId, status, ...(outcome !== null && { outcome }) };
        const event = eventOf(`check.${status === 'complete' ? 'completed' : status}`, news, randomId());
        return signed(Buffer.from(JSON.stringify(event)), SECRET);
      };
    };
    return {
      vendor,
      decisions: {
        clear: decided({ outcome: 'clear' }),
        rejected: decided({ outcome: 'rejected', rejectionReasons: ['document_appears_fake'] }),
        attention: decided({ outcome: 'attention' }),
        not_processed: decided({ outcome: 'not_processed' }),
        pending: decided({ status: 'pending' }),
      },
    };
  },
};

function randomId(): string {
  return randomBytes(12).toString('hex');
}
