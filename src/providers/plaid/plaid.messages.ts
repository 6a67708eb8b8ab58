import { z } from 'zod';
import { customerPage } from '../vendor/vendor-client.js';

const moment = z.iso.datetime({ offset: true }).nullish().catch(null);

/** The id of an attempt; they are case-sensitive. */
export const attemptId = z.string().regex(/^idv_[A-Za-z0-9]{1,100}$/);

/** What is read of the analysis of a document. */
const plaidDocument = z.object({
  analysis: z
    .object({
      authenticity: z.string().nullish(),
      image_quality: z.string().nullish(),
      extracted_data: z.object({ expiration_date: z.string().nullish() }).nullish(),
    })
    .nullish()
    .catch(null),
});

/** An attempt, as far as it is read. Statuses stay open: the tables say which are known. */
export const plaidAttempt = z.object({
  id: attemptId,
  client_user_id: z.string().nullish(),
  status: z.string().min(1),
  steps: z.record(z.string(), z.string()),
  shareable_url: customerPage.nullish().catch(null),
  template: z.object({ id: z.string().min(1), version: z.int() }),
  created_at: z.iso.datetime({ offset: true }),
  completed_at: moment,
  documentary_verification: z
    .object({ documents: z.array(plaidDocument).nullish().catch(null) })
    .nullish()
    .catch(null),
});

/** A message that passed {@link plaidAttempt}. */
export type PlaidAttempt = z.output<typeof plaidAttempt>;

/** A page of attempts: each as it came, read one by one. */
export const plaidAttempts = z.object({ identity_verifications: z.array(plaidAttempt) });

/** The body of a refusal. */
export const plaidError = z.object({ error_type: z.string(), error_code: z.string() });

/** A key that webhooks are signed with. */
export const plaidKey = z.object({
  key: z.object({
    alg: z.literal('ES256'),
    kid: z.string().min(1),
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string().min(1),
    y: z.string().min(1),
    expired_at: z.number().nullish(),
  }),
});

/** The head of a webhook's token. */
export const tokenHead = z.object({ alg: z.literal('ES256'), kid: z.string().regex(/^[\x21-\x7e]{1,200}$/) });

/** What a webhook's token claims. */
export const tokenClaims = z.object({
  iat: z.int().min(0),
  request_body_sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A webhook, as far as every kind has it. */
export const plaidWebhook = z.object({ webhook_type: z.string().min(1), webhook_code: z.string().min(1) });

/** A webhook about an attempt: it says that something happened, and not what. */
export const plaidNews = z.object({ identity_verification_id: attemptId, environment: z.string() });
