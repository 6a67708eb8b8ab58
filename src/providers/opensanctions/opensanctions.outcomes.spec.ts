import {
  type Listed,
  type OpenSanctionsVendor,
  startOpenSanctionsVendor,
} from '../../../test/vendors/opensanctions/opensanctions.vendor.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import { OpenSanctionsAdapter } from './opensanctions.adapter.js';
import { opensanctionsInput } from './opensanctions.checks.js';

const clock = new ScriptedClock('2026-01-31T00:00:00.000000Z');
const adapter = new OpenSanctionsAdapter({ clock, http: new FetchHttp() });
const FRESH = '20260130100000-abc';
let vendor: OpenSanctionsVendor;

beforeAll(async () => {
  vendor = await startOpenSanctionsVendor(FRESH);
});
afterAll(() => vendor.close());

interface Asked {
  readonly checkType?: string;
  readonly input?: JsonObject;
  readonly settings?: JsonObject;
  readonly holdsPass?: boolean;
}

const NAME = 'Ivanna Exampleova';

function ask({
  checkType = 'sanctions_and_pep',
  input = {},
  settings = {},
  holdsPass = false,
}: Asked = {}): Promise<Observation> {
  const check = {
    verificationId: '01939c5e-7a00-7000-8000-000000000001',
    verificationType: 'screening',
    checkType,
    input: { entity_type: 'person', name: NAME, ...input },
    reference: null,
    holdsPass,
  };
  const connection = { settings: { service: 'self_hosted', base_url: vendor.url, ...settings }, credentials: {} };
  return adapter.start(check, { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) });
}

const CLEAR = { outcome: 'verified', reason: 'screening_clear' } as const;
const POSSIBLE = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' } as const;
const EXPOSED = { outcome: 'pending', reason: 'pep_possible_match', awaiting: 'review' } as const;
const CONFIRMED = { outcome: 'failed', reason: 'sanctions_match_confirmed' } as const;

describe('what a candidate carries', () => {
  it.each<[string, readonly string[] | undefined, sanctions: object, pep: object, both: object]>([
    ['sanction', ['sanction'], POSSIBLE, CLEAR, POSSIBLE],
    ['sanction.linked', ['sanction.linked'], POSSIBLE, CLEAR, POSSIBLE],
    ['a kind of sanction to come', ['sanction.invented'], POSSIBLE, CLEAR, POSSIBLE],
    ['sanction.counter', ['sanction.counter'], CLEAR, CLEAR, CLEAR],
    ['role.pep', ['role.pep'], CLEAR, EXPOSED, EXPOSED],
    ['role.rca', ['role.rca'], CLEAR, EXPOSED, EXPOSED],
    ['an office of the past', ['role.pep.frmr'], CLEAR, EXPOSED, EXPOSED],
    ['role.pep and sanction', ['role.pep', 'sanction'], POSSIBLE, EXPOSED, POSSIBLE],
    ['role.pep and what only describes', ['role.pep', 'gov.national'], CLEAR, EXPOSED, EXPOSED],
    ['crime', ['crime'], POSSIBLE, CLEAR, POSSIBLE],
    ['crime.fraud', ['crime.fraud'], POSSIBLE, CLEAR, POSSIBLE],
    ['debarment', ['debarment'], POSSIBLE, CLEAR, POSSIBLE],
    ['reg.warn', ['reg.warn'], POSSIBLE, CLEAR, POSSIBLE],
    ['corp.disqual', ['corp.disqual'], POSSIBLE, CLEAR, POSSIBLE],
    ['poi', ['poi'], POSSIBLE, CLEAR, POSSIBLE],
    ['no topic', undefined, POSSIBLE, CLEAR, POSSIBLE],
    ['only what describes', ['fin.bank'], POSSIBLE, CLEAR, POSSIBLE],
    ['a topic nobody knows', ['invented'], POSSIBLE, POSSIBLE, POSSIBLE],
  ])('%s', async (_name, topics, ...expected) => {
    vendor.list(NAME, { score: 0.9, ...(topics && { topics }) });
    const seen = await Promise.all(['sanctions', 'pep', 'sanctions_and_pep'].map((checkType) => ask({ checkType })));
    for (const [index, observation] of seen.entries()) expect(observation).toMatchObject(expected[index] ?? {});
  });
});

describe('policy', () => {
  it.each<[string, Listed, Asked, object]>([
    [
      'passes a PEP with a flag',
      { score: 0.9, topics: ['role.pep'] },
      { settings: { pep: 'verified' } },
      { ...CLEAR, payload: { pep_match: true } },
    ],
    [
      'passes no PEP who is sanctioned',
      { score: 0.9, topics: ['role.pep', 'sanction'] },
      { settings: { pep: 'verified' } },
      POSSIBLE,
    ],
    ['leaves other topics out', { score: 0.9, topics: ['crime'] }, { settings: { other_topics: 'ignore' } }, CLEAR],
    [
      'leaves out no topic that is unknown',
      { score: 0.9, topics: ['new'] },
      { settings: { other_topics: 'ignore' } },
      POSSIBLE,
    ],
    [
      'takes counter-sanctions in',
      { score: 0.9, topics: ['sanction.counter'] },
      { settings: { include_counter_sanctions: true } },
      POSSIBLE,
    ],
    ['counts a score that equals the threshold', { score: 0.7, topics: ['sanction'] }, {}, POSSIBLE],
    ['counts none below it', { score: 0.699, topics: ['sanction'] }, {}, CLEAR],
    ['raises the threshold', { score: 0.79, topics: ['sanction'] }, { settings: { threshold: 0.8 } }, CLEAR],
    [
      'looks at a match whose score denies it',
      { score: 0.75, match: true, topics: ['sanction'] },
      { settings: { threshold: 0.8 } },
      POSSIBLE,
    ],
    ['counts a score that its own match denies', { score: 0.9, match: false, topics: ['sanction'] }, {}, POSSIBLE],
  ])('%s', async (_name, listed, asked, expected) => {
    vendor.list(NAME, listed);
    expect(await ask(asked)).toMatchObject(expected);
  });

  const born = { input: { birth_date: '1970-01-01' }, settings: { fail_score: 0.95 } };
  const company = { entity_type: 'company', registration_number: 'HRB 1234' };
  it.each<[string, Listed, Asked, object]>([
    [
      'a score above it, and the same birth date',
      { score: 0.96, topics: ['sanction'], birthDate: '1970-01-01' },
      born,
      CONFIRMED,
    ],
    ['another birth date', { score: 0.96, topics: ['sanction'], birthDate: '1970-01-02' }, born, POSSIBLE],
    [
      'a year alone',
      { score: 1, topics: ['sanction'], birthDate: '1970' },
      { ...born, input: { birth_date: '1970' } },
      POSSIBLE,
    ],
    [
      'no birth date asked about',
      { score: 1, topics: ['sanction'], birthDate: '1970-01-01' },
      { ...born, input: {} },
      POSSIBLE,
    ],
    ['no birth date on the list', { score: 1, topics: ['sanction'] }, born, POSSIBLE],
    ['a score below it', { score: 0.94, topics: ['sanction'], birthDate: '1970-01-01' }, born, POSSIBLE],
    ['somebody merely linked', { score: 1, topics: ['sanction.linked'], birthDate: '1970-01-01' }, born, POSSIBLE],
    ['no such setting', { score: 1, topics: ['sanction'], birthDate: '1970-01-01' }, { input: born.input }, POSSIBLE],
    [
      'the same registration number',
      { score: 1, topics: ['sanction'], registrationNumber: 'HRB1234' },
      { ...born, input: company },
      CONFIRMED,
    ],
    [
      'a check of offices alone',
      { score: 1, topics: ['sanction'], birthDate: '1970-01-01' },
      { ...born, checkType: 'pep' },
      CLEAR,
    ],
  ])('lets a score fail a check by setting: %s', async (_name, listed, asked, expected) => {
    vendor.list(NAME, listed);
    expect(await ask(asked)).toMatchObject(expected);
  });

  it('has somebody look where more were found than are shown, none of them relevant', async () => {
    vendor.list(NAME, ...Array<Listed>(26).fill({ score: 0.9, topics: ['sanction.counter'] }));
    expect(await ask()).toMatchObject(POSSIBLE);
    vendor.list(NAME, ...Array<Listed>(25).fill({ score: 0.9, topics: ['sanction.counter'] }));
    expect(await ask()).toMatchObject(CLEAR);
  });
});

describe('what is asked and kept', () => {
  it('is the whole example, with a threshold below the policy', async () => {
    vendor.list(NAME);
    const input = {
      other_names: ['I. Exampleova'],
      birth_date: '1970-01',
      nationality: 'SE',
      country: 'DE',
      id_number: 'X 1',
      address: 'Road 1',
    };
    expect(await ask({ input, settings: { threshold: 0.75 } })).toMatchObject(CLEAR);
    const asked = vendor.requests.at(-2);
    expect(asked?.query.toString()).toBe('limit=25&threshold=0.74&algorithm=best');
    expect(Object.values((asked?.json as { queries: JsonObject }).queries)).toEqual([
      {
        schema: 'Person',
        properties: {
          name: [NAME],
          alias: ['I. Exampleova'],
          birthDate: ['1970-01'],
          nationality: ['se'],
          country: ['de'],
          idNumber: ['X 1'],
          address: ['Road 1'],
        },
      },
    ]);
  });

  it('shows what was searched and who was found, but no name', async () => {
    vendor.list(NAME, { id: 'NK-1', score: 0.9, topics: ['sanction'] });
    const { payload, answer, reference } = await ask();
    expect(payload).toEqual({
      dataset: 'default',
      versions: { default: FRESH },
      algorithm: 'best',
      threshold: 0.7,
      candidate_count: 1,
      candidates: [
        {
          id: 'NK-1',
          score: 0.9,
          topics: ['sanction'],
          datasets: ['zz_invented_sanctions'],
          last_change: '2026-01-15T07:55:02',
        },
      ],
    });
    expect(JSON.stringify(answer)).toContain('Canary-Ivanna');
    expect(reference).toBeUndefined();
  });

  it('shows no free words of a candidate, who counts all the same', async () => {
    const words = 'Erika Mustermann';
    vendor.list(NAME, { score: 0.9, topics: ['sanction', words], datasets: [words, 'eu-fsf.1'], lastChange: words });
    const { payload, ...said } = await ask();
    expect(said).toMatchObject(POSSIBLE);
    expect(payload?.['candidates']).toEqual([
      { id: 'NK-invented0', score: 0.9, topics: ['sanction'], datasets: ['eu-fsf.1'] },
    ]);
  });
});

it.each([
  ['a listed name', ['sanction'], { outcome: 'expired', reason: 'screening_possible_match' }],
  ['an office', ['role.pep'], { outcome: 'expired', reason: 'pep_possible_match' }],
  ['nobody', undefined, CLEAR],
])('a pass is taken back by %s: a review would leave it standing', async (_name, topics, expected) => {
  if (topics) vendor.list(NAME, { score: 0.9, topics });
  else vendor.list(NAME);
  const { awaiting, ...said } = await ask({ holdsPass: true });
  expect(said).toMatchObject(expected);
  expect(awaiting).toBeUndefined();
});

describe('an input', () => {
  it.each([
    ['a birth date of a company', { entity_type: 'company', birth_date: '1970' }],
    ['a nationality of what may be a company', { entity_type: 'legal_entity', nationality: 'SE' }],
    ['a registration number of a person', { entity_type: 'person', registration_number: '1' }],
    ['a country in small letters', { entity_type: 'person', country: 'se' }],
    ['a name without letters', { entity_type: 'person', name: '...' }],
  ])('with %s is refused: the service would drop it unsaid', (_name, input) => {
    expect(opensanctionsInput.safeParse({ name: NAME, ...input }).success).toBe(false);
    expect(opensanctionsInput.safeParse({ name: NAME, entity_type: 'company', registration_number: '1' }).success).toBe(
      true,
    );
  });
});
