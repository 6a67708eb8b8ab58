import { z } from 'zod';
import { customerPage } from '../vendor/vendor-client.js';

const id = z.guid();
const moment = z.iso.datetime({ offset: true }).nullish().catch(null);

const decision = z.object({
  type: z.string().min(1).max(255),
  details: z.object({ label: z.string().nullish() }).nullish().catch(null),
  risk: z.object({ score: z.number().nullish() }).nullish().catch(null),
});

/** One step of the workflow. What it read from the document is not looked at. */
const step = z.object({ decision: decision.nullish().catch(null) });

/** A new account with its first execution, and the customer's page. */
export const jumioCreated = z.object({
  timestamp: z.string().nullish(),
  account: z.object({ id }),
  workflowExecution: z.object({ id }),
  web: z.object({ href: customerPage }),
});

/** A message that passed {@link jumioCreated}. */
export type JumioCreated = z.output<typeof jumioCreated>;

/** An execution of a workflow, as far as it is read. Its status and its decision stay open. */
export const jumioExecution = z.object({
  account: z.object({ id }),
  workflow: z.object({
    id,
    status: z.string().min(1).max(255),
    definitionKey: z.union([z.string(), z.number()]).nullish(),
    customerInternalReference: z.string().nullish(),
  }),
  createdAt: moment,
  completedAt: moment,
  decision: decision.nullish(),
  capabilities: z.record(z.string(), z.array(step)).nullish().catch(null),
});

/** A message that passed {@link jumioExecution}. */
export type JumioExecution = z.output<typeof jumioExecution>;
