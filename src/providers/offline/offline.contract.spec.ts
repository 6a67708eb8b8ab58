import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import { OfflineAdapter } from './offline.adapter.js';

const company = { verificationType: 'business_entity', outcome: 'verified', reason: 'format_valid' } as const;
const account = { verificationType: 'bank_account', checkType: 'iban_format' } as const;
const person = { verificationType: 'identity', checkType: 'mrz' } as const;
const specimen = [
  'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<',
  'L898902C36UTO7408122F4912310ZE184226B<<<<<16',
] as const;
const specimenIsPrivate = [...specimen, 'ERIKSSON', 'L898902C3', '740812', '1974-08-12', 'ZE184226B'];
const wrongSpecimen = [specimen[0], specimen[1].replace('L898902C36', 'L898902C37')];

function aged(dateOfBirth: string, outcome: ContractCase['outcome'], reason: ContractCase['reason']): ContractCase {
  return {
    name: `a birth on ${dateOfBirth}`,
    ...{ verificationType: 'age', checkType: 'age', outcome, reason, privateValues: [dateOfBirth] },
    input: { date_of_birth: dateOfBirth, jurisdiction: 'DE', purpose: 'majority' },
  };
}

const cases: readonly ContractCase[] = [
  {
    ...company,
    name: 'a VAT number',
    checkType: 'vat_format',
    input: { vat_number: 'DE143454214' },
    privateValues: ['143454214'],
  },
  {
    ...company,
    name: 'a VAT number with a wrong digit',
    checkType: 'vat_format',
    input: { vat_number: 'DE143454215' },
    outcome: 'failed',
    reason: 'identifier_checksum_invalid',
    privateValues: ['143454215'],
  },
  { ...company, name: 'an LEI', checkType: 'lei_format', input: { lei: '506700GE1G29325QX363' } },
  { ...company, name: 'an EIN', checkType: 'ein_format', input: { ein: '91-1144442' }, privateValues: ['1144442'] },
  {
    ...company,
    name: 'a company number',
    checkType: 'company_number_format',
    input: { country: 'FR', company_number: '552 032 534' },
  },
  {
    ...{ ...account, name: 'an IBAN', outcome: 'verified', reason: 'format_valid' },
    input: { iban: 'DE89 3704 0044 0532 0130 00' },
    privateValues: ['DE89370400440532013000', 'DE89 3704 0044 0532 0130 00', '37040044', '0532013000'],
  },
  {
    ...{ ...account, name: 'a name instead of an IBAN', outcome: 'failed', reason: 'identifier_format_invalid' },
    input: { iban: 'Erika Mustermann' },
    privateValues: ['Erika', 'ERIKA', 'MANN'],
  },
  {
    ...{ ...person, name: 'the specimen of ICAO', outcome: 'verified', reason: 'format_valid' },
    input: { mrz: specimen.join('\n') },
    privateValues: specimenIsPrivate,
  },
  {
    ...{ ...person, name: 'the specimen with a wrong digit', outcome: 'failed', reason: 'identifier_checksum_invalid' },
    input: { mrz: wrongSpecimen.join('\n') },
    privateValues: [...wrongSpecimen, ...specimenIsPrivate.slice(2)],
  },
  aged('1990-05-17', 'verified', 'age_met'),
  aged('2020-05-17', 'failed', 'age_below_minimum'),
  aged('2008-11', 'pending', 'age_uncertain'),
];

describeAdapterContract({ adapter: OfflineAdapter, cases });
