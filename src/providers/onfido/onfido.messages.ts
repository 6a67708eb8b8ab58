import { z } from 'zod';
import { customerPage } from '../vendor/vendor-client.js';

const text = z.string().nullish();
const moment = z.iso.datetime({ offset: true }).nullish().catch(null);

/** An applicant, as far as it is read. */
export const onfidoApplicant = z.object({ id: z.guid(), sandbox: z.boolean().nullish() });

/** A workflow run, as far as it is read. `status` and the labels stay open here. */
export const onfidoRun = z.object({
  id: z.guid(),
  applicant_id: z.guid(),
  status: z.string().min(1),
  workflow_id: text,
  workflow_version_id: z.int().nullish().catch(null),
  tags: z.array(z.string()).nullish(),
  customer_user_id: text,
  reasons: z.array(z.string()).nullish().catch(null),
  error: z.object({ type: text }).nullish().catch(null),
  link: z
    .object({
      url: customerPage.nullish().catch(null),
      expires_at: moment,
    })
    .nullish()
    .catch(null),
  updated_at: moment,
});

/** What is read of a run. */
export type OnfidoRun = z.output<typeof onfidoRun>;

/** The answer to a search. */
export const onfidoRuns = z.array(onfidoRun);

/** A callback, as far as every kind has it. */
export const onfidoEvent = z.object({
  payload: z.object({
    resource_type: z.string().min(1),
    action: z.string().min(1),
    object: z.unknown().optional(),
    resource: z.unknown().optional(),
  }),
});

/** What a callback about a run says of it. Our reference is a UUID: other runs of the account may have anything there. */
export const onfidoRunNews = z.object({
  object: z.object({ id: z.guid() }),
  resource: z
    .object({ customer_user_id: z.guid().nullish().catch(null) })
    .nullish()
    .catch(null),
});

/** What a callback about a task says of its run, where it does. */
export const onfidoTaskNews = z.object({
  resource: z
    .object({ workflow_run_id: z.guid().nullish().catch(null) })
    .nullish()
    .catch(null),
});
