import { YotiAdapter } from '#app/providers/yoti/index.js';
import { describeHostedSuite } from '../support/played/hosted-suite.js';
import { notificationKey } from '../vendors/yoti/yoti.signing.js';
import { startYotiVendor, type YotiVendor } from '../vendors/yoti/yoti.vendor.js';

const SDK_ID = '5d3add31-3a3a-4d3b-a6b4-347edb35264c';
const API_KEY = 'canary-yoti-key';
const NOTIFIED = 'https://verifications.example/v1/provider-callbacks/yoti/canary-notification-token';
const [key, other] = [notificationKey(), notificationKey()];

describeHostedSuite<YotiVendor>('a check at Yoti', {
  adapter: YotiAdapter,
  play: (clock) => startYotiVendor({ sdkId: SDK_ID, apiKey: API_KEY, clock }),
  settings: { notification_keys: [key.spki] },
  credentials: { sdk_id: SDK_ID, api_key: API_KEY, notification_url: NOTIFIED },
  check: { verification_type: 'age', check_type: 'any_method', input: { minimum_age: 21 } },
  begins: /^POST \/api\/v1\/sessions$/,
  ...{ page: /^https:\/\/age\.yoti\.com\?sessionId=/, pageLater: 'same' },
  ...{ passes: 'age_met', takenBack: 'age_below_minimum' },
  decide: (vendor, id, verdict, updatedAt) => {
    vendor.change(id, { status: verdict === 'approved' ? 'COMPLETE' : 'FAIL', method: 'AGE_ESTIMATION', updatedAt });
  },
  callback: (vendor, id, { forged }) => vendor.notification(id, forged ? other : key),
  // Yoti is told nothing of the person: this is the number of what the person showed.
  told: ['4786ecb7-c10c-4037-9947-aaa6507e7414'],
  nowhere: [SDK_ID, API_KEY, 'canary-notification-token', 'age.yoti.com'],
  billed: (vendor, id) => vendor.billed(id),
});
