import { addMilliseconds } from '../../../src/platform/clock.js';
import { ProviderFault } from '../../../src/providers/fault-observation.js';
import { CallbackRefused, type CallbackHint, type RawDelivery } from '../../../src/providers/provider-adapter.js';
import type { ContractBench, ContractCallbacks } from './contract-bench.js';

const SECRET = 'canary-callback-secret';
const OTHER = 'another-callback-secret';
const MIB = 1024 * 1024;

/** What is signed well and still no news: a body that is no message of the vendor's. */
const UNREADABLE: readonly (readonly [name: string, body: Buffer])[] = [
  ['0 bytes', Buffer.alloc(0)],
  ['1 byte', Buffer.from('{')],
  ['a byte order mark', Buffer.from('\ufeff{}')],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ['a page', Buffer.from('<!doctype html><title>Test')],
  ['null', Buffer.from('null')],
  ['a number', Buffer.from('1')],
  ['an array of nulls', Buffer.from('[null,null]')],
  ['an empty object', Buffer.from('{}')],
  ['everything below __proto__', Buffer.from('{"__proto__":{"type":"check.changed","data":{}}}')],
  ['JSON 50,000 deep', Buffer.from('['.repeat(50_000))],
  ['a mebibyte of zeros', Buffer.alloc(MIB)],
  ['a mebibyte of JSON', Buffer.from(JSON.stringify('x'.repeat(MIB)))],
];

/** What an adapter makes of what arrives at our callback URL: its vendor's, and everybody else's. */
export function describeCallbacks(bench: ContractBench, callbacks: ContractCallbacks): void {
  const { clock } = bench;
  const [example] = callbacks.examples;
  if (example === undefined) throw new Error('a contract of callbacks needs an example');
  const body = Buffer.from(example.body);
  const genuine = (): RawDelivery => callbacks.sign(body, SECRET, clock.now());
  const read = readingOf(bench);

  describe('reads', () => {
    it.each(callbacks.examples.map((row) => [row.name, row] as const))('%s', async (_name, row) => {
      expect(await read(callbacks.sign(Buffer.from(row.body), SECRET, clock.now()))).toEqual(row.hints);
    });

    it.each([
      ['the only secret', [SECRET]],
      ['the first of several secrets', [SECRET, OTHER]],
      ['the last of several secrets', [OTHER, SECRET]],
      ['a secret beside an empty one', ['', SECRET]],
    ])('what is signed with %s', async (_name, secrets) => {
      expect(await read(genuine(), secrets)).toEqual(example.hints);
    });

    it('the same delivery twice alike, and leaves it as it was', async () => {
      const delivery = { headers: Object.freeze({ ...genuine().headers }), body: Buffer.from(body) };
      const both = [await read(delivery), await read(delivery)];
      expect(both).toEqual([example.hints, example.hints]);
      expect(delivery.body.equals(body)).toBe(true);
    });
  });

  describe('calls unreadable what is signed and is', () => {
    it.each(UNREADABLE)('%s', async (_name, unreadable) => {
      const outcome = await outcomeOf(read(callbacks.sign(unreadable, SECRET, clock.now())));
      expect(outcome).toBeInstanceOf(ProviderFault);
      expect(outcome).toMatchObject({ reason: 'provider_response_unrecognised', retry: { class: 'outage' } });
    });
  });

  describeRefusals(bench, callbacks, body);
  if (callbacks.toleranceMs !== null) describeTolerance(bench, callbacks, { body, toleranceMs: callbacks.toleranceMs });
}

function describeRefusals(bench: ContractBench, callbacks: ContractCallbacks, body: Buffer): void {
  const genuine = (): RawDelivery => callbacks.sign(body, SECRET, bench.clock.now());
  const expectRefused = refusalOf(bench);

  describe('refuses', () => {
    it('a body with any bit of it changed', async () => {
      const delivery = genuine();
      for (const index of body.keys()) {
        const tampered = Buffer.from(body);
        tampered[index] = (tampered[index] ?? 0) ^ 1;
        await expectRefused({ ...delivery, body: tampered });
      }
    });

    it.each([
      ['cut short', body.subarray(0, -1)],
      ['with a line end behind it', Buffer.concat([body, Buffer.from('\n')])],
      ['that was parsed and written again', Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1))],
      ['of 0 bytes', Buffer.alloc(0)],
      ['of 1 byte', Buffer.from('{')],
      ['of a mebibyte', Buffer.alloc(MIB, 'x')],
    ])('a body %s', async (_name, tampered) => {
      expect(tampered.equals(body)).toBe(false);
      await expectRefused({ ...genuine(), body: tampered });
    });

    it.each<[string, string, readonly string[]]>([
      ['signed with another secret', OTHER, [SECRET]],
      ['signed with the secret in capitals', SECRET.toUpperCase(), [SECRET]],
      ['signed with the beginning of the secret', SECRET.slice(0, -1), [SECRET]],
      // A vendor's own key is no connection's to know.
      ...(callbacks.vendorKey === true ? [] : [['where no secret is known', SECRET, []] as [string, string, []]]),
      ['signed with nothing where no secret is known', '', []],
      ['signed with nothing where the only secret is empty', '', ['']],
      ['signed with nothing where one secret is empty', '', ['', SECRET]],
    ])('what is %s', async (_name, secret, secrets) => {
      await expectRefused(callbacks.sign(body, secret, bench.clock.now()), secrets);
    });

    it('everything where the connection knows nothing of secrets', async () => {
      if (callbacks.vendorKey === true) return;
      const { callbackSecrets: _none, ...connection } = bench.vendor.connection;
      const asked = bench.adapter.readCallback?.(genuine(), connection);
      expect(await outcomeOf(asked)).toBeInstanceOf(CallbackRefused);
    });

    it.each(callbacks.signatureHeaders)('what comes without %s, or with another or two of it', async (name) => {
      const { headers } = genuine();
      const { [name]: value = '', ...others } = headers;
      expect(value).not.toBe('');
      for (const odd of ['', ' ', ',', '=', value.slice(0, -1), `${value}, ${value}`, '0'.repeat(16_000)])
        await expectRefused({ headers: { ...others, [name]: odd }, body });
      await expectRefused({ headers: others, body });
    });

    it('a digest in capitals, cut short, too long or with another digit', async () => {
      const changes = [
        (digest: string) => digest.toUpperCase(),
        (digest: string) => digest.slice(0, -1),
        (digest: string) => digest.slice(0, -2),
        (digest: string) => digest.slice(0, 8),
        (digest: string) => `${digest}00`,
        (digest: string) => `${digest.slice(0, -1)}${digest.endsWith('0') ? '1' : '0'}`,
        (digest: string) => digest.replace(/./, digest.startsWith('g') ? 'h' : 'g'),
        () => '',
      ];
      const { headers } = genuine();
      // A token ends with its signature, in base64url.
      const signature = callbacks.vendorKey === true ? /[\w-]{80,}$/g : /[0-9a-f]{40,}/g;
      for (const change of changes) {
        const changed = Object.entries(headers).map(([name, value]) => [name, value.replace(signature, change)]);
        expect(Object.fromEntries(changed)).not.toEqual(headers);
        await expectRefused({ headers: Object.fromEntries(changed) as Readonly<Record<string, string>>, body });
      }
    });
  });
}

function describeTolerance(
  bench: ContractBench,
  callbacks: ContractCallbacks,
  { body, toleranceMs }: { readonly body: Buffer; readonly toleranceMs: number },
): void {
  const signedAt = (offset: number): RawDelivery =>
    callbacks.sign(body, SECRET, addMilliseconds(bench.clock.now(), offset));

  const expectRefused = refusalOf(bench);

  it.each([-toleranceMs + 1000, toleranceMs - 1000])('takes a time that is off by %d ms', async (offset) => {
    expect(await readingOf(bench)(signedAt(offset))).toEqual(callbacks.examples[0]?.hints);
  });

  it.each([-86_400_000, -toleranceMs - 1000, toleranceMs + 1000, 86_400_000])(
    'refuses a time that is off by %d ms',
    async (offset) => {
      await expectRefused(signedAt(offset));
    },
  );
}

type Reading = (delivery: RawDelivery, secrets?: readonly string[]) => Promise<CallbackHint[]>;

function readingOf(bench: ContractBench): Reading {
  return async (delivery, callbackSecrets = [SECRET]) => {
    const connection = { ...bench.vendor.connection, callbackSecrets };
    return (await bench.adapter.readCallback?.(delivery, connection)) ?? [];
  };
}

/** Has the delivery refused, by an error that tells nothing of it. */
function refusalOf(bench: ContractBench): (delivery: RawDelivery, secrets?: readonly string[]) => Promise<void> {
  const read = readingOf(bench);
  return async (delivery, secrets) => {
    const outcome = await outcomeOf(read(delivery, secrets));
    expect(outcome).toBeInstanceOf(CallbackRefused);
    const { message, stack = '' } = outcome as CallbackRefused;
    expect(`${message} ${stack}`).not.toContain(SECRET);
  };
}

async function outcomeOf(asked: Promise<unknown> | undefined): Promise<unknown> {
  try {
    return await asked;
  } catch (error) {
    return error;
  }
}
