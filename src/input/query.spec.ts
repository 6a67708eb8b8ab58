import fc from 'fast-check';
import { AppError } from '../errors/index.js';
import { readQuery } from './query.js';

const ALLOWED = ['limit', 'status', 'cursor'];

function faultsOf(query: string): string[] {
  try {
    readQuery(`/v1/verifications${query}`, ALLOWED);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return (error.details.fields ?? []).map(({ field, code }) => `${field} ${code}`);
  }
  return [];
}

describe('readQuery', () => {
  it.each([
    ['', {}],
    ['?', {}],
    ['?&&', {}],
    ['?limit=10&status=pending', { limit: '10', status: 'pending' }],
    ['?limit', { limit: '' }],
    ['?cursor=a+b%2Bc%3D%C3%A9', { cursor: 'a b+c=é' }],
    ['?cursor=a?b=c', { cursor: 'a?b=c' }],
    ['?l%69mit=1', { limit: '1' }],
  ])('reads %j', (query, values) => {
    expect(Object.fromEntries(readQuery(`/v1/verifications${query}`, ALLOWED))).toEqual(values);
  });

  it.each([
    ['?page=1', ['page UNKNOWN_PARAMETER']],
    ['?Limit=1', ['Limit UNKNOWN_PARAMETER']],
    ['?=1', ['* UNKNOWN_PARAMETER']],
    ['?limit[]=1', ['* UNKNOWN_PARAMETER']],
    ['?__proto__=1', ['__proto__ UNKNOWN_PARAMETER']],
    ['?a%3Cb%3E=1', ['* UNKNOWN_PARAMETER']],
    ['?limit=1&limit=1', ['limit REPEATED_PARAMETER']],
    ['?limit=1&l%69mit=2&x=1', ['limit REPEATED_PARAMETER', 'x UNKNOWN_PARAMETER']],
    ['?status=a%00', ['status INVALID_TEXT']],
    ['?status=%', ['query INVALID_FORMAT']],
    ['?status=%zz', ['query INVALID_FORMAT']],
    ['?status=%ff', ['query INVALID_FORMAT']],
    ['?status=%c0%80', ['query INVALID_FORMAT']],
    ['?status=%ed%a0%80', ['query INVALID_FORMAT']],
    ['?status=é', ['query INVALID_FORMAT']],
    ['?status=a b', ['query INVALID_FORMAT']],
    ['?status=a#b', ['query INVALID_FORMAT']],
  ])('refuses %s', (query, faults) => {
    expect(faultsOf(query)).toEqual(faults);
  });

  it('answers thousands of parameters with a bounded number of faults', () => {
    expect(faultsOf(`?${'x&'.repeat(8000)}`)).toHaveLength(32);
  });

  it('reads back whatever URLSearchParams writes for allowed names', () => {
    const values = fc.record({ limit: fc.string(), cursor: fc.string({ unit: 'grapheme' }) });
    fc.assert(
      fc.property(values, (record) => {
        fc.pre(!Object.values(record).some((value) => value.includes('\0')));
        const url = `/x?${new URLSearchParams(record).toString()}`;
        expect(Object.fromEntries(readQuery(url, ALLOWED))).toEqual(record);
      }),
    );
  });

  it('throws nothing but a validation error, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => Array.isArray(faultsOf(`?${text}`))));
  });
});
