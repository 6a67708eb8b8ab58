import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject } from '../../../src/platform/json.js';

/** What has become of an execution, as far as a test decides it. */
export interface ExecutionEntry {
  readonly status?: string;
  /** The decision's type; left out: there is none yet. */
  readonly decision?: string;
  /** Decisions of steps, each `type LABEL`, by the step's name. */
  readonly steps?: Readonly<Record<string, readonly string[]>>;
  readonly completedAt?: string;
  /** Members of the answer that are others than they should be. */
  readonly change?: JsonObject;
}

/** What an account and its execution are asked for with. */
export const sentJourney = z.strictObject({
  customerInternalReference: z.string().min(1).max(100),
  userReference: z.string().min(1).max(100),
  workflowDefinition: z.strictObject({
    key: z.int().min(1),
    credentials: z
      .array(
        z.strictObject({
          category: z.literal('ID'),
          country: z.strictObject({ values: z.array(z.string().length(3)).min(1) }).optional(),
          type: z
            .strictObject({ values: z.array(z.enum(['ID_CARD', 'DRIVING_LICENSE', 'PASSPORT', 'VISA'])).min(1) })
            .optional(),
        }),
      )
      .optional(),
  }),
  tokenLifetime: z.string().regex(/^\d+[smhd]$/),
  web: z
    .strictObject({
      successUrl: z.url().max(255).optional(),
      errorUrl: z.url().max(255).optional(),
      locale: z.string().max(5).optional(),
    })
    .optional(),
});

/** An execution as the vendor keeps it. */
export interface KeptExecution {
  readonly account: string;
  readonly execution: string;
  readonly sent: z.output<typeof sentJourney>;
  readonly createdAt: string;
  entry: ExecutionEntry;
}

/** The answer to whoever began it. */
export function createdOf({ account, execution, createdAt }: Omit<KeptExecution, 'entry'>): JsonObject {
  return {
    timestamp: createdAt,
    account: { id: account },
    web: { href: `https://canary-company.web.amer-1.jumio.ai/web/v4/app?authorizationToken=canary-jwt-${execution}` },
    sdk: { token: 'canary-sdk-jwt' },
    workflowExecution: {
      id: execution,
      credentials: [
        {
          id: randomUUID(),
          category: 'ID',
          allowedChannels: ['WEB', 'API', 'SDK'],
          api: { token: 'canary-api-jwt', parts: { front: 'https://api.amer-1.jumio.ai/api/v1/canary/parts/FRONT' } },
        },
      ],
    },
  };
}

/** It as it is read. */
export function shown({ account, execution, sent, createdAt, entry }: KeptExecution): JsonObject {
  const { status = 'INITIATED', decision, steps = {}, completedAt, change } = entry;
  const capabilities = Object.entries(steps).map(([name, all]) => [name, all.map((one) => stepOf(name, one))] as const);
  const label = decision ?? '';
  return {
    workflow: {
      id: execution,
      status,
      definitionKey: String(sent.workflowDefinition.key),
      userReference: sent.userReference,
      customerInternalReference: sent.customerInternalReference,
    },
    account: { id: account },
    createdAt,
    ...(completedAt !== undefined && { startedAt: createdAt, completedAt }),
    ...(decision !== undefined && { decision: { type: decision, details: { label }, risk: { score: 40 } } }),
    credentials: [
      { id: randomUUID(), category: 'ID', parts: [{ classifier: 'FRONT', href: 'https://x.example/FRONT' }] },
    ],
    capabilities: Object.fromEntries(capabilities),
    steps: { href: `https://retrieval.amer-1.jumio.ai/api/v1/accounts/${account}/steps` },
    ...change,
  };
}

function stepOf(name: string, said: string): JsonObject {
  const [type = '', label = ''] = said.split(' ');
  const read = {
    type: 'PASSPORT',
    subType: 'E_PASSPORT',
    issuingCountry: 'DEU',
    firstName: 'Canary-Erika',
    lastName: 'Canary-Mustermann',
    dateOfBirth: '1964-08-12',
    documentNumber: 'CANARY01X00T47',
  };
  return { id: randomUUID(), decision: { type, details: { label } }, data: name === 'extraction' ? read : {} };
}
