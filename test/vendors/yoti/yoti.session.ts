import { z } from 'zod';
import { addMilliseconds, type Instant } from '../../../src/platform/clock.js';
import type { JsonObject, JsonValue } from '../../../src/platform/json.js';

/** What of a session a test decides. */
export interface YotiEntry {
  readonly status?: string;
  readonly method?: string;
  readonly updatedAt?: string;
  /** How many tries are left of each method that is open. */
  readonly triesLeft?: number;
  /** Members of the answer that are others than they should be; undefined: left out. */
  readonly odd?: Readonly<Record<string, JsonValue | undefined>>;
}

const page = z.url({ protocol: /^https$/ });
const method = {
  allowed: z.boolean(),
  threshold: z.int().min(1).max(150),
  retry_limit: z.int().min(1),
  level: z.enum(['NONE', 'PASSIVE']),
};

/** A session as it is sent in: what is documented, and nothing else. */
export const sentSession = z.strictObject({
  type: z.enum(['OVER', 'UNDER', 'AGE']),
  ttl: z.int().min(60).max(2_678_400),
  reference_id: z.string().min(1),
  age_estimation: z.strictObject(method),
  digital_id: z.strictObject({ ...method, age_estimation_allowed: z.boolean() }),
  doc_scan: z.strictObject({ ...method, authenticity: z.literal('AUTO') }),
  credit_card: z.strictObject(method),
  mobile: z.strictObject({ allowed: z.boolean(), level: method.level, retry_limit: method.retry_limit }),
  callback: z.strictObject({ auto: z.boolean(), url: page }).optional(),
  cancel_url: page.optional(),
  notification_url: page.optional(),
  retry_enabled: z.boolean(),
  resume_enabled: z.boolean(),
});

/** A session that the vendor keeps. */
export interface KeptSession {
  readonly id: string;
  readonly sdkId: string;
  readonly createdAt: Instant;
  readonly sent: z.output<typeof sentSession>;
  entry: YotiEntry;
}

type MethodName = 'age_estimation' | 'digital_id' | 'doc_scan' | 'credit_card';
const METHODS: readonly MethodName[] = ['age_estimation', 'digital_id', 'doc_scan', 'credit_card'];
const NOT_OPEN = { threshold: 0, allowed: false, level: '', authenticity: '', attempts: 0, attempts_remaining: 0 };

/** When the session ends. */
export function endOf({ createdAt, sent }: KeptSession): Instant {
  return addMilliseconds(createdAt, sent.ttl * 1000);
}

/** The session as the API shows it. */
export function resultOf(session: KeptSession): JsonObject {
  const { id, sdkId, sent, createdAt, entry } = session;
  const { status = 'PENDING', method: used, updatedAt = createdAt, triesLeft = 0, odd = {} } = entry;
  const blocks = METHODS.map((name) => {
    const { allowed, threshold, level } = sent[name];
    const open = { threshold, allowed, level, authenticity: 'AUTO', attempts: 1, attempts_remaining: triesLeft };
    return [name, allowed ? open : NOT_OPEN] as const;
  });
  const threshold = METHODS.find((name) => name.toUpperCase() === used);
  const whole = {
    sdk_id: sdkId,
    account_id: '',
    ...(sent.callback && { callback_url: sent.callback.url, callback: sent.callback }),
    notification_url: sent.notification_url ?? '',
    cancel_url: sent.cancel_url ?? '',
    type: sent.type,
    ...Object.fromEntries(blocks),
    mobile: NOT_OPEN,
    ...(used !== undefined && { method: used, ...(threshold && { age: sent[threshold].threshold }) }),
    status,
    reference_id: sent.reference_id,
    created_at: createdAt,
    expires_at: endOf(session),
    updated_at: updatedAt,
    id,
    ...(used !== undefined && { evidence_id: '4786ecb7-c10c-4037-9947-aaa6507e7414' }),
    biometric_consent_required: true,
    retry_enabled: sent.retry_enabled,
    resume_enabled: sent.resume_enabled,
    blocked_locations: [],
    ...odd,
  };
  // Members that are undefined are not sent.
  return JSON.parse(JSON.stringify(whole)) as JsonObject;
}

/** What a notification about the session says, before it is signed. */
export function newsOf({ id, sent, entry }: KeptSession, at: number): JsonObject {
  const { status = 'PENDING', method: used = 'AGE_ESTIMATION' } = entry;
  return {
    method: used,
    result: status === 'COMPLETE',
    age: sent.age_estimation.threshold,
    session_key: id,
    reference_id: sent.reference_id,
    id: '2480375e-ddc0-4832-9b82-b1d14af5cf75',
    timestamp: at,
    notification_url: sent.notification_url ?? '',
    evidence_id: 'da4070de-3d34-44d7-86d4-7d6fdf547740',
    state: status,
    check_type: 'PASSIVE',
  };
}
