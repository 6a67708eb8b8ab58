import { connect } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  /** 0 where the connection ended without an answer. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const GIVE_UP_MS = 8_000;

/**
 * Sends bytes to a server as they are, and reads until the server closes or, with `half`, until our own end has been closed too.
 * For requests that no client library would send.
 */
export function sendRaw(url: string, bytes: string | Buffer, { half = false } = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const done = (): void => {
      socket.destroy();
      resolve(answerOf(Buffer.concat(chunks).toString('utf8')));
    };
    socket.setTimeout(GIVE_UP_MS, () => {
      socket.destroy();
      reject(new Error('the server neither answered nor closed'));
    });
    socket.on('data', (chunk) => chunks.push(chunk)).on('end', done);
    // A reset behind a whole answer is no fault of the answer.
    socket.on('error', done);
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    if (half) socket.end();
  });
}

function answerOf(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const headers = fields.map((field) => {
    const at = field.indexOf(':');
    return [field.slice(0, at).toLowerCase(), field.slice(at + 1).trim()] as const;
  });
  return {
    status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1] ?? 0),
    headers: Object.fromEntries(headers),
    text: rest.join('\r\n\r\n'),
  };
}
