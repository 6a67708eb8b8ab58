/** Why a request to the world outside brought no answer. */
export type HttpFaultKind = 'timeout' | 'refused' | 'network' | 'too_large';

/**
 * A request that brought no complete answer. `refused` is the only kind in which the peer surely received nothing: it takes no connection, or no
 * header can hold what was to be sent in one.
 * The message names no URL, header or body: those may hold personal data.
 */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';

  constructor(
    readonly kind: HttpFaultKind,
    options?: ErrorOptions,
  ) {
    super(`http ${kind}`, options);
  }
}

/** One request. `signal` carries the caller's deadline and is obligatory: nothing waits for ever. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
  /** Largest answer that is read, in bytes; 1 MiB unless told. */
  readonly maxBytes?: number;
}

/** A complete answer, whatever its status. Header names are lower-case; redirects are answers, never followed. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Outgoing HTTP: a deadline, a size cap, no redirects. Throws {@link HttpFault} where no complete answer came. */
export abstract class Http {
  abstract send(request: HttpRequest): Promise<HttpAnswer>;
}

const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** {@link Http} on the fetch of Node. */
export class FetchHttp extends Http {
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { method, url, body, signal, maxBytes = 1024 * 1024 } = request;
    const headers = headersOf(request);
    try {
      const response = await fetch(url, { method, headers, body: body ?? null, signal, redirect: 'manual' });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await readBody(response, maxBytes),
      };
    } catch (error) {
      throw error instanceof HttpFault ? error : faultOf(error, signal);
    }
  }
}

function headersOf({ headers = {} }: HttpRequest): Headers {
  try {
    return new Headers(headers);
  } catch {
    // Not passed on as cause: its message quotes the value.
    throw new HttpFault('refused');
  }
}

async function readBody(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return Buffer.alloc(0);
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // Thrown inside the loop: leaving it cancels the stream, and with it the connection.
    if (size > maxBytes) throw new HttpFault('too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function faultOf(error: unknown, signal: AbortSignal): HttpFault {
  if (signal.aborted) return new HttpFault('timeout', { cause: error });
  const cause = (error as { cause?: { code?: unknown } }).cause;
  const refused = typeof cause?.code === 'string' && NEVER_SENT.has(cause.code);
  return new HttpFault(refused ? 'refused' : 'network', { cause: error });
}
