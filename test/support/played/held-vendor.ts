import type { Clock } from '../../../src/platform/clock.js';
import type { JsonObject } from '../../../src/platform/json.js';
import type { RawDelivery } from '../../../src/providers/provider-adapter.js';
import { type BillingVendor, callbackTokenOf, connectionTo, type VendorAid } from '../../aid/vendor-aid.js';
import { startAnswerRelay } from './answer-relay.js';

/** A played vendor that makes a check, and whose answer about it does not arrive. */
export interface HeldVendor {
  readonly vendor: BillingVendor;
  /** The service's connection to it, as `PROVIDER_TEST_CONNECTIONS` has it. */
  readonly connection: JsonObject;
  /** The path of the service that it calls back to. */
  readonly callbackPath: string;
  /**
   * Holds the answer to whichever request makes the check of the verification with that id; nothing else. Resolves when the vendor has
   * made it and its answer is on the way.
   */
  holdStartOf(verification: Promise<string>): Promise<void>;
  /** Loses the answer that is held: there is nobody left who waits for it. */
  lose(): void;
  /** Has the vendor let the check pass; gives its callback. */
  approve(reference: string): RawDelivery;
  close(): Promise<void>;
}

/** Starts the vendor of an aid behind a relay, on loopback. */
export async function startHeldVendor(aid: VendorAid, clock: Clock): Promise<HeldVendor> {
  const { vendor, decisions } = await aid.play(clock);
  const relay = await startAnswerRelay(vendor.url);
  const lost = Promise.withResolvers<'lost'>();
  return {
    vendor,
    connection: connectionTo(aid, relay.url),
    callbackPath: `/v1/provider-callbacks/${aid.provider}/${callbackTokenOf(aid)}`,
    holdStartOf: (verification) =>
      new Promise((resolve) => {
        // Which request it is differs by vendor, and some need others before it: the vendor itself says when it was made.
        const holdNext = (): void => {
          relay.holdNext(/^/, async () => {
            if (vendor.billed(await verification) === 0) {
              holdNext();
              return 'arrives';
            }
            resolve();
            return lost.promise;
          });
        };
        holdNext();
      }),
    lose: () => {
      lost.resolve('lost');
    },
    approve: (reference) => {
      const [word = ''] = Object.entries(aid.outcomes).find(([, [status]]) => status === 'verified') ?? [];
      const decide = decisions[word];
      if (!decide) throw new Error(`${aid.provider} lets nothing pass`);
      const callback = decide(reference);
      if (callback === null) throw new Error(`${aid.provider} calls nobody`);
      return callback;
    },
    close: async () => {
      lost.resolve('lost');
      await relay.close();
      await vendor.close();
    },
  };
}
