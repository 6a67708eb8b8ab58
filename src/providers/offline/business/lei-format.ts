import { z } from 'zod';
import { mod97 } from '../../check-digits.js';
import { compact, identifierText } from '../../identifier-text.js';
import { provesForm, verdictOf } from '../identifier.js';
import type { Judgement } from '../identifier.js';
import { offlineCheck } from '../offline-check.js';

const input = z.strictObject({
  lei: identifierText('Legal Entity Identifier: 18 letters or digits and two check digits.'),
});

/** Form and check digits of a Legal Entity Identifier (ISO 17442-1: MOD 97-10 over all 20 characters). */
export const leiFormat = offlineCheck({
  verificationType: 'business_entity',
  checkType: 'lei_format',
  proves: 'That the identifier is well-formed and its check digits are right; not that it was issued or is kept up.',
  input,
  example: { lei: 'HWUPKR0MPOU8FGXBT394' },
  run({ lei }) {
    const number = compact(lei);
    return verdictOf(judge(number), provesForm('lei', {}), { lei: number });
  },
});

function judge(lei: string): Judgement {
  if (!/^[A-Z0-9]{18}\d{2}$/.test(lei)) return { found: 'format' };
  return { found: mod97(lei) ? 'ok' : 'checksum' };
}
