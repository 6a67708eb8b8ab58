import type { VendorAid } from '../../aid/vendor-aid.js';
import { type SearchEntry, startComplyAdvantageVendor } from './complyadvantage.vendor.js';

const KEY = 'complyadvantage-development-key';
const LISTED = [['sanction']];

/** What is found of whoever has one of these names; of everybody else nothing. */
const FOUND: Readonly<Record<string, SearchEntry>> = {
  false_positive: { hits: LISTED, status: 'false_positive' },
  potential_match: { hits: LISTED },
  'pep-class-1': { hits: [['pep', 'pep-class-1']] },
  true_positive: { hits: LISTED, status: 'true_positive' },
};

/** ComplyAdvantage as an aid of development. */
export const COMPLY_ADVANTAGE_AID: VendorAid = {
  ...{ provider: 'complyadvantage', experimental: true, port: 4113 },
  ...{ settings: {}, credentials: { api_key: KEY } },
  check: {
    ...{ verification_type: 'screening', check_type: 'sanctions_and_pep' },
    input: { entity_type: 'person', name: 'no_match', birth_date: '1970-01-01' },
  },
  outcomes: {
    no_match: ['verified', 'screening_clear'],
    false_positive: ['verified', 'screening_clear'],
    potential_match: ['pending', 'screening_possible_match'],
    'pep-class-1': ['pending', 'pep_possible_match'],
    true_positive: ['failed', 'watchlist_hit'],
  },
  pages: { wordIn: 'name' },
  play: async (clock) => {
    const vendor = await startComplyAdvantageVendor({ key: KEY, clock });
    for (const [name, entry] of Object.entries(FOUND)) vendor.put(name, entry);
    return { vendor, decisions: {} };
  },
};
