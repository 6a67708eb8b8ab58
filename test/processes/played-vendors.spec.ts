import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres } from '#app/database/embedded/index.js';
import { SystemClock } from '#app/platform/clock.js';
import { pause } from '#app/platform/deadline.js';
import { FetchHttp } from '#app/platform/http.js';
import { wiredAdapters } from '#app/providers/provider-registry.js';
import { AIDS } from '../aid/aids.js';
import { checkFor } from '../aid/vendor-aid.js';
import { needsPlayedVendor, readmeSteps, typeInto, withoutChance } from '../support/documents/readme-session.js';
import { killService, type ServiceProcess, startService } from '../support/peers/service-process.js';
import { type Forwarding, startForwarding, startVendors, type VendorProcess } from '../support/peers/vendor-process.js';

const CONNECTIONS = /PROVIDER_TEST_CONNECTIONS='(.*)' npm start/;

type Connections = Record<string, { settings: { base_url: string }; credentials: object; callback_secrets?: string[] }>;
type Shown = Readonly<Record<string, unknown>>;

const NAMES = AIDS.map(({ provider }) => provider);
const EXPERIMENTAL = AIDS.filter(({ experimental }) => experimental).map(({ provider }) => provider);
/** What they make of a check: on a page of theirs, or at once. */
const OUTCOMES = AIDS.flatMap(({ provider, pages, callbackSecret, outcomes }) =>
  Object.entries(outcomes).map(([decision, [status, reason]]) => {
    return { provider, isPaged: !('wordIn' in pages), calls: callbackSecret !== undefined, decision, status, reason };
  }),
);

describe('vendors that are played for a developer', () => {
  let folder: string;
  let way: Forwarding;
  let vendors: VendorProcess;
  let connections: Connections;
  let service: ServiceProcess;
  /** Of one vendor, that can be told to end. */
  let alone: VendorProcess;

  beforeAll(async () => {
    way = await startForwarding();
    vendors = startVendors(...NAMES, '--port', '0', '--service', way.url);
    alone = startVendors('veriff', '--port', '0', '--service', way.url);
    const said = await Promise.all([vendors, alone].map((one) => one.saying(CONNECTIONS)));
    connections = Object.assign({}, ...said.map(([, given = '']) => JSON.parse(given) as Connections)) as Connections;
    folder = mkdtempSync(join(tmpdir(), 'cv-vendors-'));
    // Root's database runs as somebody else, who must be able to pass.
    chmodSync(folder, 0o711);
    const PROVIDER_TEST_CONNECTIONS = JSON.stringify(connections);
    const [, EXPERIMENTAL_PROVIDERS = ''] = /EXPERIMENTAL_PROVIDERS=(\S+) PROVIDER_TEST/.exec(vendors.said()) ?? [];
    service = await startService({ DATA_FOLDER: folder, PROVIDER_TEST_CONNECTIONS, EXPERIMENTAL_PROVIDERS });
    way.to(service.url);
  }, 60_000);
  afterAll(async () => {
    for (const { child } of [vendors, alone]) child.kill('SIGKILL');
    way.close();
    await killService(service);
    await removeEmbeddedPostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  const call = async (method: string, path: string, sent?: object) => {
    const headers = { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' };
    const answer = await fetch(`${service.url}${path}`, {
      method,
      headers,
      ...(sent && { body: JSON.stringify(sent) }),
    });
    const text = await answer.text();
    const body = JSON.parse(text) as { data: Shown; customer_action?: { url: string } };
    return { status: answer.status, retryAfter: Number(answer.headers.get('retry-after') ?? 0), body };
  };
  const begin = async (provider: string): Promise<{ id: string; page: string }> => {
    const check = AIDS.find((aid) => aid.provider === provider)?.check;
    const { body } = await call('POST', '/v1/verifications', { customer_id: randomUUID(), provider, ...check });
    const id = String(body.data['id']);
    let page = body.customer_action?.url;
    // Above the limit of a vendor a start waits for its turn, and so does the question for its page.
    while (page === undefined) {
      const { retryAfter, body: later } = await call('POST', `/v1/verifications/${id}/customer-action`);
      page = later.customer_action?.url;
      if (page === undefined) await pause(Math.max(100, retryAfter * 1_000));
    }
    return { id, page };
  };
  const press = async (page: string, form: string): Promise<string> =>
    (await fetch(page, { method: 'POST', body: new URLSearchParams(form) })).text();
  /** The verification once it is another than at first. */
  const moved = async (id: string, from: readonly string[] = ['awaiting_customer']): Promise<Shown> => {
    for (;;) {
      const { data } = (await call('GET', `/v1/verifications/${id}`)).body;
      if (!from.includes(String(data['reason']))) return data;
      await pause(50);
    }
  };

  it('have each a port and decisions of its own, which the documentation names', () => {
    expect(new Set(AIDS.map(({ port }) => port)).size).toBe(AIDS.length);
    const text = readFileSync('docs/hosted-flow.md', 'utf8');
    const rows = [...text.matchAll(/^\| `(\w+)` +\| (\d+) \| (.*?) +\|$/gm)].map(([, ...cells]) => cells);
    const words = AIDS.map(({ provider, port, outcomes }) => {
      return [
        provider,
        String(port),
        Object.keys(outcomes)
          .map((word) => `\`${word}\``)
          .join(', '),
      ];
    });
    expect(rows).toEqual(words);
  });

  it.each(OUTCOMES.filter(({ isPaged, calls }) => isPaged && calls))(
    'at $provider are decided $decision on their page, and the callback brings $reason',
    async (row) => {
      const { id, page } = await begin(row.provider);
      expect(page).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/./);
      expect(await (await fetch(page)).text()).toContain('is undecided.');
      expect(await press(page, `decision=${row.decision}`)).toBe(
        `${row.decision}: the callback was answered with 200\n`,
      );
      expect(await moved(id)).toMatchObject({ status: row.status, reason: row.reason });
    },
  );

  it.each(OUTCOMES.filter(({ isPaged, calls }) => isPaged && !calls))(
    'at $provider are decided $decision on their page, and a recheck finds $reason',
    async ({ provider, decision, status, reason }) => {
      const { id, page } = await begin(provider);
      expect(await (await fetch(page)).text()).not.toContain('callback');
      expect(await press(page, `decision=${decision}`)).toBe(
        `${decision}: the vendor calls nobody, and waits to be asked\n`,
      );
      await call('POST', `/v1/verifications/${id}/recheck`);
      expect(await moved(id)).toMatchObject({ status, reason });
    },
  );

  it.each(OUTCOMES.filter(({ isPaged }) => !isPaged))(
    'at $provider are answered at once, $decision with $reason',
    async ({ provider, decision, status, reason }) => {
      const check = AIDS.filter((aid) => aid.provider === provider).map((aid) => checkFor(aid, decision))[0];
      const { body } = await call('POST', '/v1/verifications', { customer_id: randomUUID(), provider, ...check });
      expect(await moved(String(body.data['id']), ['provider_throttled'])).toMatchObject({ status, reason });
    },
  );

  it('are those that the service has only where it is told to, where they say so themselves', () => {
    const wired = wiredAdapters({ clock: new SystemClock(), http: new FetchHttp() }, 'all');
    const named = wired.filter(({ provider, experimental }) => experimental && NAMES.includes(provider));
    expect(new Set(EXPERIMENTAL)).toEqual(new Set(named.map(({ provider }) => provider)));
  });

  it('take an approval back, where the real vendor can', async () => {
    const { id, page } = await begin('persona');
    await press(page, 'decision=approved');
    expect(await moved(id)).toMatchObject({ status: 'verified' });
    await press(page, 'decision=declined');
    expect(await moved(id, ['identity_verified'])).toMatchObject({ status: 'failed', reason: 'document_fraud' });
    const { page: other } = await begin('stripe_identity');
    await press(other, 'decision=verified');
    expect(await press(other, 'decision=canceled')).toBe('It is verified, and stays so.\n');
  });

  it('have a page with a button for each decision, and take no other', async () => {
    const { page } = await begin('persona');
    const html = await (await fetch(page, { headers: { accept: 'text/html,*/*;q=0.8' } })).text();
    const words = [...html.matchAll(/<button name="decision" value="([^"]+)">/g)].map(([, word]) => word);
    expect(words).toEqual(['approved', 'declined', 'failed', 'needs_review', 'completed', 'expired']);
    expect(await press(page, 'decision=canary')).toMatch(/^The decision is one of: approved, /);
    expect(await (await fetch(page)).text()).toContain('is undecided.');
  });

  it('lose a callback on request; a fresh page is one of the same check', async () => {
    const { id, page } = await begin('persona');
    const fresh = (await call('POST', `/v1/verifications/${id}/customer-action`)).body.customer_action?.url ?? '';
    expect(fresh).not.toBe(page);
    expect(await press(fresh, 'decision=approved&callback=lost')).toBe('approved: the callback got lost\n');
    expect(await (await fetch(page)).text()).toContain('is approved.');
    expect((await call('GET', `/v1/verifications/${id}`)).body.data).toMatchObject({ status: 'pending' });
  });

  it('say what the service needs to know of them before they run', async () => {
    const asked = startVendors('connections', 'persona', 'onfido', '--port', '4321');
    expect(await asked.ended).toBe(0);
    const printed = JSON.parse(asked.said()) as Connections;
    const at = (provider: string, port: number) => {
      const { settings, ...rest } = connections[provider]!;
      const { pathname } = new URL(settings.base_url);
      return { ...rest, settings: { ...settings, base_url: `http://127.0.0.1:${String(port)}${pathname}` } };
    };
    expect(printed).toEqual({ persona: at('persona', 4321), onfido: at('onfido', 4322) });
  });

  it('say what else the service needs to have the experimental ones, which are played where they are named', async () => {
    const asked = [startVendors('connections', ...EXPERIMENTAL), startVendors('connections')];
    expect(await Promise.all(asked.map(({ ended }) => ended))).toEqual([0, 0]);
    const [named = '', all = ''] = asked.map(({ said }) => said());
    expect(named).toContain(`The service needs EXPERIMENTAL_PROVIDERS=${EXPERIMENTAL.join()}, too.\n`);
    const usual = NAMES.filter((name) => !EXPERIMENTAL.includes(name));
    expect(Object.keys(JSON.parse(all) as Connections)).toEqual(usual);
  });

  it.each([
    [['canary'], 'There is no canary.'],
    [['persona', '--port', 'canary'], '--port is a number up to 65535.'],
    [['persona', '--canary'], "Unknown option '--canary'"],
    [['persona', '--service', 'https://vendor.example'], 'A URL is one of this machine'],
    [['--callback-url', 'http://127.0.0.1:1/'], '--callback-url is for one vendor, which calls back.'],
    [['jumio', '--callback-url', 'http://127.0.0.1:1/'], '--callback-url is for one vendor, which calls back.'],
  ])('refuse %j', async (args, message) => {
    const refused = startVendors(...args);
    expect(await refused.ended).toBe(2);
    expect(refused.said()).toContain(message);
    expect(refused.said()).toContain('npm run vendor -- [connections]');
  });

  it('are what the README shows', async () => {
    const [first, ...steps] = readmeSteps();
    const shown = steps.find(needsPlayedVendor);
    const commands = shown?.commands.replace('sleep 1', STILL_PENDING) ?? '';
    expect(commands).toContain(STILL_PENDING);
    const { url, key } = service;
    const printed = await typeInto([first!, { commands, answer: null }], { url, key, now: Date.now() });
    expect(withoutChance(printed[1] ?? '')).toEqual(withoutChance(shown?.answer ?? ''));
  });

  it('serve an organization that has a connection of its own, and end when they are told to', async () => {
    const { settings, credentials, callback_secrets } = connections['veriff']!;
    const { base_url, ...own } = settings;
    const body = { settings: own, credentials, callback_secrets };
    const { data } = (await call('PUT', '/v1/provider-connections/veriff', body)).body;
    expect(data['callback_path']).toMatch(/^\/v1\/provider-callbacks\/veriff\/[\w-]{43}$/);
    alone.child.kill('SIGINT');
    expect(await alone.ended).toBe(0);
    const url = `${service.url}${String(data['callback_path'])}`;
    alone = startVendors('veriff', '--port', new URL(base_url).port, '--callback-url', url);
    await alone.saying(CONNECTIONS);
    const { id, page } = await begin('veriff');
    expect(await press(page, 'decision=approved')).toBe('approved: the callback was answered with 200\n');
    expect(await moved(id)).toMatchObject({ status: 'verified' });
  });
});

/** A reader's second, as long as it takes. */
const STILL_PENDING =
  'while curl -s $URL/v1/verifications/$ID -H "Authorization: Bearer $KEY" | grep -q \'"pending"\'; do sleep 0.1; done';
