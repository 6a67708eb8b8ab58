import { createHash } from 'node:crypto';
import { canonicalJson } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import type { AdapterPlatform, Call, CallLimit, Check, Connection, ProviderAdapter } from '../provider-adapter.js';
import { VendorClient } from '../vendor/vendor-client.js';
import { SIRENE_COMPANY, SIRENE_SITE, type SireneNumber, sireneNumber } from './sirene.check.js';
import { SIRENE_CONNECTION, type SireneAccess, sireneAccess } from './sirene.connection.js';
import { observeInsee, observeSearch } from './sirene.outcomes.js';

/** The number of the institute itself. */
const INSEE = '120027016';

/**
 * SIRENE, the French register of companies and their sites, by INSEE's own API (3.11) or by the open search over it. Built from what their public
 * clients agree on: their contracts were not at hand.
 */
export class SireneAdapter implements ProviderAdapter {
  readonly provider = 'sirene';
  readonly description = 'The French register SIRENE: whether a company or one of its sites is active.';
  readonly testOnly = false;
  readonly experimental = true;
  readonly checks = [SIRENE_COMPANY, SIRENE_SITE];
  readonly connectionForm = SIRENE_CONNECTION;
  readonly capabilities = {
    fetch: 'rerun',
    find: false,
    callbacks: false,
    idempotentStart: true,
    redact: 'unsupported',
  } as const;
  readonly #client: VendorClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new VendorClient(platform);
  }

  /** INSEE counts by key. The open search counts by address, and so all organizations together, also those with a key that is not sent there. */
  partitionOf(_check: Check, { settings, credentials }: Connection): string {
    if (settings['service'] === 'search') return 'search';
    return createHash('sha256')
      .update(canonicalJson([this.provider, credentials]))
      .digest('hex')
      .slice(0, 16);
  }

  /** Thirty a minute for a key; seven a second from an address. */
  limitOf(_check: Check, { settings }: Connection): CallLimit {
    return settings['service'] === 'search' ? { calls: 7, perMs: 1_000 } : { calls: 30, perMs: 60_000 };
  }

  start(check: Check, { connection, signal }: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const number = sireneNumber(check.checkType, check.input);
      if ('wrong' in number) return { outcome: 'failed', reason: number.wrong, observedAt: this.#client.now };
      return this.#ask(number, sireneAccess(connection), signal);
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.start(check, call);
  }

  /** Asks for INSEE itself, which keeps the register. Any answer about the number will do, also that it is not known. */
  async probe({ connection, signal }: Call): Promise<void> {
    const { providerCode } = await this.#ask({ kind: 'siren', digits: INSEE }, sireneAccess(connection), signal);
    // Of the institute nothing is withheld: whoever is refused may not ask at all.
    if (providerCode === '403') throw new ProviderFault('provider_auth_failed', { class: 'operator' });
  }

  async #ask(number: SireneNumber, { service, url, headers }: SireneAccess, signal: AbortSignal): Promise<Observation> {
    if (service === 'insee') {
      const asked = { method: 'GET', url: `${url}/${number.kind}/${number.digits}`, headers } as const;
      return observeInsee(await this.#client.send(asked, signal), number, this.#client.now);
    }
    // Where the search says how a site is, is not confirmed.
    if (number.kind === 'siret') throw new ProviderFault('provider_not_entitled', { class: 'operator' });
    const query = new URLSearchParams({ q: number.digits });
    const asked = { method: 'GET', url: `${url}/search?${query.toString()}` } as const;
    return observeSearch(await this.#client.send(asked, signal), number, this.#client.now);
  }
}
