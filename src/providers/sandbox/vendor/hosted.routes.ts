import { REASONS } from '../../reasons.js';
import { donePage, gonePage, hostedPage } from './hosted.page.js';
import { about, type Answer, type VendorRequest, type VendorState } from './route.js';

const CODES: ReadonlySet<string> = new Set(REASONS.negative.map((reason) => reason.toUpperCase()));

/** The page behind a link. */
export function showHosted({ store, links }: VendorState, _request: VendorRequest, token: string): Answer {
  const check = store.get(links.checkIdOf(token) ?? '');
  if (check === undefined) return { status: 404, body: gonePage() };
  return {
    ...about(check),
    status: 200,
    body: check.status === 'awaiting_customer' ? hostedPage(check) : donePage(check.status),
  };
}

/** A button was pressed. */
export function answerHosted({ store, links }: VendorState, { body }: VendorRequest, token: string): Answer {
  const check = store.get(links.checkIdOf(token) ?? '');
  if (check === undefined) return { status: 404, body: gonePage() };
  // Pressed twice, or decided elsewhere meanwhile: the first decision stands.
  if (check.status !== 'awaiting_customer') return { ...about(check), status: 409, body: donePage(check.status) };
  const form = new URLSearchParams(body);
  const status = form.get('decision');
  if (status !== 'approved' && status !== 'declined') return { ...about(check), status: 400, body: hostedPage(check) };
  const code = form.get('code') ?? '';
  store.decide(check, { status, code: status === 'approved' ? null : CODES.has(code) ? code : 'PROVIDER_REJECTED' });
  return { ...about(check), status: 200, body: donePage(status) };
}
