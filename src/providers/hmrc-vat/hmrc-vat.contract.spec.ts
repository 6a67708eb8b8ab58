import { describeAdapterContract } from '../../../test/support/adapter-contract.js';
import { startHmrcVatVendor } from '../../../test/vendors/hmrc-vat/hmrc-vat.vendor.js';
import { HmrcVatAdapter } from './hmrc-vat.adapter.js';

const checked = { verificationType: 'business_entity', checkType: 'vat_number' } as const;
const credentials = { client_id: 'canary-client-7c1d', client_secret: 'canary-secret-90aa' };
const connectionTo = (url: string) => ({ settings: { base_url: url }, credentials });

describeAdapterContract({
  adapter: HmrcVatAdapter,
  // A consultation number is another one at each asking, so the organization has no number here.
  cases: [
    {
      ...checked,
      name: 'a registered number',
      input: { vat_number: 'GB 553 5578 81' },
      outcome: 'verified',
      reason: 'vat_registered',
      privateValues: ['Canary-Sberger', 'Barton Hamlet'],
    },
    {
      ...checked,
      name: 'a number that is not registered',
      input: { vat_number: '146295999727' },
      outcome: 'failed',
      reason: 'vat_not_registered',
      privateValues: ['146295999727'],
    },
    {
      ...checked,
      name: 'a number of another form',
      input: { vat_number: 'GB12345678' },
      outcome: 'failed',
      reason: 'identifier_format_invalid',
    },
    {
      ...checked,
      name: 'a service that is under maintenance',
      input: { vat_number: '948561936944' },
      outcome: 'pending',
      reason: 'provider_unavailable',
    },
  ],
  network: {
    start: async () => {
      const vendor = await startHmrcVatVendor();
      const error = { status: 503, code: 'SCHEDULED_MAINTENANCE' };
      vendor.put('553557881', { name: 'Canary-Sberger' });
      vendor.put('948561936944', { error, documented: false });
      return { connection: connectionTo(vendor.url), close: () => vendor.close(), requests: vendor.requests };
    },
    connectionTo,
    incomplete: [
      ['an address of HTTP', connectionTo('file:///etc/passwd')],
      ['settings that are known', { settings: { surprise: true }, credentials }],
      ['a secret', { settings: {}, credentials: { client_id: 'canary-client-7c1d' } }],
      ['a client', { settings: {}, credentials: { client_id: '', client_secret: 'canary-secret-90aa' } }],
      ["a form of the organization's number", { settings: { requester_vat: 'GB12345678' }, credentials }],
    ],
    reference: 'ypAeKRPlW',
    probes: [{ asked: ['POST /oauth/token'], wrong: { ...credentials, client_secret: 'another' } }],
  },
});
