import { spawnSync } from 'node:child_process';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { projectRoot, textOf } from './project-files.js';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Schema {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, object>>;
  readonly additionalProperties?: unknown;
  readonly enum?: readonly string[];
}

const text = textOf('docs/openapi.json');
const document = JSON.parse(text) as Document;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ ...operation, call: `${method.toUpperCase()} ${path}` })),
);

async function lintFaults(source: string): Promise<string[]> {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      'no-invalid-media-type-examples': 'error',
      'no-invalid-schema-examples': 'error',
      'no-invalid-parameter-examples': 'error',
      'operation-description': 'error',
    },
  });
  const found = await lintFromString({ source, config, absoluteRef: 'openapi.json' });
  return found.map(({ ruleId, location: [place] }) => `${ruleId} at ${place?.pointer ?? '?'}`);
}

/** The document with one text in it replaced. */
function broken(find: string, by: string): string {
  if (!text.includes(find)) throw new Error(`there is no ${find}`);
  return text.replace(find, by);
}

describe('docs/openapi.json', () => {
  it('is what the application as built says (npm run openapi)', () => {
    const made = spawnSync(process.execPath, ['scripts/write-openapi.mjs', '--stdout'], {
      cwd: projectRoot,
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    });
    expect(made.stderr).toBe('');
    expect(made.stdout === text).toBe(true);
  });

  it('is valid to one linter, examples included', async () => {
    expect(await lintFaults(text)).toEqual([]);
  });

  it('is valid to another', async () => {
    expect(await new Validator().validate(JSON.parse(text) as Record<string, unknown>)).toEqual({ valid: true });
  });

  it.each([
    ['"operationId": "getLiveness"', '"operationId": "getReadiness"', /operationId/],
    ['#/components/schemas/VerificationPage', '#/components/schemas/Nothing', /no-unresolved-refs/],
    ['"provider": "offline"', '"provider": "NOT A NAME"', /no-invalid-media-type-examples/],
  ])('would be found at fault with %s replaced by %s', async (find, by, fault) => {
    expect((await lintFaults(broken(find, by))).join('\n')).toMatch(fault);
  });

  it('would be found at fault by the other', async () => {
    const { valid } = await new Validator().validate(
      JSON.parse(broken('"openapi": "3.1.0"', '"openapi": "2.9"')) as Record<string, unknown>,
    );
    expect(valid).toBe(false);
  });

  it('lists these operations', () => {
    expect(operations.map(({ call, operationId }) => `${call} ${operationId}`)).toEqual([
      'GET /v1/verifications listVerifications',
      'POST /v1/verifications createVerification',
      'GET /v1/verifications/{id} getVerification',
      'PATCH /v1/verifications/{id} overrideVerification',
      'POST /v1/verifications/{id}/recheck recheckVerification',
      'POST /v1/verifications/{id}/customer-action issueCustomerAction',
      'GET /v1/verifications/{id}/history listVerificationHistory',
      'GET /v1/verifications/{id}/evidence listVerificationEvidence',
      'GET /v1/providers listProviders',
      'GET /v1/provider-connections listProviderConnections',
      'GET /v1/provider-connections/{provider} getProviderConnection',
      'PUT /v1/provider-connections/{provider} putProviderConnection',
      'DELETE /v1/provider-connections/{provider} removeProviderConnection',
      'POST /v1/provider-connections/{provider}/test testProviderConnection',
      'POST /v1/provider-callbacks/{provider}/{token} takeProviderCallback',
      'GET /health/live getLiveness',
      'GET /health/ready getReadiness',
    ]);
  });

  it('describes every operation and its problems, and asks for a key wherever one is needed', () => {
    const silent = operations.filter(({ summary, description }) => !summary || !description);
    expect(silent.map(({ call }) => call)).toEqual([]);
    const open = operations.filter(({ security = [] }) => security.length === 0);
    expect(open.map(({ call }) => call)).toEqual([
      'POST /v1/provider-callbacks/{provider}/{token}',
      'GET /health/live',
      'GET /health/ready',
    ]);
    const unlisted = operations.filter(({ responses }) => !('500' in responses) || !('400' in responses));
    expect(unlisted.map(({ call }) => call)).toEqual([]);
  });

  it('answers errors as problem documents alone', () => {
    const others = operations.flatMap(({ call, responses }) =>
      Object.entries(responses)
        .filter(
          ([status, { content = {} }]) =>
            Number(status) >= 400 && Object.keys(content).join() !== 'application/problem+json',
        )
        .map(([status]) => `${call} ${status}`),
    );
    expect(others).toEqual([]);
  });

  it('lists every code that some operation answers with, and no other', () => {
    const answered = operations.flatMap(({ responses }) =>
      Object.values(responses).flatMap(({ content = {} }) =>
        Object.keys((content as Record<string, { examples?: object }>)['application/problem+json']?.examples ?? {}),
      ),
    );
    expect([...(document.components.schemas['ErrorCode']?.enum ?? [])].sort()).toEqual([...new Set(answered)].sort());
    for (const code of ['RATE_LIMITED', 'METHOD_NOT_ALLOWED']) expect(answered).not.toContain(code);
  });

  it('requires the 16 fields of a verification, and knows no other', () => {
    const { required = [], properties = {} } = document.components.schemas['Verification'] ?? {};
    const fields =
      'actor_id check_type created_at customer_id expires_at id last_checked_at organization_id provider provider_reference reason result_payload status updated_at verification_type verified_at';
    expect([...required].sort()).toEqual(fields.split(' '));
    expect(Object.keys(properties).sort()).toEqual(fields.split(' '));
  });

  it('closes the bodies of requests', () => {
    const { CreateVerification, OverrideVerification } = document.components.schemas;
    expect([CreateVerification?.additionalProperties, OverrideVerification?.additionalProperties]).toEqual([
      false,
      false,
    ]);
  });
});
