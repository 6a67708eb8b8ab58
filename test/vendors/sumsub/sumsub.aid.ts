import { type Decide, memberAt, type VendorAid } from '../../aid/vendor-aid.js';
import type { SumsubEntry } from './sumsub.applicant.js';
import { startSumsubVendor } from './sumsub.vendor.js';

const CREDENTIALS = { app_token: 'sbx:development', secret_key: 'sumsub-development-key' };
const SECRET = 'sumsub-development-secret';
const LEVEL = 'id-and-liveness';

/** Sumsub as an aid of development. */
export const SUMSUB_AID: VendorAid = {
  ...{ provider: 'sumsub', port: 4105 },
  settings: { environment: 'sandbox', levels: { document_selfie: LEVEL } },
  ...{ credentials: CREDENTIALS, callbackSecret: SECRET },
  check: { verification_type: 'identity', check_type: 'document_selfie' },
  outcomes: {
    GREEN: ['verified', 'identity_verified'],
    'RED-FINAL': ['failed', 'document_fraud'],
    'RED-RETRY': ['pending', 'resubmission_requested'],
    pending: ['pending', 'provider_processing'],
    onHold: ['pending', 'manual_review'],
  },
  pages: {
    from: 'https://in.sumsub.com',
    // A page is asked for by our name of the applicant, and its answer says nothing but the address.
    idIn: ({ asked }) => {
      const name = memberAt(asked, 'userId');
      return typeof name === 'string' ? `-;externalUserId=${name}` : undefined;
    },
  },
  play: async (clock) => {
    const { app_token: token, secret_key: secret } = CREDENTIALS;
    const vendor = await startSumsubVendor({ clock, token, secret, levels: { [LEVEL]: 'individual' } });
    const decided = (entry: SumsubEntry, event = 'applicantReviewed'): Decide => {
      return (name) => {
        vendor.change(name, { ...entry, reviewDate: `${clock.now().slice(0, 19).replace('T', ' ')}+0000` });
        return vendor.callback(name, event, SECRET);
      };
    };
    const red = { status: 'completed', answer: 'RED' };
    return {
      vendor,
      decisions: {
        GREEN: decided({ status: 'completed', answer: 'GREEN' }),
        'RED-FINAL': decided({ ...red, rejectType: 'FINAL', labels: ['FORGERY'] }),
        'RED-RETRY': decided({ ...red, rejectType: 'RETRY', labels: ['UNSATISFACTORY_PHOTOS'] }),
        pending: decided({ status: 'pending' }, 'applicantPending'),
        onHold: decided({ status: 'onHold' }, 'applicantOnHold'),
      },
    };
  },
};
