import fc from 'fast-check';
import { stdnum } from 'stdnum';
import { organizationNumberOf } from './organization-number.js';

describe('an organization number', () => {
  it.each(['923609016', ' 923 609 016', '923.609.016', 'NO 923 609 016 MVA', 'no923609016mva', '923609016MVA'])(
    'is read: %j',
    (given) => {
      expect(organizationNumberOf(given)).toEqual({ number: '923609016' });
    },
  );

  it.each(['', '92360901', '9236090160', 'SE923609016', '923609016VAT', '92360901X', '٩٢٣٦٠٩٠١٦'])(
    'has another form: %j',
    (given) => {
      expect(organizationNumberOf(given)).toEqual({ fault: 'identifier_format_invalid' });
    },
  );

  it.each(['923609017', '932609016', '833286602'])('has a wrong check digit: %s', (given) => {
    expect(organizationNumberOf(given)).toEqual({ fault: 'identifier_checksum_invalid' });
  });

  it('is right where another reader of the rule says so', () => {
    const digits = fc.integer({ min: 0, max: 999_999_999 }).map((number) => String(number).padStart(9, '0'));
    const read = (text: string): boolean => stdnum.NO?.orgnr?.validate(text).isValid === true;
    fc.assert(fc.property(digits, (text) => 'number' in organizationNumberOf(text) === read(text)));
  });
});
