import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { type NotificationKey, notificationKey, signedNotification } from '../../../test/vendors/yoti/yoti.signing.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import { CallbackRefused, type CallbackHint, type Connection } from '../provider-adapter.js';
import { YotiAdapter } from './yoti.adapter.js';
import { notificationKeysOf, YOTI_CONNECTION, YOTI_NOTIFICATION_KEY } from './yoti.connection.js';

const clock = new ScriptedClock('2026-01-31T08:00:10.000000Z');
const adapter = new YotiAdapter({ clock, http: new FetchHttp() });
const session = '69db8ad4-c983-40b3-b95a-a8fa576e70a6';
const ours = '01939c5e-7a00-7000-8000-000000000001';
const eventId = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
const hints: readonly CallbackHint[] = [{ eventId, reference: session, ourReference: ours }];
const key = notificationKey();
const other = notificationKey();

function connectionOf(notification_keys: readonly string[], callbackSecrets?: readonly string[]): Connection {
  const credentials = { sdk_id: '5d3add31-3a3a-4d3b-a6b4-347edb35264c', api_key: 'key' };
  return {
    settings: { notification_keys: [...notification_keys] },
    credentials,
    ...(callbackSecrets && { callbackSecrets }),
  };
}

const read = (body: Buffer | string, connection = connectionOf([key.spki])): Promise<CallbackHint[]> =>
  adapter.readCallback({ headers: {}, body: Buffer.from(body) }, connection);

function contentOf(change: Readonly<Record<string, JsonObject[string] | undefined>> = {}): JsonObject {
  const whole = {
    ...{ method: 'AGE_ESTIMATION', result: true, age: 25, session_key: session, reference_id: ours },
    ...{ id: '2480375e-ddc0-4832-9b82-b1d14af5cf75', timestamp: 1_769_846_400 },
    notification_url: 'https://verifications.example/v1/provider-callbacks/yoti/token',
    ...{ evidence_id: 'da4070de-3d34-44d7-86d4-7d6fdf547740', state: 'COMPLETE', check_type: 'PASSIVE' },
    ...change,
  };
  return JSON.parse(JSON.stringify(whole)) as JsonObject;
}

const signed = (change: Parameters<typeof contentOf>[0] = {}, by: NotificationKey = key): Buffer =>
  signedNotification(contentOf(change), by).body;

async function expectRefused(body: Buffer | string, connection?: Connection): Promise<void> {
  await expect(read(body, connection)).rejects.toBeInstanceOf(CallbackRefused);
}

describe('a signature that another program made', () => {
  // By `openssl dgst -sha256 -sign <key> -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:max`, over the content without white space, with a
  // key of `openssl genrsa 3072`.
  const SPKI =
    'MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEAkqA4GMPOd4VdSUJVpHgHLW2EWPq0yr7eaFJKbZ8azWd2QeniEFauQ811SHib8L5VNtrleyt12zv0' +
    'HK+BHLsRlCeclXVBAthYXp/TsyV9nPp4GWm7P9TcDajsJ+pM0gT3XbHrXPzQu6FzStp2A1AHTYyL39nPEhBXl7FJYNbpt1hQ8hnU0JlfB/l1oO5bAjJslHSA' +
    'DHAnkWOyM+N0XXlqcRLLydNHi1ThL/L50231TbCiNRdgInkRHa87zkRETBPhIloANytYq1VOW6EZAHjxUrGnPRNMLzIaks4hScDHYJqs1KhHKgp9wXhwFJpE' +
    'sQYZL0fIRL64OD/euHEBuhDP29RW3JMAGlcRUrppIZP53TN2tLxfGLyyvJ6krYZ7z12gKmG3rKZl/VcB0w5QTHUnUp80DsjyPe+P20nF3dn/lgx0x+bTWU27' +
    'XgbCMGN/ywcgpn6JeXQ7Gt2jy3HRG00Hdkq1VklWTaTrKlZXSbTWj4tPdRlYhU0w9Xwt8roZeIAfAgMBAAE=';
  const SIGNATURE =
    'Tz408FQPSWnnjflehtqCGHi14fmbz33G/VrJOyLIjBNn8ZmKN+8I8+j9dpDSAxg1hHzOx4+zRp/Um4eqP3q5n2ZiVIcJ85o8OCaVb0PMv0wbSnBUEip1LM9/' +
    '97bL+A0AJz16ArqBcENrKrGrJ9Zo4xkjp8QRIdKOGd+a07aSADr+UfjR+Ry7gv2CPH9HbQgAaz/7z6YyRk6kE/FR14EZ6dPabB9vufQBCC5Z3t8kiZmLGt/b' +
    'BnkAEla4j8ofU4ib8sP/DMOCnzfhaOuDlyQAOjEKRXq7C+5tTIISs7ZKJBiTO9590gySW0dzDH3rPhPbwD3796Zma++qiF/hRSQZCxehv12TCnfXyWR1C7gF' +
    'rvewpfrOsPCYygWlviHhubEb9x+EpZEYzSuEHx7ehkjF9hIpei6Cfq+yWkU0it3VD1ecTutBgFA2iW2tcjAcGOLfZf7wPj2B1Q/qUIsFrOBRsQCBPLOBQ8Gd' +
    'dfIrW7+S+EdQ7o5NNwTE3tT5t5F9TRAl';
  /** Of the same, with a salt as long as the digest. */
  const SHORT_SALT =
    'MsLny8dyShkx+fw4tWYbyTVlfB2GwQFzLEGk9s5QyD+LsLkrEGkhXBS6VUrliXt4JpfXrO+jV7GUUeaSymclQdBVn08f7OWZGbyb3IkFip7iMVei/sdxY2IZ' +
    'FeNvn1vF4yrAJftIcNNp8dWqhpHffGyLM9cBNVYp93elIQYJToTi/iBjfdLGQvxkB3vlLtBsyO67V5bi//Ah5c0n5TGOmJAUNxV1ur9EHhStF/+OnaKXMCYF' +
    'lEisfOzK9EGqxIItCsxzTFzlnbdDc884owX2ehTyO9nz6+NsQfxLLVQQdCCr9F8hAUHIDWXgCbWAZ2tTtsFaz4gY1bIe9tVeHe8cde3BB5HxA0Ky8Xd+9Lum' +
    'NFGx9KXgo19TKHwBQkDwSXvFWC/IjATKRXGn8jHdsNPfDdcZVt+70vPrXF9lC3wLxPkeso1z0Ha4KpJ8VdvQQZRsRkdgdlMIybkO+OiqHyWMyjAPdUsrEpcB' +
    'QISHbf/D7ia5+erNBHCxTbFQGsw4Okt+';
  /** Of a state with a space and letters beyond ASCII in it. */
  const OTHER_STATE =
    'RfOjhQTb0SONTRO96EOLNf6KYNyoqSfAb4x8Z00ObwVKwnSxrClUSgVwJ6Ax4P/FFiboUYcMJAaG7paTzc/DJlPy6+0nHxguouSphRfVSjOsIffBUcVKDvOx' +
    'AWKWSiYkHGSsMWQJqsR7HYKhPuzFFx0N5jEty1QQjQBg/pApofuYGzkzLJFM7QzhKXVIkZTvuPB8CHwxmTgm1u/zhttaTzsNa/rWY3E4EniF7zjJ1EkRKJqJ' +
    'ajUOoOF2YDZkzDLLMsstbG4IejfnI8a0wgQTanIvwxPDXBDZY2z/DmfEAU9BTqug66DYGUFlBeXYMfP98Qb4Ma2bvK+xMgt+rELfG2AfiBXLxqY8FbhBXUAW' +
    'Sz2ktvS9w2tDxA6G/CcEtfflVONIk7jbfZ2L5gn06UseYGdt61ME33H/ahVZ/20vU6K/yLL7fxrp3FzFOlERUgJdstIfXYTb8N7Lrc7heK5Xil94W5et3inX' +
    'f+ck6Pn4mSy8p+65zufN1kNYDHD/vRJS';
  /** Of the first, in the older padding (PKCS #1 v1.5). */
  const OLDER =
    'NogIr8+Wtwj5iCZtPQ3rtf5+Q28RmW5aGvnADBWrkygDQ4eKnbGbmwfF+wkLwUUnUlawJ0SuBh9SI0ty/HvuaAlCljfHLNBc3u8La2ujjZvSY5ZtSVLrWjAF' +
    '7GTcIVMNlX8ubetW8VfbIGKDk/nL2+slWc6T+oRaU6YBiC3MfXvf58ZRraPg3MAFO+25+vEPK/KS3Fai1Roxmi4YDg6FMC7UCaO/TLXamnE3Ajyh0dQ4b0lI' +
    'rfhywEjcilEMwfXnAK+upyFe7WpNKqdVCJEBrI1dENjRPuPFB8ubfJgIsB7AAVnhv1VZt3GcUXGzmYYrARkg6gHhzFm5sGlq0GZH3ililALKliheIdMO0jZc' +
    '5REjFS7aEPcjFQQn/MFH1dt1uLIT2T6Gz3TWISoLRFA2fLkAQs7o9a6a+fTJ3yA3iN/w88XsUdl8t9leATncPXXDrLFp5S0PAKnCJpElSPC5qJEAAg8+A+sd' +
    'Swr2YHqRJb3MU68F+gwZvQ76IKjPljk0';
  const CONTENT =
    `{"method":"AGE_ESTIMATION","result":true,"age":25,"session_key":"${session}","reference_id":"${ours}",` +
    '"id":"2480375e-ddc0-4832-9b82-b1d14af5cf75","timestamp":1769846400,' +
    '"notification_url":"https://verifications.example/v1/provider-callbacks/yoti/token",' +
    '"evidence_id":"da4070de-3d34-44d7-86d4-7d6fdf547740","state":"COMPLETE","check_type":"PASSIVE"';
  const by = (signature: string, content = CONTENT): string =>
    `${content},"sequence_number":1,"signature":"${signature}"}`;
  const connection = connectionOf([SPKI]);

  it('holds, with either length of salt', async () => {
    // By `openssl dgst -sha256` over the content.
    const hint = { ...hints[0], eventId: 'ec67d487c33a8f3dea571468e7741f1757b210f99d8ce3ec38833261053500cb' };
    expect(await read(by(SIGNATURE), connection)).toEqual([hint]);
    expect(await read(by(SHORT_SALT), connection)).toEqual([hint]);
  });

  it('holds over letters beyond ASCII, and over words without their spaces', async () => {
    const content = CONTENT.replace('COMPLETE', 'COMPLÈTE ✓');
    expect(await read(by(OTHER_STATE, content), connection)).toEqual(hints);
    expect(await read(by(OTHER_STATE, content.replace('È', '\\u00c8')), connection)).toEqual(hints);
    await expectRefused(by(SIGNATURE, content), connection);
  });

  it('does not hold in the older padding, for another key, or for the keys of the live service', async () => {
    await expectRefused(by(OLDER), connection);
    await expectRefused(by(SIGNATURE), connectionOf([key.spki]));
    await expectRefused(by(SIGNATURE), { ...connection, settings: {} });
  });
});

describe('a notification', () => {
  it.each<[string, Parameters<typeof contentOf>[0], readonly CallbackHint[]]>([
    ['of a pass', {}, hints],
    ['of a try that failed', { state: 'FAIL', result: false }, hints],
    ['of an error', { state: 'ERROR', error_code: 'FACE_NOT_FOUND' }, hints],
    ['of a state that came later than we know', { state: 'PAUSED' }, hints],
    ['with members that came later than we know', { details: { tries: [1, null] } }, hints],
    ['without our reference', { reference_id: undefined }, [{ eventId, reference: session }]],
    ['with an empty reference', { reference_id: '' }, [{ eventId, reference: session }]],
    ['of somebody else', { reference_id: 'customer-7' }, []],
  ])('%s points at its check alone, and says nothing that counts', async (_name, change, expected) => {
    expect(await read(signed(change))).toEqual(expected);
  });

  it('may have any spaces, and any number of the try: neither is signed, and with either it is the same event', async () => {
    const first = await read(signed());
    for (const style of [{ indent: 2 }, { sequence: 7 }])
      expect(await read(signedNotification(contentOf(), key, style).body)).toEqual(first);
    expect(await read(Buffer.concat([signed(), Buffer.from('\r\n')]))).toEqual(first);
  });

  it('of another time, or of another try, is another event', async () => {
    const all = await Promise.all(
      [{}, { timestamp: 1_769_846_401 }, { state: 'FAIL' }].map((one) => read(signed(one))),
    );
    expect(new Set(all.map(([hint]) => hint?.eventId)).size).toBe(3);
  });

  it.each([-604_790, -86_400, 0, 310])('holds that was sent %d seconds from eight o’clock', async (seconds) => {
    expect(await read(signed({ timestamp: 1_769_846_400 + seconds }))).toEqual(hints);
  });

  it.each([-604_791, -31_536_000, 311, 86_400])('does not hold that was sent %d seconds from it', async (seconds) => {
    await expectRefused(signed({ timestamp: 1_769_846_400 + seconds }));
  });

  it('is read twice alike, and left as it was', async () => {
    const body = signed();
    const before = Buffer.from(body);
    expect([await read(body), await read(body)]).toEqual([hints, hints]);
    expect(body.equals(before)).toBe(true);
  });

  it.each<[string, Parameters<typeof contentOf>[0]]>([
    ['no session', { session_key: undefined }],
    ['a session that is none', { session_key: 'session' }],
    ['a reference that is a number', { reference_id: 7 }],
    ['no time', { timestamp: undefined }],
    ['a time in words', { timestamp: '2026-01-31T08:00:00Z' }],
  ])('that is signed and has %s is called unreadable', async (_name, change) => {
    const outcome: unknown = await read(signed(change)).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(ProviderFault);
    expect(outcome).toMatchObject({ reason: 'provider_response_unrecognised', retry: { class: 'outage' } });
  });
});

describe('what is refused:', () => {
  it('a body of which any bit was changed, but for the number of the try', async () => {
    const body = signed();
    const unsigned = body.indexOf('"sequence_number":') + '"sequence_number":'.length;
    for (const index of body.keys()) {
      if (index === unsigned) continue;
      const tampered = Buffer.from(body);
      tampered[index] = (tampered[index] ?? 0) ^ 1;
      await expectRefused(tampered);
    }
  });

  it.each<[string, (signature: string) => unknown]>([
    ['no signature', () => undefined],
    ['an empty signature', () => ''],
    ['a signature that is a number', () => 7],
    ['two signatures', (signature) => [signature, signature]],
    ['a signature cut short', (signature) => Buffer.from(signature, 'base64').subarray(1).toString('base64')],
    ['a signature without its padding', (signature) => signature.replace(/=+$/, '')],
    ['a signature in another alphabet', (signature) => Buffer.from(signature, 'base64').toString('base64url')],
    ['a signature in hexadecimal digits', (signature) => Buffer.from(signature, 'base64').toString('hex')],
    ['a signature with a line end', (signature) => `${signature}\n`],
    ['a signature of megabytes', (signature) => signature.repeat(3_000)],
  ])('%s', async (_name, change) => {
    const { signature, ...rest } = JSON.parse(signed().toString()) as JsonObject & { readonly signature: string };
    await expectRefused(JSON.stringify({ ...rest, signature: change(signature) }));
  });

  it('another order of members, another member, and one less', async () => {
    const whole = JSON.parse(signed().toString()) as JsonObject;
    const { method = '', check_type: _left, ...rest } = whole;
    await expectRefused(JSON.stringify({ ...rest, check_type: 'PASSIVE', method }));
    await expectRefused(JSON.stringify({ ...whole, more: 1 }));
    await expectRefused(JSON.stringify({ method, ...rest }));
  });

  it('a member told twice, the second time otherwise', async () => {
    await expectRefused(signed().toString().replace('{', `{"session_key":"${ours}",`));
    await expectRefused(signed().toString().replace(/}$/, `,"reference_id":"${session}"}`));
  });

  it.each([
    ['nothing', ''],
    ['a brace', '{'],
    ['a page', '<!doctype html>'],
    ['null', 'null'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['everything below __proto__', `{"__proto__":${signed().toString()}}`],
    ['JSON 50,000 deep', `{"signature":"AAAA","a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['a mebibyte', JSON.stringify({ signature: 'AAAA', filler: 'x'.repeat(1_048_576) })],
  ])('%s', async (_name, body) => {
    await expectRefused(body);
  });

  it('what is signed with the key of somebody else, also where an old secret stands in the connection', async () => {
    await expectRefused(signed({}, other));
    await expectRefused(signed({}, other), connectionOf([key.spki], ['secret', '']));
  });
});

describe('the keys of a connection', () => {
  it('may be several, while one replaces another', async () => {
    for (const keys of [
      [key, other],
      [other, key],
    ].map((pairs) => pairs.map(({ spki }) => spki)))
      expect(await read(signed(), connectionOf(keys))).toEqual(hints);
  });

  it('are the one that Yoti publishes where nothing is said, 3072 bits of RSA', () => {
    const [published] = notificationKeysOf({ ...connectionOf([]), settings: {} });
    expect(published?.asymmetricKeyDetails?.modulusLength).toBe(3072);
    expect(published?.export({ format: 'der', type: 'spki' }).toString('base64')).toBe(YOTI_NOTIFICATION_KEY);
  });

  it.each([
    ['none', []],
    ['words', ['key']],
    ['a key cut short', [YOTI_NOTIFICATION_KEY.slice(0, -8)]],
    ['a key in its armour', [`-----BEGIN PUBLIC KEY-----\n${YOTI_NOTIFICATION_KEY}\n-----END PUBLIC KEY-----`]],
    ['five', Array<string>(5).fill(YOTI_NOTIFICATION_KEY)],
  ])('may not be %s', async (_name, keys) => {
    expect(YOTI_CONNECTION.settings.safeParse({ notification_keys: keys }).success).toBe(false);
    await expect(read(signed(), connectionOf(keys))).rejects.toMatchObject({ reason: 'provider_not_configured' });
  });

  it('are for the deployment to set, as are the hosts', () => {
    expect(YOTI_CONNECTION.deploymentSettings).toEqual(['base_url', 'page_url', 'notification_keys']);
  });
});
