import type { JsonValue } from '../../src/platform/json.js';

/** A request as it arrived, whole. */
export interface ArrivedRequest {
  readonly method: string;
  /** Path and query, byte for byte. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body as JSON; undefined where it is none. */
  readonly json: JsonValue | undefined;
  /** The body as a form. */
  readonly form: URLSearchParams;
}

/** What the vendor answers. */
export interface Reply {
  readonly status: number;
  /** An object goes as JSON, text and bytes as they are. */
  readonly body?: JsonValue | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** False: the vendor's contract says nothing of it, and is not asked. */
  readonly documented?: false;
}
