import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Clock, addMilliseconds } from '../../../src/platform/clock.js';
import type { JsonObject } from '../../../src/platform/json.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import { type AttemptEntry, attemptOf, type KeptAttempt } from './plaid.attempt.js';
import type { SigningKey } from './plaid.signing.js';

/** Plaid on loopback. It has no contract to be held to, so it refuses itself whatever is not documented. */
export interface PlaidVendor extends PlayedVendor {
  /** What becomes at once of attempts with that family name from now on. */
  put(familyName: string, entry: AttemptEntry): void;
  /** What is known of that attempt from now on. */
  change(id: string, entry: AttemptEntry): void;
  /** Puts an attempt there that was begun by somebody else's hand: of that id, for that customer. */
  seed(id: string, clientUserId: string): void;
  /** Begins an attempt anew, as support does in the dashboard; gives its id. */
  retry(id: string, entry: AttemptEntry): string;
  /** How many first attempts that customer has. */
  billed(clientUserId: string): number;
  /** Withdraws a key. */
  withdraw(kid: string): void;
}

/** How the vendor is played. */
export interface PlaidPlay {
  readonly clientId: string;
  readonly secret: string;
  readonly clock: Clock;
  /** The keys that it signs webhooks with. */
  readonly keys: readonly SigningKey[];
}

const text = z.string().min(1);
const created = z.strictObject({
  template_id: z.string().startsWith('idvtmp_'),
  client_user_id: text,
  is_shareable: z.boolean(),
  gave_consent: z.boolean(),
  is_idempotent: z.boolean().default(false),
  user: z
    .strictObject({
      email_address: z.email().optional(),
      phone_number: z
        .string()
        .regex(/^\+\d+$/)
        .optional(),
      date_of_birth: z.iso.date().optional(),
      name: z.strictObject({ given_name: text, family_name: text }).optional(),
    })
    .default({}),
});
const got = z.strictObject({ identity_verification_id: text });
const listed = z.strictObject({ template_id: text, client_user_id: text, cursor: text.optional() });
const keyed = z.strictObject({ key_id: z.string() });

/** Starts a vendor that keeps no attempt. */
export async function startPlaidVendor(play: PlaidPlay): Promise<PlaidVendor> {
  const account = new Account(play);
  const bound = <T>(form: z.ZodType<T>, answer: (asked: T) => Reply): Route => {
    return ({ headers, json }: ArrivedRequest) => {
      if (headers['plaid-client-id'] !== play.clientId || headers['plaid-secret'] !== play.secret)
        return refusal('INVALID_INPUT', 'INVALID_API_KEYS');
      if (headers['plaid-version'] !== '2020-09-14') return refusal('INVALID_REQUEST', 'INVALID_HEADERS');
      const asked = form.safeParse(json);
      return asked.success ? answer(asked.data) : refusal('INVALID_REQUEST', 'INVALID_FIELD');
    };
  };
  const vendor = await playVendor({
    routes: {
      'POST /identity_verification/create': bound(created, (asked) => account.create(asked)),
      'POST /identity_verification/get': bound(got, ({ identity_verification_id: id }) => account.get(id)),
      'POST /identity_verification/list': bound(listed, (asked) => account.list(asked)),
      'POST /webhook_verification_key/get': bound(keyed, ({ key_id: kid }) => account.keyOf(kid)),
    },
  });
  return {
    ...vendor,
    put: (name, entry) => void account.entries.set(name, entry),
    change: (id, entry) => {
      account.attempt(id).entry = entry;
    },
    seed: (id, clientUserId) => void account.keep({ id, clientUserId }),
    retry: (id, entry) => {
      const { clientUserId, template, user } = account.attempt(id);
      return account.keep({ clientUserId, template, user, previous: id, entry }).id;
    },
    billed: (id) => account.attempts.filter((one) => one.clientUserId === id && one.previous === null).length,
    withdraw: (kid) => void account.withdrawn.add(kid),
  };
}

class Account {
  readonly attempts: KeptAttempt[] = [];
  readonly entries = new Map<string, AttemptEntry>();
  readonly withdrawn = new Set<string>();

  constructor(private readonly play: PlaidPlay) {}

  create({
    template_id: template,
    client_user_id: clientUserId,
    is_idempotent,
    user,
  }: z.output<typeof created>): Reply {
    const there = this.attempts.find((one) => one.clientUserId === clientUserId && one.template === template);
    if (there && !is_idempotent) return refusal('INVALID_REQUEST', 'INVALID_FIELD');
    const entry = this.entries.get(user.name?.family_name ?? '') ?? {};
    const kept = there ?? this.keep({ clientUserId, template, user: user as JsonObject, entry });
    return { status: 200, body: attemptOf(kept) };
  }

  keep(given: Partial<KeptAttempt> & Pick<KeptAttempt, 'clientUserId'>): KeptAttempt {
    const attempt: KeptAttempt = {
      id: `idv_${randomBytes(8).toString('hex')}`,
      // A moment apart, so that one is the newest.
      createdAt: addMilliseconds(this.play.clock.now(), this.attempts.length),
      ...{ template: 'idvtmp_Canary1', user: {}, previous: null, entry: {}, ...given },
    };
    this.attempts.push(attempt);
    return attempt;
  }

  attempt(id: string): KeptAttempt {
    const found = this.attempts.find((one) => one.id === id);
    if (!found) throw new Error('no such attempt');
    return found;
  }

  get(id: string): Reply {
    const found = this.attempts.find((one) => one.id === id);
    return found ? { status: 200, body: attemptOf(found) } : refusal('INVALID_REQUEST', 'NOT_FOUND', 404);
  }

  list({ template_id: template, client_user_id: clientUserId }: z.output<typeof listed>): Reply {
    const found = this.attempts.filter((one) => one.clientUserId === clientUserId && one.template === template);
    const body = { identity_verifications: found.map(attemptOf), next_cursor: null, request_id: 'saKrIBuEB9qJZng' };
    return { status: 200, body };
  }

  keyOf(kid: string): Reply {
    const found = this.play.keys.find((one) => one.kid === kid);
    if (!found) return refusal('INVALID_INPUT', 'INVALID_WEBHOOK_VERIFICATION_KEY_ID');
    const { x = '', y = '' } = found.publicKey.export({ format: 'jwk' });
    const point = { alg: 'ES256', crv: 'P-256', kty: 'EC', use: 'sig', kid, x, y };
    const key = { ...point, created_at: 1_560_466_150, expired_at: this.withdrawn.has(kid) ? 1_769_800_000 : null };
    return { status: 200, body: { key, request_id: 'RZ6Omi1bzzwDaLo' } };
  }
}

function refusal(type: string, code: string, status = 400): Reply {
  const words = { error_message: 'something was wrong', display_message: null, request_id: 'HNTDNrA8F1shFEW' };
  return { status, body: { error_type: type, error_code: code, ...words } };
}
