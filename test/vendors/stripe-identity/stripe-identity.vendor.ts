import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Clock, epochMilliseconds, type Instant } from '../../../src/platform/clock.js';
import type { JsonObject } from '../../../src/platform/json.js';
import type { RawDelivery } from '../../../src/providers/provider-adapter.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import { erased, type KeptSession, type SentSession, sessionOf, type StripeEntry } from './stripe-identity.session.js';

const VERSION = '2026-10-28.endive';

/** How the vendor is played. */
export interface StripeIdentityPlay {
  /** The account's key; its prefix says the mode. */
  readonly key: string;
  readonly clock: Clock;
}

/** Stripe Identity on loopback. */
export interface StripeIdentityVendor extends PlayedVendor {
  /** What becomes at once of sessions for that e-mail address from now on. */
  put(email: string, entry: StripeEntry): void;
  /** What the session is from now on: the customer has done something on the page, or somebody in the Dashboard. */
  decide(id: string, entry: StripeEntry): void;
  /** Whether the customer can still go on. */
  holdsOpen(id: string): boolean;
  /** How many sessions were made for our reference. */
  billed(reference: string): number;
  /** The event that Stripe would send of the session now, signed. */
  event(id: string, type: string, secret: string): RawDelivery;
  /** Answers the next creation with a 500, and, as Stripe does, every repetition of its key as well. `kept`: the session comes into being all the same. */
  breakNextCreation(kept: boolean): void;
}

/** `Stripe-Signature` of a body that is sent at `at`. */
export function stripeSignature(body: Buffer, secrets: readonly string[], at: Instant): string {
  const seconds = String(Math.floor(epochMilliseconds(at) / 1000));
  const digests = secrets.map((secret) =>
    createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex'),
  );
  return [`t=${seconds}`, 'v0=00ff', ...digests.map((digest) => `v1=${digest}`)].join(',');
}

const truth = z.enum(['true', 'false']);
const bracketed = 'options[document]';
const creation = z
  .strictObject({
    type: z.enum(['document', 'id_number']).optional(),
    verification_flow: z.string().startsWith('vf_').optional(),
    client_reference_id: z.string().min(1),
    'metadata[verification_id]': z.string().min(1).max(500),
    [`${bracketed}[allowed_types][]`]: z.string().optional(),
    [`${bracketed}[require_id_number]`]: truth.optional(),
    [`${bracketed}[require_live_capture]`]: truth.optional(),
    [`${bracketed}[require_matching_selfie]`]: truth.optional(),
    'provided_details[email]': z.email().optional(),
    'provided_details[phone]': z.string().startsWith('+').optional(),
    return_url: z.url().optional(),
  })
  .refine(({ type, verification_flow: flow }) => (type === undefined) !== (flow === undefined));

/** Starts a vendor that keeps no session. */
export async function startStripeIdentityVendor(play: StripeIdentityPlay): Promise<StripeIdentityVendor> {
  const account = new Account(play);
  const bound = (route: Route): Route => {
    return (request, params) => refusalOf(request, play.key) ?? route(request, params);
  };
  const changed = (change: (session: KeptSession) => Reply | null): Route => {
    return bound((_request, { id = '' }) => {
      const session = account.sessions.find((one) => one.id === id);
      if (session === undefined) return failure(404, 'resource_missing');
      return change(session) ?? { status: 200, body: account.shown(session) };
    });
  };
  const vendor = await playVendor({
    contract: 'stripe-identity.openapi.json',
    routes: {
      'POST /v1/identity/verification_sessions': bound((request) => account.create(request)),
      'GET /v1/identity/verification_sessions': bound((request) => account.list(request)),
      'GET /v1/identity/verification_sessions/:id': bound(({ query }, { id = '' }) => {
        const session = account.sessions.find((one) => one.id === id);
        if (session === undefined) return failure(404, 'resource_missing');
        const { documented } = session.entry;
        return {
          status: 200,
          body: account.shown(session, query.getAll('expand[]')),
          ...(documented === false && { documented }),
        };
      }),
      'POST /v1/identity/verification_sessions/:id/cancel': changed((session) => account.cancel(session)),
      'POST /v1/identity/verification_sessions/:id/redact': changed((session) => account.redact(session)),
    },
  });
  return {
    ...vendor,
    put: (email, entry) => void account.entries.set(email, entry),
    decide: (id, entry) => {
      account.kept(id).entry = entry;
    },
    holdsOpen: (id) => account.isOpen(account.kept(id)),
    billed: (reference) => account.sessions.filter(({ sent }) => sent.reference === reference).length,
    event: (id, type, secret) => account.event(account.kept(id), type, secret),
    breakNextCreation: (kept) => void account.broken.push(kept),
  };
}

class Account {
  readonly sessions: KeptSession[] = [];
  readonly entries = new Map<string, StripeEntry>();
  readonly broken: boolean[] = [];
  readonly #answers = new Map<string, { readonly body: string; readonly reply: Reply }>();
  readonly #livemode: boolean;
  #made = 0;

  constructor(private readonly play: StripeIdentityPlay) {
    this.#livemode = play.key.includes('_live_');
  }

  create(request: ArrivedRequest): Reply {
    const key = request.headers['idempotency-key'];
    const body = request.body.toString();
    const earlier = key === undefined ? undefined : this.#answers.get(key);
    if (earlier && earlier.body !== body) return failure(400, 'idempotency_key_reused', 'idempotency_error');
    if (earlier) return { ...earlier.reply, headers: { 'idempotent-replayed': 'true' } };
    const sent = creation.safeParse(Object.fromEntries(request.form));
    // What does not pass validation is not kept.
    if (!sent.success) return failure(400, 'parameter_invalid');
    const reply = this.#carryOut(sentOf(sent.data));
    if (key !== undefined) this.#answers.set(key, { body, reply });
    return reply;
  }

  #carryOut(sent: SentSession): Reply {
    const breaks = this.broken.shift();
    if (breaks === false) return failure(500, 'api_error', 'api_error');
    const number = this.sessions.length + 1;
    const created = Math.floor(epochMilliseconds(this.play.clock.now()) / 1000);
    const entry = this.entries.get(sent.details?.['email'] ?? '') ?? {};
    const session = { id: `vs_${randomBytes(12).toString('hex')}`, number, created, sent, entry, isErased: false };
    this.sessions.push(session);
    return breaks === undefined ? { status: 200, body: this.shown(session) } : failure(500, 'api_error', 'api_error');
  }

  list({ query }: ArrivedRequest): Reply {
    const limit = Number(query.get('limit') ?? 10);
    if (!(limit >= 1 && limit <= 100)) return failure(400, 'parameter_invalid');
    const wanted = query.get('client_reference_id');
    const found = this.sessions.toReversed().filter(({ sent }) => wanted === null || sent.reference === wanted);
    const expand = query.getAll('expand[]').map((member) => member.replace(/^data\./, ''));
    const data = found.slice(0, limit).map((session) => this.shown(session, expand));
    return {
      status: 200,
      body: { object: 'list', data, has_more: found.length > limit, url: '/v1/identity/verification_sessions' },
    };
  }

  cancel(session: KeptSession): Reply | null {
    if (!this.isOpen(session)) return failure(400, 'invalid_state');
    session.entry = { ...session.entry, status: 'canceled' };
    return null;
  }

  redact(session: KeptSession): Reply | null {
    const { status = 'requires_input' } = session.entry;
    if (session.isErased || !['requires_input', 'verified'].includes(status)) return failure(400, 'invalid_state');
    session.isErased = true;
    session.entry = { ...session.entry, status: status === 'verified' ? status : 'canceled' };
    session.sent = { ...session.sent, reference: null, metadata: {}, details: erased(session.sent.details) };
    return null;
  }

  event(session: KeptSession, type: string, secret: string): RawDelivery {
    this.#made += 1;
    const now = this.play.clock.now();
    const event = {
      id: `evt_${String(this.#made)}`,
      object: 'event',
      api_version: VERSION,
      created: Math.floor(epochMilliseconds(now) / 1000),
      data: { object: { ...this.shown(session), url: null, client_secret: null } },
      livemode: this.#livemode,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type: `identity.verification_session.${type}`,
    };
    // Stripe sends its events indented.
    const body = Buffer.from(JSON.stringify(event, null, 2));
    return { headers: { 'stripe-signature': stripeSignature(body, [secret], now) }, body };
  }

  shown(session: KeptSession, expand: readonly string[] = []): JsonObject {
    this.#made += 1;
    return sessionOf(session, expand, this.#livemode, String(this.#made));
  }

  isOpen({ entry }: KeptSession): boolean {
    return (entry.status ?? 'requires_input') === 'requires_input';
  }

  kept(id: string): KeptSession {
    const session = this.sessions.find((one) => one.id === id);
    if (session === undefined) throw new Error('no such session');
    return session;
  }
}

function sentOf(form: z.output<typeof creation>): SentSession {
  const details = Object.entries({ email: form['provided_details[email]'], phone: form['provided_details[phone]'] });
  const given = details.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return {
    type: form.type ?? 'verification_flow',
    flow: form.verification_flow,
    reference: form.client_reference_id,
    metadata: { verification_id: form['metadata[verification_id]'] },
    selfie: form[`${bracketed}[require_matching_selfie]`] === 'true',
    details: given.length > 0 ? Object.fromEntries(given) : null,
  };
}

function refusalOf({ method, headers, body }: ArrivedRequest, key: string): Reply | null {
  if (headers['authorization'] !== `Bearer ${key}`) return failure(401, 'api_key_invalid');
  if (headers['stripe-version'] !== VERSION) return failure(400, 'api_version_invalid');
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return method === 'POST' && body.length > 0 && !isForm ? failure(400, 'content_type') : null;
}

function failure(status: number, code: string, type = 'invalid_request_error'): Reply {
  return { status, body: { error: { type, code, message: 'Words about Canary-Erika.' } } };
}
