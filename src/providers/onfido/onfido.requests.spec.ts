import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script, startScriptedVendor } from '../../../test/support/scripted-vendor.js';
import { type OnfidoVendor, startOnfidoVendor } from '../../../test/vendors/onfido/onfido.vendor.js';
import { addMilliseconds } from '../../platform/clock.js';
import { FetchHttp, type HttpAnswer, type HttpRequest } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { OnfidoAdapter } from './onfido.adapter.js';
import { accessOf } from './onfido.connection.js';

const token = 'api_sandbox.key';
const workflow = '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d4e';
const clock = new ScriptedClock();
const adapter = new OnfidoAdapter({ clock, http: new FetchHttp() });
let vendor: OnfidoVendor;
let checks = 0;

beforeEach(async () => {
  vendor = await startOnfidoVendor({ token, clock });
});
afterEach(() => vendor.close());

function checkOf(input: JsonObject = {}): Check {
  checks += 1;
  return {
    verificationId: `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`,
    verificationType: 'identity',
    checkType: 'document_selfie',
    input: { given_name: 'Erika', family_name: 'Mustermann', ...input },
    reference: null,
  };
}

function callOf(settings: JsonObject = {}): Call {
  const connection = {
    settings: { environment: 'sandbox', base_url: vendor.url, workflows: { document_selfie: workflow }, ...settings },
    credentials: { api_token: token },
  };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

async function started(): Promise<Check & { readonly reference: string }> {
  const check = checkOf();
  const { reference = '' } = await adapter.start(check, callOf());
  return { ...check, reference };
}

const sent = (): (readonly [string, unknown])[] =>
  vendor.requests.map(({ method, path, json }) => [`${method} ${path.replace(/[0-9a-f-]{36}/, ':id')}`, json] as const);

describe('a connection', () => {
  it.each(['eu', 'us', 'ca'])('of %s asks there', (region) => {
    const access = accessOf({ settings: { region }, credentials: { api_token: 'api_live.1' } });
    expect(access.url).toBe(`https://api.${region}.onfido.com/v3.6`);
  });

  it.each([
    ['sandbox', 30],
    ['live', 400],
  ])(
    'of the %s environment is asked by at most %d requests a minute, three for what is not known yet',
    (environment, most) => {
      const limit = (reference: string | null): number => {
        const { calls, perMs } = adapter.limitOf(
          { ...checkOf(), reference },
          { settings: { environment }, credentials: {} },
        );
        return (calls / perMs) * 60_000;
      };
      expect(limit(null) * 3).toBeLessThanOrEqual(most);
      expect(limit(workflow)).toBeLessThanOrEqual(most);
      expect(limit(workflow)).toBe(limit(null) * 3);
    },
  );
});

describe('a start', () => {
  it('makes the person and then the run, with our id where it is looked for and where callbacks show it', async () => {
    const check = checkOf();
    const { reference, customerAction } = await adapter.start(check, callOf());
    const [person, run] = sent();
    expect(person).toEqual(['POST /v3.6/applicants', { first_name: 'Erika', last_name: 'Mustermann' }]);
    expect(run).toEqual([
      'POST /v3.6/workflow_runs',
      {
        applicant_id: expect.any(String) as unknown,
        workflow_id: workflow,
        tags: [check.verificationId],
        customer_user_id: check.verificationId,
      },
    ]);
    expect(customerAction).toEqual({
      type: 'redirect',
      url: `https://eu.onfido.app/l/${reference ?? ''}`,
      expiresAt: null,
    });
  });

  it('sends what is known of the person, and how the link is wanted', async () => {
    const check = checkOf({
      birth_date: '1964-08-12',
      email_address: 'erika@example.com',
      country_of_residence: 'USA',
      privacy_notices_read: true,
    });
    const page = 'https://shop.example/back';
    const settings = { completed_redirect_url: page, expired_redirect_url: page, link_hours: 24, language: 'de_DE' };
    const { customerAction } = await adapter.start(check, callOf(settings));
    expect(sent()[0]?.[1]).toEqual({
      first_name: 'Erika',
      last_name: 'Mustermann',
      dob: '1964-08-12',
      email: 'erika@example.com',
      location: { country_of_residence: 'USA' },
      consents: [{ name: 'privacy_notices_read', granted: true }],
    });
    expect(sent()[1]?.[1]).toMatchObject({
      link: {
        completed_redirect_url: page,
        expired_redirect_url: page,
        expires_at: '2026-11-23T09:30:00.123456Z',
        language: 'de_DE',
      },
    });
    expect(customerAction?.expiresAt?.slice(0, 23)).toBe('2026-11-23T09:30:00.123');
  });

  it('is not made where no workflow is set', async () => {
    const observation = await adapter.start({ ...checkOf(), checkType: 'workflow' }, callOf());
    expect(observation).toMatchObject({ reason: 'provider_not_configured', retry: { class: 'operator' } });
    expect(vendor.requests).toEqual([]);
  });

  it('is not taken with a name that Onfido refuses', () => {
    const [capability] = adapter.checks;
    for (const given_name of ['Erika!', 'a;b', 'a"b', ''])
      expect(capability?.input.safeParse({ given_name, family_name: 'Mustermann' }).success).toBe(false);
    expect(capability?.input.safeParse({ given_name: "Zoë-Anne d'Arc", family_name: 'Ng' }).success).toBe(true);
  });
});

/** Answers the person's request as Onfido does, and the run's as the script does. */
async function startedWith(...scripts: readonly Script[]): Promise<{ applicant_id: unknown; outcome: Observation }> {
  const applicant = await adapter.start(checkOf(), callOf()).then(() => vendor.requests[1]?.json as JsonObject);
  const { applicant_id } = applicant;
  vendor.misbehave(answering(201, { id: applicant_id, sandbox: true }));
  for (const script of scripts) vendor.misbehave(script);
  return { applicant_id, outcome: await adapter.start(checkOf(), callOf()) };
}

/** Nobody listens where runs are asked for. */
class NoRuns extends FetchHttp {
  override async send(request: HttpRequest): Promise<HttpAnswer> {
    if (!request.url.endsWith('/workflow_runs')) return super.send(request);
    const gone = await startScriptedVendor(() => undefined);
    await gone.close();
    return super.send({ ...request, url: gone.url });
  }
}

const reset: Script = (response) => response.socket?.resetAndDestroy();

describe('a run that was turned away', () => {
  it.each([
    [401, 'operator'],
    [422, 'operator'],
    [429, 'throttle'],
  ])('by %d leaves no person behind', async (status, retry) => {
    const { outcome } = await startedWith(answering(status));
    expect(outcome).toMatchObject({ outcome: 'pending', retry: { class: retry } });
    expect(outcome.answer).toBeUndefined();
    expect(sent().at(-1)?.[0]).toBe('DELETE /v3.6/applicants/:id');
    expect(vendor.applicants()).toBe(0);
  });

  it('by nobody at all, as none listened, leaves no person behind', async () => {
    const outcome = await new OnfidoAdapter({ clock, http: new NoRuns() }).start(checkOf(), callOf());
    const unsent = { class: 'outage', unsent: true } as const;
    expect(outcome).toEqual({
      outcome: 'pending',
      reason: 'provider_unavailable',
      observedAt: clock.now(),
      retry: unsent,
    });
    expect(sent().map(([name]) => name)).toEqual(['POST /v3.6/applicants', 'DELETE /v3.6/applicants/:id']);
    expect(vendor.applicants()).toBe(0);
  });

  it.each<[string, Script]>([
    ['gets no answer', reset],
    ['is put off', answering(429)],
  ])('keeps its reason, and whom it was about, where the deletion of the person %s', async (_name, script) => {
    const { outcome, applicant_id } = await startedWith(answering(429), script);
    expect(outcome).toMatchObject({ reason: 'provider_throttled', answer: { applicant_id } });
  });
});

describe('a run of which nobody knows whether it was made', () => {
  it.each<[string, Script]>([
    ['500', answering(500)],
    ['a page', answering(201, '<html>')],
    ['a reset', reset],
  ])('(%s) keeps its person, names it in the evidence, and is not said to be unsent', async (_name, script) => {
    const { outcome, applicant_id } = await startedWith(script);
    expect(outcome).toMatchObject({ outcome: 'pending', answer: { applicant_id } });
    expect(JSON.stringify(outcome)).not.toContain('unsent');
    expect(vendor.applicants()).toBe(1);
    expect(sent().filter(([name]) => name.startsWith('DELETE'))).toEqual([]);
  });

  it('is found by our id where it was', async () => {
    const check = await started();
    const found = await adapter.findByOurReference({ ...check, reference: null }, callOf());
    expect(found).toMatchObject({ reference: check.reference, customerAction: { type: 'redirect' } });
    expect(vendor.requests.at(-1)?.query.toString()).toBe(`tags=${check.verificationId}`);
  });

  it('is not found in a list that leaves our question aside', async () => {
    const check = await started();
    const run = { id: workflow, applicant_id: workflow, status: 'approved', tags: ['other'] };
    vendor.misbehave(answering(200, [run]));
    await expect(adapter.findByOurReference({ ...check, reference: null }, callOf())).rejects.toMatchObject({
      reason: 'provider_response_mismatch',
    });
  });
});

describe('a customer action', () => {
  it('is the link of the run', async () => {
    const check = await started();
    expect(await adapter.customerAction(check, callOf())).toMatchObject({
      url: `https://eu.onfido.app/l/${check.reference}`,
    });
  });

  it('is none any more once the link has run out', async () => {
    const check = await started();
    const endsAt = addMilliseconds(clock.now(), 1_000);
    vendor.decide(check.reference, { shown: { link: { url: 'https://eu.onfido.app/l/1', expires_at: endsAt } } });
    expect(await adapter.customerAction(check, callOf())).toMatchObject({ expiresAt: expect.any(String) as unknown });
    clock.advance(1_000);
    expect(await adapter.customerAction(check, callOf())).toBeNull();
    expect(await adapter.fetch(check, callOf())).toMatchObject({ outcome: 'pending', awaiting: 'customer' });
  });

  it.each(['processing', 'review', 'approved', 'abandoned'])('is none while the run is %s', async (status) => {
    const check = await started();
    vendor.decide(check.reference, { status });
    expect(await adapter.customerAction(check, callOf())).toBeNull();
  });

  it('is none while nobody knows of a run', async () => {
    expect(await adapter.customerAction(checkOf(), callOf())).toBeNull();
    expect(vendor.requests).toEqual([]);
  });

  it('can’t be told of a status that is not known', async () => {
    const check = await started();
    vendor.decide(check.reference, { status: 'paused' });
    await expect(adapter.customerAction(check, callOf())).rejects.toMatchObject({
      reason: 'provider_response_unrecognised',
    });
  });
});

describe('an erasure', () => {
  it('deletes the person, and once more does nothing', async () => {
    const check = await started();
    expect(await adapter.redact(check, callOf())).toBe('accepted');
    expect(vendor.applicants()).toBe(0);
    expect(await adapter.redact(check, callOf())).toBe('accepted');
  });

  it('of somebody else’s run is refused', async () => {
    const check = await started();
    await expect(adapter.redact({ ...checkOf(), reference: check.reference }, callOf())).rejects.toMatchObject({
      reason: 'provider_response_mismatch',
    });
    expect(vendor.applicants()).toBe(1);
  });
});

describe('a callback of Onfido’s', () => {
  it('points at the run, whatever it says of it', async () => {
    const check = await started();
    const delivery = vendor.event(check.reference, 'workflow_run.completed', 'first');
    const connection = { ...callOf().connection, callbackSecrets: ['second', 'first'] };
    expect(await adapter.readCallback(delivery, connection)).toEqual([
      { reference: check.reference, ourReference: check.verificationId },
    ]);
  });
});
