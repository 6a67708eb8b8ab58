import type { Clock } from '../../platform/clock.js';
import type { Observation } from '../observation.js';
import type { AdapterPlatform, Check, ProviderAdapter } from '../provider-adapter.js';
import { OFFLINE_CHECKS } from './checks.js';

/**
 * Checks that need no network: form and check digits of identifiers, and age by calendar. They answer at once, give no
 * reference and prove form, never existence or ownership; the payload says so in `proves`.
 *
 * A number fails only where the rule is certain. Where a genuine number might break a rule (personal tax numbers, prefixes
 * that are still being issued), the answer is `pending` for review. A library that throws rejects the promise.
 */
export class OfflineAdapter implements ProviderAdapter {
  readonly provider = 'offline';
  readonly description = 'Checks form and check digits of identifiers, and age by calendar, without asking anybody.';
  readonly testOnly = false;
  readonly checks = OFFLINE_CHECKS.map((check) => check.capability);
  readonly connectionForm = null;
  readonly capabilities = {
    fetch: 'rerun',
    find: false,
    callbacks: false,
    idempotentStart: true,
    redact: 'done',
  } as const;
  readonly #clock: Clock;

  constructor({ clock }: AdapterPlatform) {
    this.#clock = clock;
  }

  // async: a fault in a check is a rejection like any other adapter's, not a throw at the call.
  async start({ verificationType, checkType, input }: Check): Promise<Observation> {
    const check = OFFLINE_CHECKS.find(
      ({ capability }) => capability.verificationType === verificationType && capability.checkType === checkType,
    );
    if (check === undefined) throw new Error(`offline does not do ${verificationType}/${checkType}`);
    const now = this.#clock.now();
    const verdict = check.run(input, now);
    return { ...verdict, observedAt: now, ...(verdict.outcome === 'pending' && { awaiting: 'review' }) };
  }

  /** Runs the check again: an age may have been reached, a document may have expired. */
  fetch(check: Check): Promise<Observation> {
    return this.start(check);
  }

  /** Nothing is kept outside the caller's own rows. */
  redact(): Promise<'done'> {
    return Promise.resolve('done');
  }
}
