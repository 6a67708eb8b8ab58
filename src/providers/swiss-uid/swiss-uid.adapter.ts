import type { Http } from '../../platform/http.js';
import type { Observation } from '../observation.js';
import type { AdapterPlatform, Call, CallLimit, Check, ProviderAdapter } from '../provider-adapter.js';
import { readConnection, VendorClient } from '../vendor/vendor-client.js';
import { SWISS_UID_REGISTER, SWISS_UID_VAT, swissUidInput, uidDigits } from './swiss-uid.check.js';
import { SWISS_UID_CONNECTION } from './swiss-uid.connection.js';
import { observeAnswer } from './swiss-uid.outcomes.js';
import { askByUid, faultOfCode, readSoapAnswer } from './swiss-uid.soap.js';

/** Right by its check digit, and of nobody in particular. */
const ANY_NUMBER = '100000006';

/**
 * The Swiss register of enterprise identification numbers: open, without credentials, read alone. Built from what its public clients agree on
 * (UID-WSE 5.0, eCH-0108): its WSDL was not at hand.
 */
export class SwissUidAdapter implements ProviderAdapter {
  readonly provider = 'swiss_uid';
  readonly description =
    'The Swiss UID register: whether an enterprise is listed, and whether it is registered for VAT.';
  readonly testOnly = false;
  readonly experimental = true;
  readonly checks = [SWISS_UID_REGISTER, SWISS_UID_VAT];
  readonly connectionForm = SWISS_UID_CONNECTION;
  readonly capabilities = {
    fetch: 'rerun',
    find: false,
    callbacks: false,
    idempotentStart: true,
    redact: 'unsupported',
  } as const;
  readonly #http: Http;
  readonly #client: VendorClient;

  constructor(platform: AdapterPlatform) {
    this.#http = platform.http;
    this.#client = new VendorClient(platform);
  }

  /** One register for everybody: it limits by address, and so all organizations together. */
  partitionOf(): string {
    return 'swiss_uid';
  }

  /** Twenty a minute for each caller. */
  limitOf(): CallLimit {
    return { calls: 20, perMs: 60_000 };
  }

  start(check: Check, { connection, signal }: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const uid = uidDigits(swissUidInput.parse(check.input).uid);
      if ('wrong' in uid) return { outcome: 'failed', reason: uid.wrong, observedAt: this.#client.now };
      const { settings } = readConnection(SWISS_UID_CONNECTION, connection);
      const answer = await askByUid(this.#http, uid.digits, { settings, signal });
      const { now } = this.#client;
      const question = { check, digits: uid.digits, now, xml: answer.body.toString('utf8') };
      return observeAnswer(readSoapAnswer(answer, now), question);
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.start(check, call);
  }

  /** Looks at one number, be it given out or not. */
  async probe({ connection, signal }: Call): Promise<void> {
    const { settings } = readConnection(SWISS_UID_CONNECTION, connection);
    const answer = readSoapAnswer(await askByUid(this.#http, ANY_NUMBER, { settings, signal }), this.#client.now);
    if ('error' in answer) throw faultOfCode(answer.error);
  }
}
