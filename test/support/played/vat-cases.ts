import type { ProviderCase } from './provider-case.js';

const ENTITY = { verificationType: 'business_entity' } as const;

/** The checks of VAT numbers. */
export const VAT_CASES: readonly ProviderCase[] = [
  {
    ...{ provider: 'vies', ...ENTITY, checkType: 'vat_number', away: 'network_error' },
    passes: {
      input: { vat_number: 'DE 143-454-214' },
      arrange: ({ vies }) => {
        vies.put('DE143454214', { name: 'Wilhelmina Oberhuber', address: 'Seeweg 3' });
      },
      ...{ reason: 'vat_registered', reference: /^WAPIAAAAZNgf\d{4}$/, until: 90 },
      payload: {
        ...{ country: 'DE', answered_at: '2026-01-31T00:00:00.123Z', requester: 'accepted' },
        ...{ consultation_number: 'issued', owner: 'disclosed' },
      },
    },
    fails: { input: { vat_number: 'DE999999999' }, reason: 'vat_not_registered' },
    later: {
      arrange: ({ vies }) => {
        vies.put('DE143454214', { valid: false });
      },
      said: ['failed', 'vat_not_registered'],
    },
    review: {
      input: { vat_number: 'ESX1234567L', trader_name: 'Wilhelmina Oberhuber' },
      arrange: ({ vies }) => {
        vies.put('ESX1234567L', { change: { traderNameMatch: 'INVALID' } });
      },
      reason: 'name_mismatch',
    },
  },
  {
    ...{ provider: 'hmrc_vat', ...ENTITY, checkType: 'vat_number', away: 'provider_unavailable' },
    passes: {
      input: { vat_number: 'GB 146 2959 99' },
      arrange: ({ hmrc_vat }) => {
        hmrc_vat.put('146295999');
      },
      ...{ reason: 'vat_registered', reference: /^ypAeKRPlW$/, until: 90 },
      payload: {
        ...{ country: 'GB', answered_at: '2026-01-31T12:43:17+00:00', requester: 'accepted' },
        consultation_number: 'issued',
      },
    },
    fails: { input: { vat_number: '999999999' }, reason: 'vat_not_registered' },
    later: {
      arrange: ({ hmrc_vat }) => {
        const message = 'targetVrn does not match a registered company';
        hmrc_vat.put('146295999', { error: { status: 404, code: 'NOT_FOUND', message } });
      },
      said: ['failed', 'vat_not_registered'],
    },
  },
];
