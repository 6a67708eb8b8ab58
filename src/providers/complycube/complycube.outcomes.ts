import type { Instant } from '../../platform/clock.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { withoutLinks } from '../vendor/linkless-answer.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { heedingPass } from '../screening.js';
import { shownCode } from '../vendor/vendor-client.js';
import { runsOf, templateOf } from './complycube.checks.js';
import type { ComplyCubeSettings } from './complycube.connection.js';
import {
  type ComplyCubeCheck,
  type ComplyCubePerson,
  type ComplyCubeSession,
  momentOf,
} from './complycube.messages.js';
import {
  AWAITING_CUSTOMER,
  PROCESSING,
  isScreening,
  type Said,
  type Verdict,
  verdictOfCheck,
  verdictOfSession,
} from './complycube.verdicts.js';

/** A client with what was checked of it. A new client has neither checks nor sessions. */
export interface ReadPerson {
  readonly person: ComplyCubePerson;
  readonly checks?: readonly ComplyCubeCheck[];
  readonly sessions?: readonly ComplyCubeSession[];
  readonly raw: JsonValue;
}

/** One check or session, and what it says. */
interface Part {
  readonly kind: string;
  readonly verdict: Verdict;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  readonly shown: JsonObject;
}

/** What a client says about the check, as of `now`. Whose client it is has been compared before. */
export function observePerson(
  check: Check,
  read: ReadPerson,
  { settings, now }: { readonly settings: ComplyCubeSettings; readonly now: Instant },
): Observation {
  const wanted = runsOf(check);
  const parts = wanted === null ? sessionParts(read, settings) : checkParts(read, wanted);
  const counting = parts.filter((part) => part.verdict.lasts || isLatest(part, parts));
  const missing = (wanted ?? []).some((type) => !parts.some(({ kind }) => kind === type));
  const { code, ...verdict } = weightiest(counting, missing);
  const deciding = counting.filter((part) => part.verdict.rank === verdict.rank);
  const decidedAt = timeOf(check, verdict.outcome, deciding);
  const shown = shownCode(code);
  return {
    ...heeded(check, verdict),
    reference: read.person.id,
    observedAt: now,
    ...(shown !== null && { providerCode: shown }),
    ...(decidedAt !== null && { providerTime: decidedAt }),
    ...(parts.length > 0 && {
      payload: { [wanted === null ? 'sessions' : 'checks']: parts.map((part) => part.shown) },
    }),
    answer: withoutLinks(read.raw),
  };
}

/**
 * When those that decide did; null: when it was read, or, of an approval that is read again, when it gave the pass that stands. Lists that are searched
 * again make neither document nor face any newer: they don't renew that pass. And what takes it back is later than any look that found it standing,
 * whatever time the portal leaves the check with.
 */
function timeOf({ passedAt }: Check, outcome: Said['outcome'], deciding: readonly Part[]): Instant | null {
  if (outcome === 'pending') return null;
  if (passedAt === undefined) return lastOf(deciding);
  if (outcome !== 'verified') return null;
  const proofs = deciding.filter(({ kind }) => !isScreening(kind));
  const at = lastOf(proofs.length > 0 ? proofs : deciding);
  return at !== null && at > passedAt ? at : null;
}

function checkParts({ checks = [] }: ReadPerson, wanted: readonly string[]): readonly Part[] {
  // Somebody may have run further checks of the client in the portal: those were not asked for.
  return checks
    .filter(({ type }) => wanted.includes(type))
    .map((one) => {
      const words = { type: one.type, status: one.status, outcome: one.result?.outcome };
      return { kind: one.type, verdict: verdictOfCheck(one), ...timesOf(one), shown: codes(words) };
    });
}

function sessionParts({ person, sessions = [] }: ReadPerson, settings: ComplyCubeSettings): readonly Part[] {
  const template = templateOf(person, settings);
  return sessions
    .filter(({ workflowTemplateId }) => workflowTemplateId === template)
    .map((one) => {
      const version = typeof one.workflowVersion === 'number' ? { workflow_version: one.workflowVersion } : {};
      const shown = { workflow_template: template, ...version, ...codes({ status: one.status, outcome: one.outcome }) };
      return { kind: 'session', verdict: verdictOfSession(one), ...timesOf(one), shown };
    });
}

/** What all of them say together. Who has left out something is still at it, or ComplyCube is. */
function weightiest(counting: readonly Part[], missing: boolean): Omit<Verdict, 'lasts'> {
  const rest = counting.length === 0 ? AWAITING_CUSTOMER : PROCESSING;
  const open = missing || counting.length === 0 ? [{ ...rest, code: '' }] : [];
  const [{ lasts: _lasts, ...first }] = [...counting.map(({ verdict }) => verdict), ...open].toSorted(
    (one, other) => one.rank - other.rank,
  ) as [Verdict];
  return first;
}

/** Without times nobody can tell which is the later one: then each counts. */
function isLatest(part: Part, parts: readonly Part[]): boolean {
  const at = part.createdAt;
  return !parts.some(
    ({ kind, createdAt }) => kind === part.kind && at !== null && createdAt !== null && createdAt > at,
  );
}

function heeded(check: Check, { rank: _rank, ...verdict }: Omit<Verdict, 'lasts' | 'code'>): Said {
  // A document that was good once has run out; nobody says that it never was.
  if (verdict.reason === 'document_expired' && check.passedBefore === true) return { ...verdict, outcome: 'expired' };
  // Monitoring found somebody of that name after the pass.
  return verdict.reason === 'screening_possible_match' ? heedingPass(verdict, check) : verdict;
}

function timesOf({ createdAt, updatedAt }: ComplyCubeCheck | ComplyCubeSession): Pick<Part, 'createdAt' | 'updatedAt'> {
  return { createdAt: momentOf(createdAt), updatedAt: momentOf(updatedAt) };
}

function lastOf(parts: readonly Part[]): Instant | null {
  const times = parts.map(({ updatedAt }) => updatedAt);
  return times.reduce((one, other) => (one === null || (other !== null && other > one) ? other : one), null);
}

function codes(words: Readonly<Record<string, string | null | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(words).flatMap(([name, word]) => {
      const shown = shownCode(word);
      return shown === null ? [] : [[name, shown]];
    }),
  );
}
