import type { Observation } from '../observation.js';
import { readAlike } from '../screening.js';
import type { Sought } from './opensanctions.checks.js';
import type { OpenSanctionsSettings } from './opensanctions.connection.js';
import type { Candidate } from './opensanctions.matches.js';
import type { Example } from './opensanctions.query.js';
import { kindsOf, kindsSought } from './opensanctions.topics.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting'> & {
  /** Somebody politically exposed was found, and that is no obstacle here. */
  readonly isFlagged?: true;
};

const CLEAR: Verdict = { outcome: 'verified', reason: 'screening_clear' };
const CONFIRMED: Verdict = { outcome: 'failed', reason: 'sanctions_match_confirmed' };
const POSSIBLE: Verdict = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' };
const EXPOSED: Verdict = { outcome: 'pending', reason: 'pep_possible_match', awaiting: 'review' };

/** What the candidates of a search say about the check. `verified` is still subject to the lists. */
export function verdictOf(
  { candidates, isCutOff }: { readonly candidates: readonly Candidate[]; readonly isCutOff: boolean },
  example: Example,
  { sought, settings }: { readonly sought: Sought; readonly settings: OpenSanctionsSettings },
): Verdict {
  const obstacles = kindsSought(sought, settings);
  const topics = candidates.flatMap((candidate) => [...kindsOf(candidate.properties.topics ?? [])]);
  const kinds = new Set(topics.filter((kind) => obstacles.has(kind)));
  if (kinds.has('sanction') && candidates.some((candidate) => isConfirmed(candidate, example, settings)))
    return CONFIRMED;
  const isExposed = kinds.delete('pep');
  if (kinds.size > 0 || isCutOff) return POSSIBLE;
  if (!isExposed) return CLEAR;
  return settings.pep === 'review' ? EXPOSED : { ...CLEAR, isFlagged: true };
}

/**
 * Whether a candidate is the subject beyond doubt, where policy lets a score decide at all: designated itself (not linked to somebody who is),
 * and with the same birth date to the day, or the same registration number. Names alone reach the highest score by having nothing to disagree on.
 */
function isConfirmed(
  { score, properties }: Candidate,
  example: Example,
  { fail_score: least }: OpenSanctionsSettings,
): boolean {
  if (least === null || score < least || !properties.topics?.includes('sanction')) return false;
  const asked = example.properties;
  const isSameDay = (asked['birthDate'] ?? []).some((day) => day.length === 10 && properties.birthDate?.includes(day));
  const numbers = [properties.registrationNumber ?? [], properties.idNumber ?? []].flat();
  return (
    isSameDay || (asked['registrationNumber'] ?? []).some((number) => numbers.some((other) => readAlike(number, other)))
  );
}
