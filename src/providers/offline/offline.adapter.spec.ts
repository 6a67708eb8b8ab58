import fc from 'fast-check';
import { z } from 'zod';
import { Clock, instant } from '../../platform/clock.js';
import type { Instant } from '../../platform/clock.js';
import { Http } from '../../platform/http.js';
import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Check, CheckCapability } from '../provider-adapter.js';
import { REASONS } from '../reasons.js';
import { OfflineAdapter } from './index.js';

class StillClock extends Clock {
  constructor(readonly at: Instant) {
    super();
  }
  now(): Instant {
    return this.at;
  }
}

class NoHttp extends Http {
  send(): Promise<HttpAnswer> {
    throw new Error('an offline check asked the network');
  }
}

const NOW = instant('2026-11-22T12:00:00.000000Z');
const adapter = new OfflineAdapter({ clock: new StillClock(NOW), http: new NoHttp() });

function asked({ verificationType, checkType }: CheckCapability, input: JsonObject): Check {
  return { verificationId: '0193', verificationType, checkType, input, reference: null };
}

function capability(checkType: string): CheckCapability {
  const found = adapter.checks.find((check) => check.checkType === checkType);
  if (found === undefined) throw new Error(checkType);
  return found;
}

async function run(checkType: string, input: JsonObject): Promise<Observation> {
  return adapter.start(asked(capability(checkType), input));
}

const CHECKS = adapter.checks.map((check) => [check.checkType, check] as const);

describe('OfflineAdapter', () => {
  it('offers one default for each verification type and no pair twice', () => {
    const pairs = adapter.checks.map(({ verificationType, checkType }) => `${verificationType}/${checkType}`);
    expect(pairs).toEqual([
      'business_entity/vat_format',
      'business_entity/lei_format',
      'business_entity/ein_format',
      'business_entity/company_number_format',
      'bank_account/iban_format',
      'identity/mrz',
      'age/age',
    ]);
  });

  it.each(CHECKS)('%s verifies its own example, says what that proves, and gives no reference', async (_, check) => {
    const input = check.input.parse(check.example);
    const observation = await adapter.start(asked(check, input));
    expect(observation).toMatchObject({ outcome: 'verified', observedAt: NOW });
    expect(observation.payload).toHaveProperty('proves');
    expect(observation).not.toHaveProperty('reference');
    expect(observation).not.toHaveProperty('providerTime');
    expect(await adapter.fetch(asked(check, input))).toEqual(observation);
  });

  it.each(CHECKS)('%s describes every member of its input in JSON Schema and refuses unknown ones', (_, check) => {
    const schema = z.toJSONSchema(check.input) as {
      additionalProperties: boolean;
      properties: Record<string, { description?: string; maxLength?: number; enum?: string[] }>;
      required: string[];
    };
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required.length).toBeGreaterThan(0);
    for (const member of Object.values(schema.properties)) {
      expect(member.description).toMatch(/.{20}/);
      expect(member.maxLength ?? member.enum?.length).toBeGreaterThan(0);
    }
    expect(check.input.safeParse({ ...check.example, surplus: 1 }).success).toBe(false);
    expect(check.input.safeParse({}).success).toBe(false);
  });

  it.each([
    ['vat_format', { vat_number: 'QQ987654321' }, ['vat_number'], 'QQ987654321'],
    ['vat_format', { vat_number: '' }, ['vat_number'], 'QQ'],
    ['lei_format', { lei: 'Q'.repeat(41) }, ['lei'], 'QQQ'],
    ['company_number_format', { country: 'GB', company_number: '00445790' }, ['country'], '00445790'],
    ['age', { date_of_birth: '1987-02-29', jurisdiction: 'DE', purpose: 'majority' }, ['date_of_birth'], '1987'],
    ['age', { date_of_birth: '29.02.1988', jurisdiction: 'DE', purpose: 'majority' }, ['date_of_birth'], '1988'],
    ['age', { date_of_birth: '1988-13', jurisdiction: 'DE', purpose: 'majority' }, ['date_of_birth'], '1988'],
    ['age', { date_of_birth: '1988', jurisdiction: 'QQ', purpose: 'majority' }, ['jurisdiction'], 'QQ'],
    ['age', { date_of_birth: '1988', jurisdiction: 'DE', purpose: 'qqq' }, ['purpose'], 'qqq'],
    ['age', { date_of_birth: '1988', jurisdiction: 'US', purpose: 'majority' }, ['purpose'], 'US'],
    ['age', { date_of_birth: '1988', jurisdiction: 'DE', purpose: 'contract' }, ['purpose'], 'DE'],
  ])('%s refuses %j by naming %s, without the value', (checkType, input, path, value) => {
    const { error } = capability(checkType).input.safeParse(input);
    expect(error?.issues.map((issue) => issue.path)).toEqual([path]);
    expect(error?.issues[0]?.message).not.toContain(value);
  });

  it.each([
    ['vat_format', { vat_number: 'ESX1234567L' }, ['1234567', 'X1234']],
    ['vat_format', { vat_number: 'DE143454215' }, ['1434', '54215']],
    ['lei_format', { lei: '506700GE1G29325QX363' }, ['506700', '29325']],
    ['ein_format', { ein: '91-1144442' }, ['1144', '4442']],
    ['company_number_format', { country: 'FR', company_number: '552 032 534' }, ['552', '032', '534']],
    ['iban_format', { iban: 'DE89370400440532013000' }, ['3704', '0532', 'DE89']],
    ['iban_format', { iban: 'DE89370400440532013001' }, ['3704', '0532', '3001']],
    ['iban_format', { iban: 'Jane Q. Public' }, ['JA', 'BLIC', 'Jane']],
    ['mrz', capability('mrz').example ?? {}, ['ERIKSSON', 'ANNA', 'L898902C3', '740812', '1974', '184226']],
    ['mrz', { mrz: 'ERIKSSON' }, ['ERIKSSON']],
    ['age', { date_of_birth: '1990-05-17', jurisdiction: 'DE', purpose: 'majority' }, ['1990', '05-17', '36']],
    ['age', { date_of_birth: '2010-05-17', jurisdiction: 'DE', purpose: 'majority' }, ['2010', '05-17', '16', '2028']],
  ])('%s of %j shows nothing of the input in its payload', async (checkType, input, canaries) => {
    const { payload, providerCode } = await run(checkType, input);
    const shown = JSON.stringify({ payload, providerCode });
    for (const canary of canaries) expect(shown).not.toContain(canary);
  });

  it('answers every input that its schemas let pass, with a reason of the group that the outcome asks for', async () => {
    const identifier = fc.oneof(
      fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
      fc.stringMatching(/^[A-Z]{2}[0-9A-Z]{2,30}$/),
      fc.stringMatching(/^[A-Z]{2}[0-9 .-]{5,14}$/),
      fc.stringMatching(/^\d{1,15}$/),
    );
    const zone = fc
      .constantFrom([3, 30], [2, 36], [2, 44], [1, 30], [3, 9])
      .chain(([lines = 1, length = 1]) =>
        fc.array(fc.stringMatching(new RegExp(`^[A-Z0-9<]{${length}}$`)), { minLength: lines, maxLength: lines }),
      )
      .map((lines) => lines.join('\n'));
    const text = fc.oneof(identifier, zone, fc.stringMatching(/^(19|20)\d\d(-0[1-9](-[0-2]\d)?)?$/));
    const countries = fc.constantFrom('FR', 'CH', 'AU', 'BR', 'PL', 'DE', 'US', 'TW');
    const purpose = fc.constantFrom('majority', 'alcohol', 'digital_consent');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...adapter.checks),
        text,
        countries,
        purpose,
        async (check, value, country, use) => {
          const member = {
            vat_format: 'vat_number',
            lei_format: 'lei',
            ein_format: 'ein',
            iban_format: 'iban',
            mrz: 'mrz',
          }[check.checkType];
          const input =
            check.checkType === 'age'
              ? { date_of_birth: value, jurisdiction: country, purpose: use }
              : member === undefined
                ? { country, company_number: value }
                : { [member]: check.checkType === 'vat_format' ? country + value : value };
          const parsed = check.input.safeParse(input);
          if (!parsed.success) return;
          const { outcome, reason, awaiting } = await adapter.start(asked(check, parsed.data));
          const group = { verified: 'positive', failed: 'negative', pending: 'review', expired: 'time' }[
            outcome
          ] as keyof typeof REASONS;
          expect(REASONS[group]).toContain(reason);
          expect(awaiting).toBe(outcome === 'pending' ? 'review' : undefined);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('rejects a check that it does not offer', async () => {
    await expect(adapter.start({ ...asked(capability('mrz'), {}), checkType: 'selfie' })).rejects.toThrow(
      'identity/selfie',
    );
  });

  it('keeps nothing, so that there is nothing to erase', async () => {
    expect(adapter.capabilities.redact).toBe('done');
    expect(await adapter.redact()).toBe('done');
  });
});
