import type { ServerResponse } from 'node:http';
import type { EventRecord } from '../../events/index.js';
import type { Evidence } from '../../evidence/index.js';
import { matchesWeakly, readIfNoneMatch } from '../../input/index.js';
import { type AnsweredRequest, type AnswerHeaders, sendJson } from '../../output/index.js';
import type { CustomerAction } from '../../providers/observation.js';
import type { Outcome } from '../idempotency/outcome.js';
import type { Page } from '../verification-reader.js';
import type { ShownVerification } from '../store/verification.entity.js';
import { wireText } from '../store/verification.wire.js';

/** 200 with the verification, or 304 where the caller has this version. */
export function sendVerification(request: AnsweredRequest, response: ServerResponse, found: ShownVerification): void {
  const known = readIfNoneMatch(request);
  if (known && matchesWeakly(known, String(found.version))) {
    response.writeHead(304, { etag: etag(found), 'cache-control': 'no-store' }).end();
    return;
  }
  sendJson(response, 200, `{"data":${wireText(found)}}`, { etag: etag(found) });
}

/** The outcome of a changing call. */
export function sendOutcome(response: ServerResponse, outcome: Outcome, headers: AnswerHeaders = {}): void {
  const { verification, customerAction, httpStatus, replayed } = outcome;
  const action = customerAction ? `,"customer_action":${actionText(customerAction)}` : '';
  sendJson(response, httpStatus, `{"data":${wireText(verification)}${action}}`, {
    etag: etag(verification),
    ...(replayed ? { 'idempotent-replayed': 'true' } : {}),
    ...headers,
  });
}

/** A page of anything that is written as JSON text, with a `Link` to the next (RFC 8288). */
export function sendPage<Item>(
  request: AnsweredRequest,
  response: ServerResponse,
  { items, nextCursor }: Page<Item>,
  write: (item: Item) => string,
): void {
  const text = `{"data":[${items.map(write).join(',')}],"next_cursor":${JSON.stringify(nextCursor)},"has_more":${String(nextCursor !== null)}}`;
  sendJson(
    response,
    200,
    text,
    nextCursor === null ? {} : { link: `<${nextAddress(request, nextCursor)}>; rel="next"` },
  );
}

/** An event as the wire shows it. */
export function eventText(event: EventRecord): string {
  return event.text;
}

/** A piece of evidence as the wire shows it. */
export function evidenceText({ id, kind, round, recordedAt, content }: Evidence): string {
  return JSON.stringify({ id, kind, round, recorded_at: recordedAt, content });
}

function actionText({ type, url, expiresAt }: CustomerAction): string {
  return JSON.stringify({ type, url, expires_at: expiresAt });
}

function etag({ version }: ShownVerification): string {
  return `"${String(version)}"`;
}

function nextAddress({ originalUrl }: AnsweredRequest, cursor: string): string {
  const [path = '', query = ''] = originalUrl.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `${path}?${parameters.toString()}`;
}
