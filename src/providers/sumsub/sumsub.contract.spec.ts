import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import type { SumsubEntry } from '../../../test/vendors/sumsub/sumsub.applicant.js';
import { signatureHeaders, startSumsubVendor } from '../../../test/vendors/sumsub/sumsub.vendor.js';
import { SumsubAdapter } from './sumsub.adapter.js';

const token = 'sbx:canary-app-token';
const secret = 'canary-secret-key';
const credentials = { app_token: token, secret_key: secret };
const levels = {
  document: 'basic-kyc',
  document_selfie: 'selfie kyc & more',
  address: 'poa',
  age: 'adult',
  kyb: 'company',
};
const settings = { environment: 'sandbox', levels };
const connectionTo = (base_url: string) => ({ settings: { ...settings, base_url }, credentials });
const applicant = '5cb56e8e0a975a35f333cb83';
const ours = '01939c5e-7a00-7000-8000-000000000001';
const person = { given_name: 'Canary-Erika', birth_date: '1964-08-12', email_address: 'canary-erika@example.org' };
const privateValues = [...Object.values(person), 'Canary-Mustermann', 'CANARY01X00T47'];

const entries: Readonly<Record<string, SumsubEntry>> = {
  'Canary-Mustermann': { status: 'completed', answer: 'GREEN', labels: [] },
  'Canary-Mustermann Init': {},
  'Canary-Mustermann Pending': { status: 'pending' },
  'Canary-Mustermann Hold': { status: 'onHold', answer: 'RED', labels: ['PEP'] },
  'Canary-Mustermann Retry': { status: 'completed', answer: 'RED', rejectType: 'RETRY', labels: ['BAD_PHOTO'] },
  'Canary-Mustermann Final': { status: 'completed', answer: 'RED', rejectType: 'FINAL', labels: ['FORGERY'] },
};

type Expected = Pick<ContractCase, 'outcome' | 'reason'> & Partial<ContractCase>;

function reviewed(family_name: string, expected: Expected): ContractCase {
  return {
    name: family_name,
    verificationType: 'identity',
    checkType: 'document_selfie',
    input: { ...person, family_name },
    privateValues,
    redirects: expected.reason === 'awaiting_customer' || expected.reason === 'resubmission_requested',
    ...expected,
  };
}

function event(type: string, members: object = {}): string {
  const who = { applicantId: applicant, externalUserId: ours, sandboxMode: true };
  return JSON.stringify({ type, ...who, createdAtMs: '2026-01-31 08:00:00.123', ...members });
}

const bare = { applicantId: undefined, externalUserId: undefined };
const hints = [{ reference: applicant, ourReference: ours }];
const at = { base_url: 'http://127.0.0.1:1' };

describeAdapterContract({
  adapter: SumsubAdapter,
  cases: [
    reviewed('Canary-Mustermann', { outcome: 'verified', reason: 'identity_verified' }),
    reviewed('Canary-Mustermann', {
      ...{ name: 'an age', verificationType: 'age', checkType: 'document' },
      ...{ outcome: 'verified', reason: 'age_met' },
    }),
    {
      ...{ name: 'a company', verificationType: 'business_entity', checkType: 'kyb' },
      ...{ input: { email_address: person.email_address }, privateValues: [person.email_address] },
      ...{ outcome: 'verified', reason: 'register_active' },
    },
    reviewed('Canary-Mustermann Init', { outcome: 'pending', reason: 'awaiting_customer' }),
    reviewed('Canary-Mustermann Pending', { outcome: 'pending', reason: 'provider_processing' }),
    reviewed('Canary-Mustermann Hold', { outcome: 'pending', reason: 'manual_review' }),
    reviewed('Canary-Mustermann Retry', { outcome: 'pending', reason: 'resubmission_requested' }),
    reviewed('Canary-Mustermann Final', { outcome: 'failed', reason: 'document_fraud' }),
  ],
  network: {
    start: async (clock) => {
      const types = Object.values(levels).map((level) => [level, level === 'company' ? 'company' : 'individual']);
      const play = {
        clock,
        token,
        secret,
        levels: Object.fromEntries(types) as Record<string, 'individual' | 'company'>,
      };
      const vendor = await startSumsubVendor(play);
      for (const [lastName, entry] of Object.entries(entries)) vendor.put(lastName, entry);
      vendor.put('', { status: 'completed', answer: 'GREEN' });
      return {
        connection: connectionTo(vendor.url),
        close: () => vendor.close(),
        billed: (id) => vendor.billed(id),
        holdsOpen: (id) => vendor.presenceOf(id) === 'activated',
        requests: vendor.requests,
      };
    },
    connectionTo,
    incomplete: [
      ['anything', { settings: {}, credentials: {} }],
      ['a token', { settings: { ...settings, ...at }, credentials: { secret_key: secret } }],
      ['a secret', { settings: { ...settings, ...at }, credentials: { app_token: token } }],
      ['a token of production', { settings: { ...settings, ...at, environment: 'live' }, credentials }],
      [
        'a token of the sandbox',
        { settings: { ...settings, ...at }, credentials: { ...credentials, app_token: 'prd:token' } },
      ],
      [
        'a token in one line',
        { settings: { ...settings, ...at }, credentials: { ...credentials, app_token: 'sbx:1\r\nx: y' } },
      ],
      ['levels', { settings: { environment: 'sandbox', ...at }, credentials }],
      ['any level', { settings: { environment: 'sandbox', ...at, levels: {} }, credentials }],
      ['a level on one line', { settings: { ...at, environment: 'sandbox', levels: { kyb: 'a\nb' } }, credentials }],
    ],
    reference: applicant,
    cancel: { open: 'Canary-Mustermann Init' },
    probes: [
      {
        asked: ['GET /resources/applicants/-/byExternalUserId/connection-test'],
        wrong: { ...credentials, secret_key: 'another' },
      },
    ],
  },
  callbacks: {
    sign: (body, key) => ({ headers: signatureHeaders(body, key), body }),
    signatureHeaders: ['x-payload-digest', 'x-payload-digest-alg'],
    toleranceMs: null,
    examples: [
      { name: 'a review that is done', body: event('applicantReviewed', { reviewStatus: 'completed' }), hints },
      { name: 'an applicant that was made', body: event('applicantCreated'), hints },
      { name: 'an applicant on hold', body: event('applicantOnHold'), hints },
      { name: 'an event that came later than we know', body: event('applicantAwaitingUser'), hints },
      { name: 'a call by video', body: event('videoIdentStatusChanged'), hints },
      {
        name: 'an applicant of which nobody knows our reference',
        body: event('applicantPending', { externalUserId: undefined }),
        hints: [{ reference: applicant }],
      },
      {
        name: 'nothing in an applicant of somebody else',
        body: event('applicantReviewed', { externalUserId: 'customer-7' }),
        hints: [],
      },
      { name: 'nothing in what production sends', body: event('applicantReviewed', { sandboxMode: false }), hints: [] },
      { name: 'nothing in changed tags', body: event('applicantTagsChanged'), hints: [] },
      { name: 'nothing in an applicant that was deleted', body: event('applicantDeleted'), hints: [] },
      { name: 'nothing in erased data', body: event('applicantPersonalDataDeleted'), hints: [] },
      { name: 'nothing in an action', body: event('applicantActionReviewed'), hints: [] },
      { name: 'nothing in an event of another kind', body: event('kytTxnReviewed', bare), hints: [] },
      {
        name: 'a body that is not written as we would',
        body: event('applicantReviewed', { more: 'Zoë' }).replace('"type"', '\r\n "typ\\u0065" '),
        hints,
      },
    ],
  },
});
