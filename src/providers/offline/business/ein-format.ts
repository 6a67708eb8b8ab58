import { stdnum } from 'stdnum';
import { z } from 'zod';
import { compact, identifierText } from '../../identifier-text.js';
import { provesForm, verdictOf } from '../identifier.js';
import { offlineCheck } from '../offline-check.js';
import { byStdnum } from './stdnum-judge.js';

const input = z.strictObject({
  ein: identifierText('US Employer Identification Number: nine digits, usually NN-NNNNNNN.'),
});

const judge = byStdnum(stdnum.US?.ein);

/**
 * Form of a US Employer Identification Number. It has no check digit; the list of prefixes in use grows, so that an unknown
 * prefix is for review and never a failure.
 */
export const einFormat = offlineCheck({
  verificationType: 'business_entity',
  checkType: 'ein_format',
  proves:
    'That the number has nine digits and a prefix in use. It has no check digit: a mistyped digit goes unnoticed.',
  input,
  example: { ein: '91-1144442' },
  run({ ein }) {
    const number = compact(ein);
    const judgement = /^\d{9}$/.test(number) ? judge(number) : { found: 'format' as const };
    return verdictOf(judgement, provesForm('ein', { country: 'US', check_digits: false }), { ein: number });
  },
});
