import { z } from 'zod';
import type { Instant } from '../../../platform/clock.js';
import { offlineCheck } from '../offline-check.js';
import type { Verdict } from '../offline-check.js';
import { AGE_PURPOSES, AGE_THRESHOLDS, thresholdFor } from './age-thresholds.js';
import type { AgePurpose, AgeThreshold } from './age-thresholds.js';
import { birthday, daysMeant } from './civil-date.js';
import type { CivilDate } from './civil-date.js';
import { dateIn, JURISDICTIONS } from './jurisdictions.js';
import type { Jurisdiction } from './jurisdictions.js';

/** Nobody is known to have lived longer than 122 years: more is a slip of the pen. */
const OLDEST = 125;

const jurisdictions = [...new Set(AGE_THRESHOLDS.flatMap((row) => row.jurisdictions))].sort();
const purposes = Object.keys(AGE_PURPOSES) as AgePurpose[];

const offered = purposes
  .map((purpose) => {
    const rows = AGE_THRESHOLDS.filter((row) => row.purpose === purpose);
    return `${purpose}: ${AGE_PURPOSES[purpose]}; known for ${[...new Set(rows.flatMap((row) => row.jurisdictions))].sort().join(' ')}`;
  })
  .join('. ');

const input = z
  .strictObject({
    date_of_birth: z
      .string()
      .max(10, { abort: true })
      .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, { error: 'date_of_birth must be YYYY-MM-DD, YYYY-MM or YYYY', abort: true })
      .refine((text) => daysMeant(text) !== null, { error: 'date_of_birth must be a day that exists' })
      .describe(
        'Date of birth: YYYY-MM-DD, or YYYY-MM or YYYY where a document states no more. Kept encrypted as evidence, shown nowhere.',
      ),
    jurisdiction: z
      .enum(jurisdictions, { error: 'jurisdiction must be one of those that the schema lists' })
      .describe(
        'Whose law sets the age: ISO 3166-1 alpha-2, or ISO 3166-2 where states or provinces differ. It also sets the time zone.',
      ),
    purpose: z
      .enum(purposes, { error: 'purpose must be one of those that the schema lists' })
      .describe(`What the age is needed for. ${offered}.`),
    assurance: z
      .enum(['declared', 'document', 'register'])
      .optional()
      .describe(
        'Where the date of birth comes from; declared by the person unless told. Repeated in the result, not checked.',
      ),
  })
  .refine(({ jurisdiction, purpose }) => thresholdFor(jurisdiction, purpose) !== undefined, {
    path: ['purpose'],
    error: 'purpose has no known threshold in this jurisdiction',
  });

/**
 * Whether a person has reached the age that a jurisdiction sets for a purpose, on the date that its own calendar shows now.
 * The result never holds the date of birth or the age, nor the day on which a failure would turn into a pass.
 */
export const age = offlineCheck({
  verificationType: 'age',
  checkType: 'age',
  proves: 'That the stated date of birth makes the person old enough today; not that the date of birth is true.',
  input,
  example: { date_of_birth: '1990-05-17', jurisdiction: 'DE', purpose: 'majority' },
  run({ date_of_birth, jurisdiction, purpose, assurance = 'declared' }, now) {
    const threshold = thresholdFor(jurisdiction, purpose);
    const place = JURISDICTIONS.get(jurisdiction);
    const born = daysMeant(date_of_birth);
    if (threshold === undefined || place === undefined || born === null)
      throw new Error('the schema lets only known pairs and real days pass');
    return judged(born, threshold, { place, now }, { jurisdiction, purpose, assurance });
  },
});

interface Asked {
  readonly jurisdiction: string;
  readonly purpose: string;
  readonly assurance: string;
}

interface Birth {
  readonly first: CivilDate;
  readonly last: CivilDate;
}

function judged(
  born: Birth,
  row: AgeThreshold,
  { place, now }: { place: Jurisdiction; now: Instant },
  asked: Asked,
): Verdict {
  const today = dateIn(place, now);
  const found = compare(born, row.years, place, today);
  const met = found === 'reached' ? true : found === 'below' ? false : null;
  const payload = { proves: 'calculation', threshold: row.years, ...asked, evaluated_on: today, met };
  const rule = {
    source: row.source,
    as_of: row.asOf,
    leap_birthday: place.leapBirthday,
    time_zones: [...place.timeZones],
  };
  return { ...OUTCOMES[found], payload, answer: { ...payload, rule } };
}

const OUTCOMES = {
  reached: { outcome: 'verified', reason: 'age_met' },
  below: { outcome: 'failed', reason: 'age_below_minimum' },
  impossible: { outcome: 'failed', reason: 'identifier_format_invalid' },
  uncertain: { outcome: 'pending', reason: 'age_uncertain' },
} as const;

/** Of a partial date both ends are tried: only what holds for every day that it may mean is certain. */
function compare(
  { first, last }: { first: CivilDate; last: CivilDate },
  years: number,
  { leapBirthday }: Jurisdiction,
  today: CivilDate,
): keyof typeof OUTCOMES {
  if (first > today || birthday(last, OLDEST + 1, leapBirthday) <= today) return 'impossible';
  if (birthday(last, years, leapBirthday) <= today) return 'reached';
  return birthday(first, years, leapBirthday) <= today ? 'uncertain' : 'below';
}
