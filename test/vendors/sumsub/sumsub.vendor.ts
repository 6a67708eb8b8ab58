import { createHmac, randomBytes } from 'node:crypto';
import { type Clock, epochMilliseconds } from '../../../src/platform/clock.js';
import type { JsonObject } from '../../../src/platform/json.js';
import type { RawDelivery } from '../../../src/providers/provider-adapter.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import {
  type KeptApplicant,
  reviewOf,
  sentApplicant,
  sentLink,
  sentReview,
  shownApplicant,
  type SumsubEntry,
} from './sumsub.applicant.js';

/** Sumsub on loopback. Its contract here was written by hand, so it refuses itself whatever is not documented. */
export interface SumsubVendor extends PlayedVendor {
  /** What becomes at once of applicants of that last name. */
  put(lastName: string, entry: SumsubEntry): void;
  /** What becomes of that applicant: it sends in papers, a moderator decides. */
  change(id: string, entry: SumsubEntry): void;
  /** Whether the profile is open; undefined where there is no such applicant. */
  presenceOf(id: string): KeptApplicant['presence'] | undefined;
  /** How many applicants were made for our reference. */
  billed(externalUserId: string): number;
  /** The callback about that applicant, signed. */
  callback(id: string, type: string, secret: string): RawDelivery;
}

/** How the vendor is played. */
export interface SumsubPlay {
  readonly clock: Clock;
  readonly token: string;
  readonly secret: string;
  /** The levels that the account has, by the type of their applicants. */
  readonly levels?: Readonly<Record<string, 'individual' | 'company'>>;
}

const LINK = 'POST /resources/sdkIntegrations/levels/-/websdkLink';

/** Starts a vendor that knows nobody. */
export async function startSumsubVendor(play: SumsubPlay): Promise<SumsubVendor> {
  const account = new Account(play);
  const signed =
    (route: Route): Route =>
    (request, params) =>
      isSigned(request, play) ? route(request, params) : refusal(401, 'Invalid signature');
  const about =
    (answer: (applicant: KeptApplicant, request: ArrivedRequest) => Reply): Route =>
    (request, { id = '' }) => {
      const applicant = account.find(id);
      return applicant ? answer(applicant, request) : refusal(404, 'Applicant not found');
    };
  const routes: Readonly<Record<string, Route>> = {
    'POST /resources/applicants': (request) => account.create(request),
    'GET /resources/applicants/-/byExternalUserId/:id': (_request, { id = '' }) => account.existence(id),
    'GET /resources/applicants/:id/one': about((applicant) => shown(shownApplicant(applicant), applicant)),
    'POST /resources/applicants/:id/status/testCompleted': about((applicant, { json }) =>
      account.decide(applicant, json),
    ),
    'PATCH /resources/applicants/:id/presence/deactivated': about((applicant) => {
      applicant.presence = 'deactivated';
      return { status: 200, body: {} };
    }),
    [LINK]: (request) => account.link(request),
  };
  const vendor = await playVendor({
    contract: 'sumsub-handwritten.openapi.json',
    routes: Object.fromEntries(Object.entries(routes).map(([name, route]) => [name, signed(route)])),
  });
  return {
    ...vendor,
    put: (lastName, entry) => void account.entries.set(lastName, entry),
    change: (id, entry) => {
      const applicant = account.find(id);
      if (applicant) applicant.entry = entry;
    },
    presenceOf: (id) => account.find(id)?.presence,
    billed: (id) => account.applicants.filter(({ sent }) => sent.externalUserId === id).length,
    callback: (id, type, secret) => account.callback(id, type, secret),
  };
}

/** By the vendor's rule, and no older or younger than a minute. */
function isSigned({ method, target, headers, body }: ArrivedRequest, { clock, token, secret }: SumsubPlay): boolean {
  const seconds = headers['x-app-access-ts'] ?? '';
  const expected = createHmac('sha256', secret).update(seconds).update(method).update(target).update(body);
  const isTimely = Math.abs(epochMilliseconds(clock.now()) / 1000 - Number(seconds)) <= 60;
  return (
    /^\d{10}$/.test(seconds) &&
    isTimely &&
    headers['x-app-token'] === token &&
    headers['x-app-access-sig'] === expected.digest('hex')
  );
}

class Account {
  readonly applicants: KeptApplicant[] = [];
  readonly entries = new Map<string, SumsubEntry>();

  constructor(private readonly play: SumsubPlay) {}

  /** By the vendor's id, or by ours as `-;externalUserId=..`. */
  find(name: string): KeptApplicant | undefined {
    const ours = /^-;externalUserId=(.+)$/.exec(name)?.[1];
    return this.applicants.find(({ id, sent }) => (ours === undefined ? id === name : sent.externalUserId === ours));
  }

  create({ json, query }: ArrivedRequest): Reply {
    const sent = sentApplicant.safeParse(json);
    if (!sent.success) return refusal(400, 'Bad request');
    const level = query.get('levelName') ?? '';
    const { levels = {} } = this.play;
    if (!Object.hasOwn(levels, level)) return refusal(404, 'Level not found', false);
    if (levels[level] !== sent.data.type) return refusal(400, 'Level is for another type of applicants');
    const { externalUserId, fixedInfo } = sent.data;
    const present = this.find(`-;externalUserId=${externalUserId}`);
    if (present)
      return refusal(409, `Applicant with external user id '${externalUserId}' already exists: ${present.id}`);
    const entry = this.entries.get(fixedInfo?.lastName ?? '') ?? {};
    const id = randomBytes(12).toString('hex');
    const createdAt = this.play.clock.now().slice(0, 19).replace('T', ' ');
    const applicant: KeptApplicant = { id, sent: sent.data, level, createdAt, entry, presence: 'activated' };
    this.applicants.push(applicant);
    return shown(shownApplicant(applicant), applicant, 201);
  }

  existence(externalUserId: string): Reply {
    const applicant = this.find(`-;externalUserId=${externalUserId}`);
    if (!applicant) return { status: 200, body: { exists: false } };
    return shown({ exists: true, applicant: shownApplicant(applicant) }, applicant);
  }

  /** What a sandbox token may ask for. */
  decide(applicant: KeptApplicant, json: ArrivedRequest['json']): Reply {
    const review = sentReview.safeParse(json);
    if (!review.success) return refusal(400, 'Bad request', false);
    if (!this.play.token.startsWith('sbx:')) return refusal(403, 'Only for the sandbox', false);
    const { reviewAnswer, reviewRejectType, rejectLabels } = review.data;
    applicant.entry = {
      status: 'completed',
      answer: reviewAnswer,
      ...(reviewRejectType !== undefined && { rejectType: reviewRejectType }),
      ...(rejectLabels !== undefined && { labels: rejectLabels }),
      reviewDate: `${this.play.clock.now().slice(0, 19).replace('T', ' ')}+0000`,
    };
    return { status: 200, body: { ok: 1 } };
  }

  link({ json }: ArrivedRequest): Reply {
    const sent = sentLink.safeParse(json);
    if (!sent.success) return refusal(400, 'Bad request', false);
    const applicant = this.find(`-;externalUserId=${sent.data.userId}`);
    if (applicant?.presence === 'deactivated') return refusal(409, 'Applicant is deactivated', false);
    return { status: 200, body: { url: `https://in.sumsub.com/websdk/p/${randomBytes(16).toString('hex')}` } };
  }

  callback(name: string, type: string, secret: string): RawDelivery {
    const applicant = this.find(name);
    if (!applicant) throw new Error('no such applicant');
    const { id } = applicant;
    const { reviewStatus, reviewResult } = reviewOf(applicant);
    const news: JsonObject = {
      type,
      applicantId: id,
      inspectionId: `${id.slice(0, 23)}0`,
      correlationId: 'req-63f92830-4d68-4eee-98d5-875d53a12258',
      levelName: applicant.level,
      externalUserId: applicant.sent.externalUserId,
      applicantType: applicant.sent.type,
      reviewStatus: reviewStatus ?? 'init',
      ...(reviewResult !== undefined && { reviewResult }),
      createdAtMs: this.play.clock.now().slice(0, 23).replace('T', ' '),
      sandboxMode: this.play.token.startsWith('sbx:'),
      clientId: 'northwind',
    };
    const body = Buffer.from(JSON.stringify(news));
    return { headers: signatureHeaders(body, secret), body };
  }
}

/** The headers that a callback with the body is signed by. */
export function signatureHeaders(
  body: Buffer,
  secret: string,
  algorithm: 'sha1' | 'sha256' | 'sha512' = 'sha256',
): Readonly<Record<string, string>> {
  return {
    'x-payload-digest': createHmac(algorithm, secret).update(body).digest('hex'),
    'x-payload-digest-alg': `HMAC_${algorithm.toUpperCase()}_HEX`,
  };
}

const DOCUMENTED: ReadonlySet<unknown> = new Set([
  ...[undefined, 'init', 'pending', 'prechecked', 'queued', 'completed', 'onHold', 'awaitingUser', 'awaitingService'],
  ...['GREEN', 'RED', 'FINAL', 'RETRY'],
]);

/** An answer about an applicant; undocumented where a test had it say what the contract does not know. */
function shown(body: JsonObject, { entry }: KeptApplicant, status = 200): Reply {
  const isDocumented = [entry.status, entry.answer, entry.rejectType].every((word) => DOCUMENTED.has(word));
  return { status, body, ...(!isDocumented && { documented: false as const }) };
}

function refusal(code: number, description: string, documented?: false): Reply {
  const body = { code, description, correlationId: 'req-63f92830-4d68-4eee-98d5-875d53a12258' };
  const isDocumented = documented !== false && [400, 404, 409].includes(code);
  return { status: code, body, ...(!isDocumented && { documented: false as const }) };
}
