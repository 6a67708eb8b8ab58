import { createHmac, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../src/platform/clock.js';
import type { JsonObject } from '../../../src/platform/json.js';
import type { RawDelivery } from '../../../src/providers/provider-adapter.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import { type KeptApplicant, type KeptRun, type OnfidoEntry, runOf } from './onfido.run.js';

/** How the vendor is played. */
export interface OnfidoPlay {
  readonly token: string;
  readonly clock: Clock;
}

/** Onfido on loopback. It has no contract to be held to here, so it refuses itself whatever is not documented. */
export interface OnfidoVendor extends PlayedVendor {
  /** How the runs of persons of that first name go from now on. */
  put(name: string, entry: OnfidoEntry): void;
  /** What the run is from now on: the customer has done something, or the workflow, or somebody in the dashboard. */
  decide(id: string, entry: OnfidoEntry): void;
  /** How many runs were made for our reference. */
  billed(reference: string): number;
  /** How many persons it holds. */
  applicants(): number;
  /** The callback that Onfido would send of the run now, signed. */
  event(id: string, action: string, secret: string): RawDelivery;
}

const name = z.string().regex(/^[^!#$%*=<>;{}"]+$/);
const sentApplicant = z.strictObject({
  first_name: name,
  last_name: name,
  dob: z.iso.date().optional(),
  email: z.email().optional(),
  location: z.strictObject({ country_of_residence: z.string().length(3) }).optional(),
  consents: z.array(z.strictObject({ name: z.literal('privacy_notices_read'), granted: z.boolean() })).optional(),
});
const sentRun = z.strictObject({
  applicant_id: z.uuid(),
  workflow_id: z.guid(),
  tags: z.array(z.string().min(1).max(128)).max(30),
  customer_user_id: z.string().min(1).max(256),
  link: z
    .strictObject({
      completed_redirect_url: z.url().optional(),
      expired_redirect_url: z.url().optional(),
      expires_at: z.iso.datetime({ offset: true }).optional(),
      language: z.enum(['en_US', 'de_DE', 'es_ES', 'fr_FR', 'it_IT', 'pt_PT', 'nl_NL']).optional(),
    })
    .transform((link) => JSON.parse(JSON.stringify(link)) as Record<string, string>)
    .optional(),
});

/** Starts a vendor that knows nobody. */
export async function startOnfidoVendor(play: OnfidoPlay): Promise<OnfidoVendor> {
  const account = new Account(play);
  const bound = (route: Route): Route => {
    return (request, params) =>
      request.headers['authorization'] === `Token token=${play.token}`
        ? route(request, params)
        : failure(401, 'authorization_error');
  };
  const vendor = await playVendor({
    basePath: '/v3.6',
    routes: {
      'POST /applicants': bound((request) => account.createApplicant(request)),
      'DELETE /applicants/:id': bound((_request, { id = '' }) => account.deleteApplicant(id)),
      'POST /workflow_runs': bound((request) => account.createRun(request)),
      'GET /workflow_runs': bound((request) => account.list(request)),
      'GET /workflow_runs/:id': bound((_request, { id = '' }) => {
        const run = account.runs.find((one) => one.id === id);
        return run ? { status: 200, body: account.shown(run) } : failure(404, 'resource_not_found');
      }),
    },
  });
  return {
    ...vendor,
    put: (person, entry) => void account.entries.set(person, entry),
    decide: (id, entry) => {
      account.kept(id).entry = entry;
    },
    billed: (reference) => account.runs.filter(({ sent }) => sent.tags.includes(reference)).length,
    applicants: () => account.applicants.filter(({ isDeleted }) => !isDeleted).length,
    event: (id, action, secret) => account.event(account.kept(id), action, secret),
  };
}

class Account {
  readonly applicants: KeptApplicant[] = [];
  readonly runs: KeptRun[] = [];
  readonly entries = new Map<string, OnfidoEntry>();

  constructor(private readonly play: OnfidoPlay) {}

  createApplicant({ json }: ArrivedRequest): Reply {
    const sent = sentApplicant.safeParse(json);
    if (!sent.success) return refusal(sent.error);
    const { first_name, last_name, dob = null } = sent.data;
    const applicant = { id: randomUUID(), name: first_name, isDeleted: false };
    this.applicants.push(applicant);
    const body = {
      id: applicant.id,
      first_name,
      last_name,
      dob,
      created_at: this.play.clock.now(),
      delete_at: null,
      href: `/v3.6/applicants/${applicant.id}`,
      sandbox: this.play.token.startsWith('api_sandbox'),
    };
    return { status: 201, body };
  }

  deleteApplicant(id: string): Reply {
    const applicant = this.applicants.find((one) => one.id === id);
    if (applicant === undefined) return failure(404, 'resource_not_found');
    // What a second deletion is answered with is not documented.
    if (applicant.isDeleted) return failure(410, 'gone');
    applicant.isDeleted = true;
    return { status: 204 };
  }

  createRun({ json }: ArrivedRequest): Reply {
    const sent = sentRun.safeParse(json);
    if (!sent.success) return refusal(sent.error);
    const applicant = this.applicants.find((one) => one.id === sent.data.applicant_id && !one.isDeleted);
    if (applicant === undefined) return failure(422, 'validation_error', { applicant_id: ['not found'] });
    const entry = this.entries.get(applicant.name) ?? {};
    const run = { id: randomUUID(), createdAt: this.play.clock.now(), sent: sent.data, applicant, entry };
    this.runs.push(run);
    return { status: 201, body: this.shown(run) };
  }

  list({ query }: ArrivedRequest): Reply {
    const tags = query.get('tags')?.split(',') ?? [];
    const found = this.runs.toReversed().filter(({ sent }) => tags.every((tag) => sent.tags.includes(tag)));
    return { status: 200, body: found.slice(0, 20).map((run) => this.shown(run)) };
  }

  event(run: KeptRun, action: string, secret: string): RawDelivery {
    const { id, status, reasons, tags, ...more } = this.shown(run);
    const at = this.play.clock.now();
    const payload = {
      resource_type: 'workflow_run',
      action,
      object: { id, status, completed_at_iso8601: at, href: `https://api.eu.onfido.com/v3.6/workflow_runs/${run.id}` },
      resource: {
        id,
        status,
        reasons,
        tags,
        applicant_id: more['applicant_id'],
        customer_user_id: run.sent.customer_user_id,
      },
    };
    const body = Buffer.from(JSON.stringify({ payload }));
    return { headers: { 'x-sha2-signature': createHmac('sha256', secret).update(body).digest('hex') }, body };
  }

  shown(run: KeptRun): JsonObject {
    return runOf(run, 'eu');
  }

  kept(id: string): KeptRun {
    const run = this.runs.find((one) => one.id === id);
    if (run === undefined) throw new Error('no such run');
    return run;
  }
}

function refusal(error: z.ZodError): Reply {
  const fields = Object.fromEntries(error.issues.map(({ path, message }) => [path.join('.'), [message]]));
  return failure(422, 'validation_error', fields);
}

function failure(status: number, type: string, fields: JsonObject = {}): Reply {
  return { status, body: { error: { type, message: 'Words about Canary-Erika.', fields } } };
}
