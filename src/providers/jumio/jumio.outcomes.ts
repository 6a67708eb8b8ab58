import { addMilliseconds, type Instant, instantOfEpoch } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import { withoutLinks } from '../vendor/linkless-answer.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { mismatch, shownCode, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import type { JumioPlace } from './jumio.client.js';
import type { JumioSettings } from './jumio.connection.js';
import { rejectionOf } from './jumio.labels.js';
import type { JumioCreated, JumioExecution } from './jumio.messages.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting'> & { readonly label?: string | null };

/** By which settings an answer is judged, as of when. */
export interface Judging {
  readonly settings: JumioSettings;
  readonly now: Instant;
}

const AWAITING = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' } as const;
const WORKING: Verdict = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' };
const REVIEW: Verdict = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' };
const VERIFIED: Verdict = { outcome: 'verified', reason: 'identity_verified' };
const OVER: Verdict = { outcome: 'expired', reason: 'session_expired' };
/** Nobody said no about the customer. */
const CANCELLED: Verdict = { outcome: 'expired', reason: 'cancelled' };

const BY_STATUS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['INITIATED', AWAITING],
  ['ACQUIRED', WORKING],
  ['SESSION_EXPIRED', OVER],
  ['TOKEN_EXPIRED', OVER],
]);

/** The vendor's two ids of an execution, as one. */
export function referenceOf({ account, execution }: JumioPlace): string {
  return `${account}/${execution}`;
}

/** The two ids in a reference; throws a `TypeError` where it is none. */
export function placeOf(reference: string | null): JumioPlace {
  const [, account, execution] = /^([0-9a-f-]{36})\/([0-9a-f-]{36})$/i.exec(reference ?? '') ?? [];
  if (account === undefined || execution === undefined) throw new TypeError('not a reference of this vendor');
  return { account, execution };
}

/** What a start says: the customer has a page to go to. Of the answer the ids alone are kept: the rest opens the customer's session. */
export function observeCreated({ message }: VendorMessage<JumioCreated>, { settings, now }: Judging): Observation {
  const { account, workflowExecution: execution, timestamp = null } = message;
  const expiresAt = addMilliseconds(now, settings.link_minutes * 60_000);
  return {
    ...AWAITING,
    reference: referenceOf({ account: account.id, execution: execution.id }),
    observedAt: now,
    providerCode: 'INITIATED',
    customerAction: { type: 'redirect', url: message.web.href, expiresAt },
    answer: { timestamp, account: { id: account.id }, workflowExecution: { id: execution.id } },
  };
}

/**
 * What an execution says. Throws `ProviderFault` with `provider_response_mismatch` where it is not the check's; a status or a decision that is not in
 * the tables leaves the check pending.
 */
export function observeExecution(
  check: Check,
  { message, raw }: VendorMessage<JumioExecution>,
  { settings, now }: Judging,
): Observation {
  expectOurs(check, message);
  const { label = null, ...verdict } = verdictOf(message, settings) ?? unknown();
  const isKnown = !('retry' in verdict);
  const { status } = message.workflow;
  const code =
    shownCode(label) ?? (status === 'PROCESSED' ? shownCode(message.decision?.type) : null) ?? shownCode(status);
  const decidedAt = timeOf(verdict, message);
  return {
    ...verdict,
    reference: check.reference ?? '',
    observedAt: now,
    ...(code !== null && { providerCode: code }),
    ...(decidedAt !== null && { providerTime: decidedAt }),
    ...(isKnown && { payload: payloadOf(message) }),
    answer: withoutLinks(raw),
  };
}

/** When it was decided. A pass that is read again must not begin anew: where nothing else is told it counts from the beginning of its execution. */
function timeOf({ outcome }: Verdict, { completedAt, createdAt }: JumioExecution): Instant | null {
  const told = completedAt ?? (outcome === 'verified' ? createdAt : null) ?? null;
  return outcome === 'pending' || told === null ? null : instantOfEpoch(Date.parse(told));
}

function expectOurs({ verificationId, reference }: Check, { account, workflow }: JumioExecution): void {
  const { customerInternalReference: ours } = workflow;
  if (reference !== referenceOf({ account: account.id, execution: workflow.id })) throw mismatch();
  if ((ours ?? verificationId) !== verificationId) throw mismatch();
}

function unknown(): Verdict & Pick<Observation, 'retry'> {
  const { reason, retry } = unrecognised();
  return { outcome: 'pending', reason, retry };
}

function verdictOf(execution: JumioExecution, settings: JumioSettings): Verdict | null {
  const verdict = verdictOfDecision(execution, settings);
  return verdict?.outcome === 'verified' && timeOf(verdict, execution) === null ? null : verdict;
}

function verdictOfDecision(execution: JumioExecution, settings: JumioSettings): Verdict | null {
  const { workflow, decision } = execution;
  if (workflow.status !== 'PROCESSED') return BY_STATUS.get(workflow.status) ?? null;
  const failed = (types: readonly string[]): Verdict => {
    const { reason, label } = rejectionOf(execution, types, settings);
    return { outcome: 'failed', reason, label };
  };
  switch (decision?.type) {
    case 'PASSED':
      return VERIFIED;
    case 'REJECTED':
      return failed(['REJECTED']);
    case 'WARNING':
      if (settings.warning === 'failed') return failed(['REJECTED', 'WARNING']);
      return settings.warning === 'verified' ? VERIFIED : REVIEW;
    case 'NOT_EXECUTED':
      return settings.not_executed === 'review' ? REVIEW : CANCELLED;
    default:
      return null;
  }
}

const MOST_SHOWN = 20;

/** Decisions and labels: nothing that was read from the document. */
function payloadOf({ workflow, decision, capabilities }: JumioExecution): JsonObject {
  const all = Object.entries(capabilities ?? {});
  const steps = all.flatMap(([name, of]) => of.map((one) => ({ name, decision: one.decision })));
  const key = String(workflow.definitionKey ?? '');
  return {
    status: shownCode(workflow.status),
    decision: shownCode(decision?.type),
    risk_score: decision?.risk?.score ?? null,
    workflow: /^\d{1,6}$/.test(key) ? key : null,
    steps: steps.slice(0, MOST_SHOWN).map((step) => ({
      step: shownCode(step.name),
      decision: shownCode(step.decision?.type),
      label: shownCode(step.decision?.details?.label),
    })),
  };
}
