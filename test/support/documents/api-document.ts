import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { TestAnswer } from '../app.js';

interface Media {
  readonly schema: object;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Documented {
  readonly headers?: Readonly<Record<string, { readonly schema?: object; readonly $ref?: string }>>;
  readonly content?: Readonly<Record<string, Media>>;
}

/** One operation as docs/openapi.json has it. */
export interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Documented>>;
}

type Schemas = Record<string, { properties?: object; additionalProperties?: unknown }>;

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Schemas };
}

const document = JSON.parse(readFileSync(join(process.cwd(), 'docs', 'openapi.json'), 'utf8')) as ApiDocument;
const ajv = validator();

/** The operation of that name. */
export function operationOf(operationId: string): Operation {
  const found = Object.values(document.paths)
    .flatMap((item) => Object.values(item))
    .find((operation) => operation.operationId === operationId);
  if (!found) throw new Error(`no operation ${operationId}`);
  return found;
}

/** Every operation, by name. */
export function operationIds(): string[] {
  return Object.values(document.paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
}

/** What of a real answer the document does not say, empty where all is as documented. Members it does not know count too. */
export function undocumented(operationId: string, { status, headers, text, body }: TestAnswer): string[] {
  const documented = operationOf(operationId).responses[String(status)];
  if (!documented) return [`${operationId} answers ${String(status)}`];
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  const expected = Object.entries(documented.content ?? {});
  if (expected.length === 0) return text === '' ? [] : [`${operationId} ${String(status)} has a body`];
  const media = documented.content?.[type];
  if (!media) return [`${operationId} ${String(status)} is ${type}`];
  return [...faultsOf(media.schema, body), ...silentHeaders(documented, headers)];
}

/** The faults of a value by a schema of the document. */
export function faultsOf(schema: object, value: unknown): string[] {
  const validate = ajv.compile({ ...schema, components: document.components });
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${String(message)} ${JSON.stringify(params)}`,
  );
}

/** Headers of ours that an answer has and the document does not name. */
function silentHeaders({ headers: named = {} }: Documented, headers: Headers): string[] {
  const ours = ['etag', 'location', 'link', 'idempotent-replayed', 'retry-after', 'www-authenticate', 'x-request-id'];
  const known = new Set(Object.keys(named).map((name) => name.toLowerCase()));
  return ours.filter((name) => headers.has(name) && !known.has(name)).map((name) => `has a header ${name}`);
}

function validator(): Ajv2020 {
  const made = new Ajv2020({ allErrors: true, strict: false });
  addFormats.default(made);
  // Answers may gain members, which is why the document leaves them open; that one has gained them unnamed is a fault here.
  for (const schema of Object.values(document.components.schemas)) {
    if (schema.properties && !inherits(schema)) schema.additionalProperties = false;
  }
  return made;
}

function inherits(schema: object): boolean {
  return 'allOf' in schema;
}
