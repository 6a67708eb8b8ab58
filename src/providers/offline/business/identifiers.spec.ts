import fc from 'fast-check';
import { instant } from '../../../platform/clock.js';
import type { Verdict } from '../offline-check.js';
import { companyNumberFormat } from './company-number-format.js';
import { COMPANY_REGISTERS } from './company-registers.js';
import { einFormat } from './ein-format.js';
import { leiFormat } from './lei-format.js';
import { byStdnum } from './stdnum-judge.js';

const NOW = instant('2026-11-22T12:00:00.000000Z');

describe('lei_format', () => {
  const run = (lei: string): Verdict => leiFormat.run({ lei }, NOW);
  const SOUND = ['5493001KJTIIGC8Y1R12', 'HWUPKR0MPOU8FGXBT394', '506700GE1G29325QX363', '7LTWFZYICNSX8D621K86'];

  it.each(SOUND)('verifies %s', (lei) => {
    expect(run(lei)).toMatchObject({
      outcome: 'verified',
      reason: 'format_valid',
      payload: { proves: 'form', identifier: 'lei' },
    });
    expect(run(`${lei.slice(0, 4)} ${lei.slice(4).toLowerCase()}`).outcome).toBe('verified');
  });

  it('notices every change of one digit', () => {
    for (const lei of SOUND)
      for (const [at, digit] of [...lei].entries())
        for (const other of /\d/.test(digit) ? '0123456789'.replace(digit, '') : '')
          expect(run(lei.slice(0, at) + other + lei.slice(at + 1)).reason).toBe('identifier_checksum_invalid');
  });

  it('verifies one pair of check digits in 97', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9]{18}$/), (stem) => {
        const pairs = Array.from({ length: 97 }, (_, pair) => `${stem}${String(pair + 2).padStart(2, '0')}`);
        return pairs.filter((lei) => run(lei).outcome === 'verified').length === 1;
      }),
      { numRuns: 20 },
    );
  });

  it.each(['5493001KJTIIGC8Y1R1', '5493001KJTIIGC8Y1R122', '5493001KJTIIGC8Y1RAB', '5493001KJTIIGC8Y1_12'])(
    'fails %s by form',
    (lei) => {
      expect(run(lei).reason).toBe('identifier_format_invalid');
    },
  );
});

describe('ein_format', () => {
  const run = (ein: string): Verdict => einFormat.run({ ein }, NOW);

  it.each(['91-1144442', '942404110'])('verifies %s and says that there is no check digit', (ein) => {
    expect(run(ein)).toMatchObject({ outcome: 'verified', payload: { country: 'US', check_digits: false } });
  });

  it.each(['00-1234567', '07-1234567'])('leaves %s, whose prefix may have come into use, to a person', (ein) => {
    expect(run(ein)).toMatchObject({
      outcome: 'pending',
      reason: 'register_status_unclear',
      providerCode: 'InvalidComponent',
    });
  });

  it.each(['12-345', '12-34567890', 'AB-1234567'])('fails %s by form', (ein) => {
    expect(run(ein)).toMatchObject({ outcome: 'failed', reason: 'identifier_format_invalid' });
  });
});

/** Numbers with right check digits, most of them of known companies; one digit of each twin differs. */
const COMPANIES: readonly (readonly [country: string, scheme: string, number: string, twin: string])[] = [
  ['AU', 'abn', '33 051 775 556', '33 051 775 557'],
  ['AU', 'acn', '051 775 556', '051 775 557'],
  ['BE', 'ondernemingsnummer', '0403.170.701', '0403.170.702'],
  ['BR', 'cnpj', '33.000.167/0001-01', '33.000.167/0001-02'],
  ['BR', 'cnpj', '12.ABC.345/01DE-35', '12.ABC.345/01DE-36'],
  ['CH', 'uid', 'CHE-105.909.036', 'CHE-105.909.037'],
  ['CZ', 'ico', '45274649', '45274640'],
  ['DK', 'cvr', '22756214', '22756215'],
  ['EE', 'registrikood', '12417834', '12417835'],
  ['FI', 'y_tunnus', '0112038-9', '0112038-8'],
  ['FR', 'siren', '552 032 534', '552 032 535'],
  ['FR', 'siret', '380 129 866 46850', '380 129 866 46851'],
  ['HR', 'oib', '27759560625', '27759560626'],
  ['JP', 'hojin_bango', '5010401067252', '5010401067253'],
  ['LV', 'registracijas_numurs', '40003245752', '40003245753'],
  ['NO', 'organisasjonsnummer', '923 609 016', '923 609 017'],
  ['PL', 'regon', '610188201', '610188202'],
  ['PT', 'nipc', '500697256', '500697257'],
  ['SE', 'organisationsnummer', '556012-5790', '556012-5791'],
];

describe('company_number_format', () => {
  const run = (country: string, company_number: string): Verdict =>
    companyNumberFormat.run({ country, company_number }, NOW);

  it('has a number for every register', () => {
    const registers = COMPANY_REGISTERS.map(({ country, scheme }) => `${country} ${scheme}`);
    expect(new Set(COMPANIES.map(([country, scheme]) => `${country} ${scheme}`))).toEqual(new Set(registers));
  });

  it.each(COMPANIES)('%s %s: verifies %s and fails %s', (country, scheme, number, twin) => {
    const payload = { proves: 'form', identifier: 'company_number', country, scheme };
    expect(run(country, number)).toMatchObject({ outcome: 'verified', reason: 'format_valid', payload });
    expect(run(country, twin)).toMatchObject({ outcome: 'failed', reason: 'identifier_checksum_invalid', payload });
  });

  it.each([
    ['FR', '356 000 000 49837', 'an office of La Poste, whose digits add up to a multiple of five'],
    ['FR', '356 000 000 00048', 'its seat'],
    ['CH', '105.909.036', 'without CHE'],
    ['FI', '112038-9', 'without its zero'],
  ])('verifies %s %s: %s', (country, number) => {
    expect(run(country, number).outcome).toBe('verified');
  });

  it.each([
    ['FR', '55203253'],
    ['CH', 'CHE-105.909.03'],
    ['JP', '0010401067252'],
    ['DK', '2275621A'],
  ])('fails %s %s by form', (country, number) => {
    expect(run(country, number)).toMatchObject({
      outcome: 'failed',
      reason: 'identifier_format_invalid',
      payload: { scheme: null },
    });
  });

  it('leaves an Estonian range that the library does not know to a person', () => {
    expect(run('EE', '22417834')).toMatchObject({ outcome: 'pending', providerCode: 'InvalidComponent' });
  });
});

describe('byStdnum', () => {
  it('refuses to be built on a validator that a new version of the library has dropped', () => {
    expect(() => byStdnum(undefined)).toThrow('stdnum lacks a validator');
  });
});
