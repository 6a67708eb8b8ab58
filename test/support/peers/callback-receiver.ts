import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A callback as it arrived, byte for byte. */
export interface ReceivedCallback {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body, read. */
  readonly event: {
    readonly event_id?: string;
    readonly type: string;
    readonly created_at?: string;
    readonly data: { readonly check_id: string; readonly client_reference?: string; readonly status: string };
  };
}

type Answering = (response: ServerResponse, callback: ReceivedCallback) => unknown;

/** A server on loopback that vendors can call. */
export interface CallbackReceiver {
  readonly url: string;
  /** What arrived so far, in order. */
  readonly received: readonly ReceivedCallback[];
  /** Says how the next callbacks are answered; 200 until told. */
  answer(how: Answering): void;
  /** Resolves once this many have arrived, told or not. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a receiver of callbacks. */
export async function startCallbackReceiver(): Promise<CallbackReceiver> {
  const received: ReceivedCallback[] = [];
  let reply: Answering = (response) => response.end();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const body = Buffer.concat(chunks);
        const event = JSON.parse(body.toString()) as ReceivedCallback['event'];
        const callback = { headers: request.headers as Record<string, string>, body, event };
        received.push(callback);
        reply(response, callback);
        server.emit('arrived');
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/callbacks`,
    received,
    answer: (how) => {
      reply = how;
    },
    arrived: async (count) => {
      while (received.length < count) await once(server, 'arrived');
    },
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
