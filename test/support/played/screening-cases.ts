import type { ProviderCase } from './provider-case.js';

const SCREENED = { verificationType: 'screening', checkType: 'sanctions' } as const;
const NOBODY = { entity_type: 'person', name: 'Wilhelmina Oberhuber', birth_date: '1964-08-12' };
const SOMEBODY = { entity_type: 'person', name: 'Ivanna Exampleova', birth_date: '1970-01-01' };
const BUSINESS = { name: 'Northwind Traders LLC', address: '1 Harbor St, San Francisco, CA 94105', tin: '12-3456780' };

/** The screenings, and the one provider that calls back. */
export const SCREENING_CASES: readonly ProviderCase[] = [
  {
    ...{ provider: 'opensanctions', ...SCREENED, away: 'provider_index_not_ready' },
    passes: {
      input: NOBODY,
      arrange: ({ opensanctions }) => {
        opensanctions.list(NOBODY.name);
      },
      ...{ reason: 'screening_clear', reference: null, until: 1 },
      payload: {
        ...{ dataset: 'default', algorithm: 'best', threshold: 0.7, candidate_count: 0, candidates: [] },
        versions: { default: expect.stringMatching(/^\d{14}-abc$/) },
      },
    },
    fails: {
      input: SOMEBODY,
      arrange: ({ opensanctions }) => {
        opensanctions.list(SOMEBODY.name, { score: 0.99, topics: ['sanction'], birthDate: SOMEBODY.birth_date });
      },
      reason: 'sanctions_match_confirmed',
    },
    later: {
      arrange: ({ opensanctions }) => {
        opensanctions.list(NOBODY.name, { score: 0.9, topics: ['sanction'] });
      },
      // A pass that still counts stands until a decision: what is only possible takes nothing back.
      hours: 25,
      said: ['pending', 'screening_possible_match'],
    },
    review: {
      input: SOMEBODY,
      arrange: ({ opensanctions }) => {
        opensanctions.list(SOMEBODY.name, { score: 0.9, topics: ['role.pep', 'sanction'] });
      },
      reason: 'screening_possible_match',
    },
  },
  {
    ...{ provider: 'watchman', ...SCREENED, away: 'provider_unavailable' },
    passes: {
      input: NOBODY,
      arrange: ({ watchman }) => {
        watchman.list(NOBODY.name);
      },
      ...{ reason: 'screening_clear', reference: null, until: 1 },
      payload: {
        list_hashes: { us_ofac: '0629us_ofac', eu_csl: '0629eu_csl' },
        ...{ ended_at: expect.any(String), threshold: 0.75, candidate_count: 0, candidates: [] },
      },
    },
    fails: {
      input: SOMEBODY,
      arrange: ({ watchman }) => {
        watchman.list(SOMEBODY.name, { match: 0.99, date: SOMEBODY.birth_date });
      },
      reason: 'sanctions_match_confirmed',
    },
    later: {
      arrange: ({ watchman }) => {
        watchman.list(NOBODY.name, { match: 0.8 });
      },
      // A pass that still counts stands until a decision: what is only possible takes nothing back.
      hours: 25,
      said: ['pending', 'screening_possible_match'],
    },
    review: {
      input: SOMEBODY,
      arrange: ({ watchman }) => {
        watchman.list(SOMEBODY.name, { match: 0.8 });
      },
      reason: 'screening_possible_match',
    },
  },
  {
    ...{ provider: 'middesk', verificationType: 'business_entity', checkType: 'kyb', away: 'provider_unavailable' },
    passes: {
      input: BUSINESS,
      ...{ reason: 'register_active', reference: /^[0-9a-f-]{36}$/, until: 365, since: 'vendor' },
      payload: {
        tasks: {
          ...{ name: { success: 1 }, address: { success: 1, neutral: 1 }, tin: { success: 1 } },
          sos: { success: 1, neutral: 1 },
        },
        ...{ watchlist_hits: 0, registrations: 2, active_registrations: 1 },
      },
    },
    fails: { input: { ...BUSINESS, name: 'Unregistered Business' }, reason: 'company_not_found' },
    later: {
      arrange: ({ middesk }, reference) => {
        middesk.change(reference, { status: 'rejected' });
      },
      said: ['failed', 'provider_rejected'],
    },
    review: { input: { ...BUSINESS, name: 'A watchlist hit Inc' }, reason: 'screening_possible_match' },
  },
];
