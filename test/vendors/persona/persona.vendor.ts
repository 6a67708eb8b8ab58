import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Clock, epochMilliseconds, type Instant } from '../../../src/platform/clock.js';
import type { JsonObject } from '../../../src/platform/json.js';
import type { RawDelivery } from '../../../src/providers/provider-adapter.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import { includedOf, type InquiryEntry, inquiryOf, type KeptInquiry } from './persona.inquiry.js';

/** Persona on loopback, held to its contract and, without that, to the same by itself. */
export interface PersonaVendor extends PlayedVendor {
  /** What becomes at once of inquiries with that family name from now on: a workflow decides. */
  put(familyName: string, entry: InquiryEntry): void;
  /** What is known of that inquiry from now on. */
  change(id: string, entry: InquiryEntry): void;
  /** Whether the customer can still go on. */
  holdsOpen(id: string): boolean;
  /** How many inquiries were made with that note. */
  billed(note: string): number;
  /** The webhook of an event about that inquiry, signed. */
  callback(name: string, id: string, secrets: readonly string[]): RawDelivery;
}

/** So many sessions an inquiry has at most. */
export const MOST_SESSIONS = 25;

/** How the vendor is played. */
export interface PersonaPlay {
  readonly key: string;
  readonly clock: Clock;
}

const text = z.string().min(1);
const sentInquiry = z.strictObject({
  data: z.strictObject({
    attributes: z.strictObject({
      'inquiry-template-id': z.string().startsWith('itmpl_').optional(),
      'inquiry-template-version-id': z.string().startsWith('itmplv_').optional(),
      'template-id': z.string().startsWith('tmpl_').optional(),
      note: text,
      fields: z.record(z.string(), text).optional(),
      'redirect-uri': z.url().optional(),
    }),
  }),
  meta: z.strictObject({
    'auto-create-account': z.boolean(),
    'auto-create-one-time-link': z.boolean(),
    'expiration-after-create-interval-seconds': z.int().optional(),
  }),
});
const sentLink = z.strictObject({ meta: z.strictObject({ 'expires-in-seconds': z.int().min(1) }) });
const sentActions = z.object({
  meta: z.object({ 'simulate-actions': z.array(z.object({ type: z.string() })).min(1) }),
});

/** What the sandbox plays on request. */
const SIMULATED: Readonly<Record<string, (at: string) => InquiryEntry>> = {
  start_inquiry: () => ({ status: 'pending' }),
  complete_inquiry: (at) => ({ status: 'completed', completedAt: at }),
  fail_inquiry: (at) => ({ status: 'failed', failedAt: at }),
  expire_inquiry: (at) => ({ status: 'expired', expiredAt: at }),
  mark_for_review_inquiry: () => ({ status: 'needs_review' }),
  approve_inquiry: (at) => ({ status: 'approved', decisionedAt: at }),
  decline_inquiry: (at) => ({ status: 'declined', decisionedAt: at }),
};

/** Starts a vendor that keeps no inquiry. */
export async function startPersonaVendor(play: PersonaPlay): Promise<PersonaVendor> {
  const account = new Account(play.clock);
  const bound = (route: Route): Route => {
    return async (request, params) => {
      const isKnown = request.headers['authorization'] === `Bearer ${play.key}`;
      const reply = isKnown ? await account.within(request, () => route(request, params)) : refusal(401);
      return { ...reply, headers: { 'RateLimit-Limit': '300', 'RateLimit-Remaining': '299', 'RateLimit-Reset': '60' } };
    };
  };
  const about = (answer: (inquiry: KeptInquiry, request: ArrivedRequest) => Reply): Route => {
    return bound((request, { id = '' }) => {
      const inquiry = account.inquiries.find((one) => one.id === id);
      return inquiry ? answer(inquiry, request) : refusal(404, 'Record not found');
    });
  };
  const vendor = await playVendor({
    basePath: '/api/v1',
    contract: 'persona.openapi.json',
    alternatives: { 'inquiry-included-objects': ['verification-government-id', 'verification-selfie'] },
    routes: {
      'POST /inquiries': bound((request) => account.create(request)),
      'GET /inquiries': bound((request) => account.list(request)),
      'GET /inquiries/:id': about((inquiry, request) => shown(inquiry, request)),
      'DELETE /inquiries/:id': about((inquiry, request) => account.redact(inquiry, request)),
      'POST /inquiries/:id/expire': about((inquiry, request) => account.expire(inquiry, request)),
      'POST /inquiries/:id/generate-one-time-link': about((inquiry, request) => account.link(inquiry, request)),
      'POST /inquiries/:id/perform-simulate-actions': about((inquiry, request) => account.simulate(inquiry, request)),
    },
  });
  return {
    ...vendor,
    put: (name, entry) => void account.entries.set(name, entry),
    change: (id, entry) => {
      for (const inquiry of account.inquiries) if (inquiry.id === id) inquiry.entry = entry;
    },
    holdsOpen: (id) => account.inquiries.some((one) => one.id === id && isOpen(one)),
    billed: (note) => account.inquiries.filter((one) => one.note === note).length,
    callback: (name, id, secrets) => {
      const inquiry = account.inquiries.find((one) => one.id === id);
      if (!inquiry) throw new Error('an event of no inquiry');
      const eventId = `evt_${randomBytes(12).toString('hex')}`;
      return signed(Buffer.from(JSON.stringify(eventOf(name, inquiryOf(inquiry), eventId))), secrets, play.clock.now());
    },
  };
}

/** The body of an event. */
export function eventOf(name: string, data: JsonObject, id = 'evt_hIjKlMnOpQrStUvWxYzAbCdE'): JsonObject {
  const attributes = { name, payload: { data, included: [] }, 'created-at': '2026-01-31T08:00:00.100Z' };
  return { data: { type: 'event', id, attributes } };
}

/** The request that brings a body: a pair of time and signature for each secret. */
export function signed(body: Buffer, secrets: readonly string[], at: Instant): RawDelivery {
  const seconds = String(Math.floor(epochMilliseconds(at) / 1000));
  const pairs = secrets.map((secret) => {
    const digest = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
    return `t=${seconds},v1=${digest}`;
  });
  return { headers: { 'persona-signature': pairs.join(' ') }, body };
}

class Account {
  readonly inquiries: KeptInquiry[] = [];
  readonly entries = new Map<string, InquiryEntry>();
  readonly #answers = new Map<string, { readonly asked: string; readonly reply: Reply }>();

  constructor(private readonly clock: Clock) {}

  /** What stands before every route: version, inflection, and the answer that a key has had already. */
  async within({ method, path, headers, body }: ArrivedRequest, answer: () => Reply | Promise<Reply>): Promise<Reply> {
    if (headers['persona-version'] !== '2025-12-08' || headers['key-inflection'] !== 'kebab')
      return refusal(400, 'Another version');
    const key = method === 'POST' ? headers['idempotency-key'] : undefined;
    if (key === undefined) return answer();
    const asked = `${path}\n${body.toString()}`;
    const given = this.#answers.get(key) ?? { asked, reply: await answer() };
    if (given.asked !== asked) return refusal(400, 'Keys for idempotent requests need the same parameters');
    this.#answers.set(key, given);
    return given.reply;
  }

  create({ json, headers }: ArrivedRequest): Reply {
    const sent = sentInquiry.safeParse(json);
    if (!sent.success || headers['idempotency-key'] === undefined) return refusal(400, 'Invalid parameters');
    const { note, fields = {}, 'redirect-uri': _uri, ...template } = sent.data.data.attributes;
    if (Object.keys(template).length !== 1) return refusal(400, 'One template is needed');
    const inquiry: KeptInquiry = {
      ...{ id: `inq_${randomBytes(12).toString('hex')}`, createdAt: this.clock.now(), note, fields, sessions: 1 },
      entry: this.entries.get(fields['name-last'] ?? '') ?? {},
      redactedAt: null,
    };
    this.inquiries.push(inquiry);
    return { status: 201, body: { data: inquiryOf(inquiry), meta: { 'session-token': null, ...linkOf(inquiry) } } };
  }

  list({ query }: ArrivedRequest): Reply {
    const note = query.get('filter[note]');
    const found = this.inquiries.filter((one) => note === null || one.note === note).toReversed();
    const data = found.slice(0, Number(query.get('page[size]') ?? 10)).map(inquiryOf);
    return { status: 200, body: { data, links: { prev: null, next: null } } };
  }

  redact(inquiry: KeptInquiry, request: ArrivedRequest): Reply {
    if (inquiry.redactedAt !== null) return refusal(422, 'Inquiry has been redacted');
    inquiry.redactedAt = this.clock.now();
    return shown(inquiry, request);
  }

  expire(inquiry: KeptInquiry, request: ArrivedRequest): Reply {
    if (!isOpen(inquiry)) return refusal(422, 'Inquiry cannot be expired');
    inquiry.entry = { ...inquiry.entry, status: 'expired', expiredAt: this.clock.now() };
    return shown(inquiry, request);
  }

  link(inquiry: KeptInquiry, { json }: ArrivedRequest): Reply {
    if (!sentLink.safeParse(json).success) return refusal(400, 'Invalid parameters');
    if (!isOpen(inquiry)) return refusal(422, 'Inquiry is over');
    if (inquiry.sessions >= MOST_SESSIONS) return refusal(422, 'Too many sessions');
    inquiry.sessions += 1;
    return { status: 200, body: { data: inquiryOf(inquiry), meta: linkOf(inquiry) } };
  }

  simulate(inquiry: KeptInquiry, { json }: ArrivedRequest): Reply {
    const sent = sentActions.safeParse(json);
    if (!sent.success) return refusal(400, 'Invalid parameters');
    for (const { type } of sent.data.meta['simulate-actions']) {
      const entry = SIMULATED[type]?.(this.clock.now());
      if (entry === undefined) return refusal(400, 'Unknown action');
      inquiry.entry = { ...inquiry.entry, ...entry };
    }
    return { status: 200, body: { data: inquiryOf(inquiry) } };
  }
}

function shown(inquiry: KeptInquiry, { query }: ArrivedRequest): Reply {
  const isAsked = query.get('include')?.split(',').includes('verifications') === true;
  return { status: 200, body: { data: inquiryOf(inquiry), ...(isAsked && { included: includedOf(inquiry) }) } };
}

function isOpen({ entry, redactedAt }: KeptInquiry): boolean {
  return ['created', 'pending'].includes(entry.status ?? 'created') && redactedAt === null;
}

function linkOf({ id, sessions }: KeptInquiry): JsonObject {
  const code = `${id.slice(4)}-${String(sessions)}`;
  return {
    'one-time-link': `https://withpersona.com/verify?code=us1-${code}`,
    'one-time-link-short': `https://perso.na/verify?code=${code}`,
  };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Record not found',
  422: 'Invalid action',
};

function refusal(status: number, details?: string): Reply {
  return {
    status,
    body: { errors: [{ title: TITLES[status] ?? 'Error', ...(details !== undefined && { details }) }] },
  };
}
