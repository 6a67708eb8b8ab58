interface RingKey {
  readonly id: string;
  readonly key: Buffer;
}

/** The ring does not hold the key that wrapped a data key: configuration, not data, is at fault. */
export class MissingKeyError extends Error {
  override readonly name = 'MissingKeyError';

  constructor() {
    super('the key ring does not hold the wrapping key');
  }
}

/** The keys that wrap data keys: the first wraps, all unwrap. */
export class KeyRing {
  private constructor(private readonly keys: readonly [RingKey, ...RingKey[]]) {}

  /**
   * Reads `id:base64,id:base64,..`: ids of 1-32 letters, digits, `_` or `-`, each once; keys of exactly 32 bytes.
   * Throws a `TypeError` that names the fault and never the key.
   */
  static parse(text: string): KeyRing {
    const keys = text.split(',').map(parseKey);
    if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new TypeError('two keys have one id');
    return new KeyRing(keys as [RingKey, ...RingKey[]]);
  }

  get current(): RingKey {
    return this.keys[0];
  }

  /** The ids of all keys; the current one's is the first. */
  get ids(): readonly string[] {
    return this.keys.map(({ id }) => id);
  }

  /** The key of that id; throws a {@link MissingKeyError} where the ring does not hold it. */
  get(id: string): Buffer {
    const found = this.keys.find((candidate) => candidate.id === id);
    if (!found) throw new MissingKeyError();
    return found.key;
  }
}

function parseKey(entry: string): RingKey {
  const match = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(entry.trim());
  if (!match) throw new TypeError('each key must be <id>:<32 bytes in base64>');
  const [, id = '', encoded = ''] = match;
  return { id, key: Buffer.from(encoded, 'base64') };
}
