import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors/index.js';

/** Largest body that is read, in bytes. */
export const MOST_BODY_BYTES = 64 * 1024;

/** How much of a larger body is still received, and dropped, so that a sender in full flow gets to read the answer. */
const MOST_DROPPED_BYTES = 1024 * 1024;

/** Whether the request announces a body of at least one byte (RFC 9112, section 6.3). */
export function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * The body as received. Throws `PAYLOAD_TOO_LARGE` over `most` bytes, 64 KiB unless told, having read at most 1 MiB of it, and
 * `MALFORMED_REQUEST` where the connection ended before the body did.
 */
export function readBodyBytes(request: IncomingMessage, most = MOST_BODY_BYTES): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (act: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      // A late `error` of a dying connection must find a listener.
      request.on('error', () => undefined);
      act();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else if (size > MOST_DROPPED_BYTES) {
        request.pause();
        settle(() => {
          reject(tooLarge(most));
        });
      }
    };
    const onEnd = (): void => {
      settle(() => {
        if (size > most) reject(tooLarge(most));
        else resolve(Buffer.concat(chunks, size));
      });
    };
    const onClose = (): void => {
      settle(() => {
        reject(brokenOff());
      });
    };
    if (request.destroyed) reject(brokenOff());
    else request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** The 413 for a body over the limit. */
export function tooLarge(most = MOST_BODY_BYTES): AppError {
  return new AppError('too_large', 'PAYLOAD_TOO_LARGE', `The body is larger than ${String(most)} bytes.`);
}

function brokenOff(): AppError {
  return new AppError('malformed', 'MALFORMED_REQUEST', 'The connection ended before the body did.');
}
