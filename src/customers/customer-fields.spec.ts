import type { JsonValue } from '../platform/json.js';
import { CUSTOMER_FIELDS, CustomerFields, faultsOfFields } from './customer-fields.js';
import { jsonPointer, valueAt } from './json-pointer.js';

describe('a JSON pointer', () => {
  // The examples of RFC 6901, section 5.
  const document = {
    foo: ['bar', 'baz'],
    ...{ '': 0, 'a/b': 1, 'c%d': 2, 'e^f': 3, 'g|h': 4, 'i\\j': 5, 'k"l': 6, ' ': 7, 'm~n': 8 },
  };

  it.each<[string, unknown]>([
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('%j finds what the standard says', (text, value) => {
    expect(valueAt(document, jsonPointer(text) ?? ['nothing'])).toEqual(value);
  });

  it.each(['/foo/2', '/foo/00', '/foo/-', '/foo/length', '/constructor', '/__proto__', '/a/b', '/foo/0/0'])(
    '%j finds nothing',
    (text) => {
      expect(valueAt(document, jsonPointer(text) ?? [])).toBeUndefined();
    },
  );

  it('reads ~01 as ~1, never as a slash', () => {
    expect(jsonPointer('/~01')).toEqual(['~1']);
  });

  it.each(['foo', 'foo/bar', '/~', '/~2', '/a/~x', ' /a', '#/a'])('is not %j', (text) => {
    expect(jsonPointer(text)).toBeNull();
  });
});

describe('a mapping', () => {
  const answer: JsonValue = {
    company: { name: 'Beispiel GmbH', kind: 'Legal Entity', seat: { lines: ['Weg 1'], zip: '10115' } },
    tax: [{ 'vat/eu': 'DE1' }],
  };

  it('finds each member where it says, and no other', () => {
    const fields = new CustomerFields({
      entity_type: '/company/kind',
      legal_name: '/company/name',
      lei: '/company/lei',
      'tax_identifiers.eu_vat': '/tax/0/vat~1eu',
      'address.street': '/company/seat/lines/0',
      'address.postal_code': '/company/seat/zip',
    });
    expect(fields.of(answer)).toEqual({
      echoed: undefined,
      told: {
        entityType: 'organization',
        legalName: 'Beispiel GmbH',
        lei: undefined,
        taxIdentifiers: { eu_vat: 'DE1' },
        address: { street: 'Weg 1', postalCode: '10115' },
      },
    });
  });

  it.each([
    ['person', 'person'],
    ['INDIVIDUAL', 'person'],
    ['natural-person', 'person'],
    ['company', 'organization'],
    ['Organisation', 'organization'],
    ['trust', undefined],
    [null, undefined],
    [7, 7],
  ])('reads the kind of entity %j as %j', (kind, read) => {
    expect(new CustomerFields({ entity_type: '/kind' }).of({ kind }).told).toEqual({ entityType: read });
  });

  it('names every fault, and no value', () => {
    const faults = faultsOfFields({ legal_name: 'canary', lei: 7, canary: '/x', country: '/country' });
    expect(faults).toEqual([
      'legal_name must be a JSON pointer (RFC 6901), such as /company/name',
      'lei must be a JSON pointer (RFC 6901), such as /company/name',
      `has a member that is none of ${CUSTOMER_FIELDS.join(', ')}`,
    ]);
  });
});
