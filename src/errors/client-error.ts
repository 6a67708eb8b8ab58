import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { PROBLEM_MEDIA_TYPE, problemOf, reasonPhrase } from './problem.js';
import type { ErrorCode } from './catalogue.js';

/** Codes of Node's HTTP parser and server; everything else that it cannot read is a malformed request. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'PAYLOAD_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/** What Node's server hangs on a socket while a response is under way. */
interface ServerSocket extends Duplex {
  readonly _httpMessage?: { readonly headersSent: boolean } | null;
}

/**
 * Listener for `clientError` of a `node:http` server: answers a request that could not be parsed, was too large in its
 * headers or did not arrive in time with a problem document, then closes the connection. Says nothing on a dead socket
 * or in the middle of an answer.
 */
export function answerClientError(error: Error & { readonly code?: string }, socket: Duplex): void {
  const answering = (socket as ServerSocket)._httpMessage?.headersSent === true;
  if (error.code === 'ECONNRESET' || !socket.writable || answering) {
    socket.destroy();
    return;
  }
  socket.on('error', () => socket.destroy());
  socket.end(rawAnswer(CODES[error.code ?? ''] ?? 'MALFORMED_REQUEST'), () => socket.destroy());
}

function rawAnswer(code: ErrorCode): string {
  const requestId = randomUUID();
  // No request was read, so there is no path: the occurrence is named by its id.
  const problem = problemOf(code, { instance: `urn:uuid:${requestId}`, requestId });
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${String(problem.status)} ${reasonPhrase(problem.status)}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
