import { FetchHttp } from '../../../src/platform/http.js';
import type { JsonObject } from '../../../src/platform/json.js';
import { ComplyCubeAdapter } from '../../../src/providers/complycube/index.js';
import type { Call, Check } from '../../../src/providers/provider-adapter.js';
import { ScriptedClock } from '../../support/scripted-clock.js';
import { type ComplyCubeVendor, startComplyCubeVendor } from './complycube.vendor.js';

/** Whom the checks are about, unless told. */
export const PERSON = { given_name: 'Erika', family_name: 'Mustermann', email_address: 'erika@example.com' };
/** The pages that a connection must name. */
export const PAGES = { success_url: 'https://shop.example/done', cancel_url: 'https://shop.example/back' };
/** A workflow of the account. */
export const TEMPLATE = '68566be2a37a78622f4f7be3';
/** An id that is not the check's. */
export const OTHER = '5eb1276d96be4a0008713af5';

/** The adapter before the played vendor, with checks of ids of their own. */
export class ComplyCubeBench {
  readonly clock = new ScriptedClock();
  readonly adapter = new ComplyCubeAdapter({ clock: this.clock, http: new FetchHttp() });
  #url = '';
  #checks = 0;

  /** A vendor that has no client; what is asked from now on goes there. */
  readonly open = async (): Promise<ComplyCubeVendor> => {
    const vendor = await startComplyCubeVendor({ key: 'test_key', clock: this.clock });
    this.#url = vendor.url;
    return vendor;
  };

  readonly checkOf = (change: Partial<Check> = {}): Check => {
    this.#checks += 1;
    const verificationId = `01939c5e-7a00-7000-8000-${String(this.#checks).padStart(12, '0')}`;
    const kind = { verificationType: 'identity', checkType: 'document_selfie' };
    return { verificationId, ...kind, input: PERSON, reference: null, ...change };
  };

  readonly callOf = (settings: JsonObject = {}): Call => {
    const connection = {
      settings: { environment: 'sandbox', base_url: this.#url, ...PAGES, ...settings },
      credentials: { api_key: 'test_key' },
      callbackSecrets: ['first', 'second'],
    };
    return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
  };

  /** A check that has been started, with its reference. */
  readonly started = async (
    change: Partial<Check> = {},
    settings: JsonObject = {},
  ): Promise<Check & { reference: string }> => {
    const check = this.checkOf(change);
    const { reference = '' } = await this.adapter.start(check, this.callOf(settings));
    return { ...check, reference };
  };
}
