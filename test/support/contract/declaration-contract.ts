import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../../src/platform/json.js';
import type { CheckCapability, ProviderAdapter } from '../../../src/providers/provider-adapter.js';
import type { ContractBench } from './contract-bench.js';

const CODE = /^[a-z0-9][a-z0-9_.-]{0,63}$/;
const CANARY = 'CANARY-7f3a9c';

/** What an adapter says about itself: names, checks, schemas, capabilities. */
export function describeDeclaration({ adapter, contract }: ContractBench): void {
  describe('declares', () => {
    it('a provider name that can stand in rows and URLs', () => {
      expect(adapter.provider).toMatch(CODE);
    });

    it('in one sentence what it is', () => {
      expect(adapter.description).toMatch(/^[A-Z].{10,200}\.$/);
    });

    it('for which keys it is wired', () => {
      expect([true, false]).toContain(adapter.testOnly);
    });

    it('at least one check, no pair twice', () => {
      const pairs = adapter.checks.map((check) => `${check.verificationType}/${check.checkType}`);
      expect(pairs.length).toBeGreaterThan(0);
      expect(new Set(pairs).size).toBe(pairs.length);
    });

    it('the same after a second construction', () => {
      const other = new contract.adapter({ clock: throwing, http: throwing });
      expect(namesOf(other)).toEqual(namesOf(adapter));
    });

    it('cases for the contract of checks that it has, one of them passing or under review', () => {
      const pairs = new Set(adapter.checks.map((check) => `${check.verificationType}/${check.checkType}`));
      for (const row of contract.cases) expect(pairs).toContain(`${row.verificationType}/${row.checkType}`);
      expect(contract.cases.some(({ outcome }) => outcome === 'verified' || outcome === 'pending')).toBe(true);
    });

    describe.each(adapter.checks.map((check) => [`${check.verificationType}/${check.checkType}`, check] as const))(
      'for %s',
      (_pair, check) => {
        describeCheck(check);
      },
    );
  });

  describe('has the methods that its capabilities promise:', () => {
    const { capabilities } = adapter;
    it.each([
      ['fetch', capabilities.fetch !== 'none'],
      ['findByOurReference', capabilities.find],
      ['readCallback', capabilities.callbacks],
      ['redact', capabilities.redact !== 'unsupported'],
    ] as const)('%s, present: %s', (method, promised) => {
      expect(typeof adapter[method] === 'function').toBe(promised);
    });

    it('callbacks under contract, if any', () => {
      const isApart = contract.callbacksApart !== undefined;
      expect(contract.callbacks !== undefined || isApart).toBe(capabilities.callbacks);
    });
  });
}

function describeCheck(check: CheckCapability): void {
  it('type and check names in the form of codes', () => {
    expect(check.verificationType).toMatch(CODE);
    expect(check.checkType).toMatch(CODE);
  });

  it('what a pass proves, in a sentence', () => {
    expect(check.proves).toMatch(/^[A-Z].{10,400}\.$/s);
  });

  it('a validity in whole days, or none', () => {
    if (check.validityDays !== null) expect(check.validityDays).toBeGreaterThan(0);
    expect(check.validityDays === null || Number.isInteger(check.validityDays)).toBe(true);
  });

  it('an example that its own schema takes unchanged', () => {
    if (check.inputRequired) expect(check.example).not.toBeNull();
    if (check.example !== null) expect(check.input.parse(check.example)).toEqual(check.example);
  });

  it('truly whether input is required', () => {
    expect(check.input.safeParse({}).success).toBe(!check.inputRequired);
  });

  it('an input that becomes JSON Schema: an object without further members, each one typed', () => {
    const schema = schemaOf(check);
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(JSON.stringify(schema)).not.toContain('{}');
  });

  it('a schema that refuses unknown members and does not repeat their value', () => {
    refusedQuietly(check, { ...check.example, surprise: CANARY });
  });

  it.each([null, CANARY, 7, true, [[CANARY]]].map((value) => [JSON.stringify(value), value] as const))(
    'a schema that refuses %s in place of an object and does not repeat it',
    (_text, value) => {
      refusedQuietly(check, value);
    },
  );

  it('members that never repeat a wrong value in their message', () => {
    for (const name of Object.keys(schemaOf(check).properties ?? {})) {
      refusedQuietly(check, { ...check.example, [name]: { [CANARY]: [CANARY] } });
      refusedQuietly(check, { ...check.example, [name]: null });
      const result = check.input.safeParse({ ...check.example, [name]: `${CANARY}${'x'.repeat(5000)}` });
      expect(result.success).toBe(false);
      expect(JSON.stringify(result.error?.issues)).not.toContain(CANARY);
    }
  });

  it('a schema that gives the same answer twice and leaves its argument alone', () => {
    const input = Object.freeze({ ...check.example });
    expect(check.input.safeParse(input)).toEqual(check.input.safeParse(input));
  });
}

function schemaOf(check: CheckCapability): { readonly properties?: Readonly<Record<string, unknown>> } {
  return z.toJSONSchema(check.input, { io: 'input' });
}

function refusedQuietly(check: CheckCapability, input: JsonValue): void {
  const result = check.input.safeParse(input);
  expect(result.success).toBe(false);
  const messages = result.error?.issues.map((issue) => issue.message) ?? [];
  expect(messages.join()).not.toContain(CANARY);
  expect(messages.join()).not.toBe('');
}

function namesOf({ provider, description, testOnly, capabilities, checks }: ProviderAdapter): JsonObject {
  const pairs = checks.map(({ verificationType, checkType }) => `${verificationType}/${checkType}`);
  return { provider, description, testOnly, capabilities: { ...capabilities }, pairs };
}

/** A collaborator that must not be touched while an adapter is constructed. */
const throwing = new Proxy(
  {},
  {
    get: () => {
      throw new Error('an adapter does nothing while it is constructed');
    },
  },
) as never;
