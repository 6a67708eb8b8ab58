import { ViesAdapter } from './vies.adapter.js';
import { viesInput } from './vies.check.js';
import { vatNumberOf } from './vies.number.js';

describe('a VAT number', () => {
  it.each<[string, string | undefined, string]>([
    ['DE143454214', undefined, 'DE 143454214'],
    [' de 143.454-214 ', undefined, 'DE 143454214'],
    ['143454214', 'DE', 'DE 143454214'],
    ['DE143454214', 'DE', 'DE 143454214'],
    ['DEDE143454214', undefined, 'DE 143454214'],
    ['DEDE143454214', 'DE', 'DE 143454214'],
    ['GR094019245', undefined, 'EL 094019245'],
    ['EL094019245', undefined, 'EL 094019245'],
    ['094019245', 'GR', 'EL 094019245'],
    ['ELGR094019245', undefined, 'EL 094019245'],
    ['EL94019245', undefined, 'EL 094019245'],
    ['XI110305878', undefined, 'XI 110305878'],
    ['XIGD001', undefined, 'XI GD001'],
    ['FRK7399859412', undefined, 'FR K7399859412'],
    ['K7399859412', 'FR', 'FR K7399859412'],
    // Two letters in front may be a French key, even those of a prefix.
    ['FRFR399859412', undefined, 'FR FR399859412'],
    ['FR399859412', 'FR', 'FR FR399859412'],
    ['DE399859412', 'FR', 'FR DE399859412'],
    ['FRFR83404833048', undefined, 'FR 83404833048'],
    ['ATU33864707', undefined, 'AT U33864707'],
    ['BE403170701', undefined, 'BE 0403170701'],
    ['HU12892312-2-41', undefined, 'HU 12892312'],
    ['RO0018547290', undefined, 'RO 18547290'],
    ['ESX2482300W', undefined, 'ES X2482300W'],
    ['IE8+79739I', undefined, 'IE 8+79739I'],
    ['IE3706224MH', undefined, 'IE 3706224MH'],
    ['NL803441526B01', undefined, 'NL 803441526B01'],
    ['LT100001919017', undefined, 'LT 100001919017'],
  ])('written %s, country %s, is %s', (text, country, expected) => {
    const read = vatNumberOf(text, country);
    expect(`${read?.memberState ?? ''} ${read?.national ?? ''}`).toBe(expected);
    expect(read?.wellFormed).toBe(true);
    expect(viesInput.safeParse({ vat_number: text, ...(country && { country }) }).success).toBe(true);
  });

  it.each([
    'DE',
    'DE12345678',
    'DE1434542144',
    'DEDEDE143454214',
    'AT33864707',
    'FR399859412',
    'BE2000000042',
    'IT1',
    'DE14345421４',
  ])('written %s has no form of its country', (text) => {
    expect(vatNumberOf(text)?.wellFormed).toBe(false);
  });

  it.each([
    'DE143454215',
    'BE1000000099',
    'FRKK123456789',
    'BG7523169264',
    'ES12345678Z',
    'LV32579400007',
    'SI22511971',
  ])('whose check digits look wrong is asked about: %s', (text) => {
    expect(vatNumberOf(text)?.wellFormed).toBe(true);
  });

  it.each(['143454214', 'GB220430231', 'CHE105909036', 'constructor', '__proto__1', '..'])(
    'of no country of VIES is refused as input: %s',
    (text) => {
      expect(viesInput.safeParse({ vat_number: text }).success).toBe(false);
    },
  );

  it('of another country than the one beside it is judged by that', () => {
    expect(vatNumberOf('FR83404833048', 'DE')?.wellFormed).toBe(false);
  });
});

describe('a partition', () => {
  const adapter = new ViesAdapter({ clock: null as never, http: null as never });
  const partitionOf = (input: Record<string, string>, settings = {}): string =>
    adapter.partitionOf(
      { verificationId: 'v', verificationType: 't', checkType: 'c', input, reference: null },
      { settings, credentials: {} },
    );

  it.each([
    ['vies DE', { vat_number: 'DE1' }, {}],
    ['vies EL', { vat_number: '1', country: 'GR' }, {}],
    ['vies sandbox XI', { vat_number: 'xi100' }, { environment: 'sandbox' }],
    ['vies', {}, {}],
  ])('is %s', (expected, input, settings) => {
    expect(partitionOf(input as Record<string, string>, settings)).toBe(expected);
  });
});
