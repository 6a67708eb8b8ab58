import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import addFormats from 'ajv-formats';
import { type Document, OpenAPIBackend } from 'openapi-backend';
import { upgrade } from '@scalar/openapi-upgrader';
import { parse } from 'yaml';
import type { ArrivedRequest, Reply } from './exchange.js';

/** Whether requests and answers are those of the vendor's own contract. */
export interface Conformity {
  /** What breaks the contract so far, a line each, without values. */
  readonly violations: readonly string[];
  heed(request: ArrivedRequest, reply: Reply): void;
}

/**
 * The contract of that file below the folder that `CONTRACTS` names; null where no folder is named: the contracts are no part of this
 * project. Swagger 2.0 and OpenAPI 3.0 are read as OpenAPI 3.1. `alternatives` names, by a list's schema, the only kinds of items that are
 * played: a list of dozens of kinds takes the validator longer to learn than a test may last.
 */
export async function conformityTo(
  file: string,
  basePath: string,
  alternatives: Readonly<Record<string, readonly string[]>> = {},
): Promise<Conformity | null> {
  const folder = process.env['CONTRACTS'];
  if (folder === undefined || folder === '') return null;
  const text = await readFile(resolve(folder, file), 'utf8');
  const definition = narrowed(named(asJson(upgrade(mended(parse(indented(text))), '3.1')) as Document), alternatives);
  const api = new OpenAPIBackend({
    definition,
    apiRoot: basePath,
    quick: true,
    coerceTypes: true,
    ajvOpts: { strict: false },
    customizeAjv: (ajv) => {
      addFormats.default(ajv);
      return ajv.addFormat('unix-time', true);
    },
  });
  await api.init();
  return new ContractConformity(api);
}

/** A contract whose operations all have a name: the validator finds them by it. */
function named(definition: Document): Document {
  for (const [path, operations] of Object.entries(definition.paths ?? {})) {
    for (const [method, operation] of Object.entries(operations as Record<string, { operationId?: string }>)) {
      if (/^(get|post|put|patch|delete)$/.test(method)) operation.operationId ??= `${method} ${path}`;
    }
  }
  return definition;
}

function narrowed(definition: Document, alternatives: Readonly<Record<string, readonly string[]>>): Document {
  const schemas = (definition.components as { schemas?: Record<string, unknown> } | undefined)?.schemas ?? {};
  for (const [list, kinds] of Object.entries(alternatives)) {
    const oneOf = kinds.map((kind) => ({ $ref: `#/components/schemas/${kind}` }));
    if (!(list in schemas)) throw new Error(`the contract has no ${list}`);
    schemas[list] = { type: 'array', items: { oneOf } };
  }
  return definition;
}

/** YAML without a slip of a published contract: quoted descriptions whose further lines stand as far to the left as their name. */
function indented(text: string): string {
  return text.replace(/description: "[^"]*"/g, (words) => words.replace(/\s*\n\s*/g, ' '));
}

/**
 * A contract without three slips of published ones: parameters in the words of Swagger 1.2, objects that name their form as if they were lists, and
 * choices that may be null without a type to say it of.
 */
function mended(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(mended);
  if (typeof node !== 'object' || node === null) return node;
  const { paramType, title, items, type } = node as Readonly<Record<string, unknown>>;
  if (typeof paramType === 'string') return { name: title, ...node, in: paramType };
  if (type === 'object' && typeof items === 'object' && items !== null && '$ref' in items) return items;
  const { nullable, anyOf, oneOf, ...others } = node as Readonly<Record<string, unknown>>;
  const forms = anyOf ?? oneOf;
  if (nullable === true && type === undefined && Array.isArray(forms)) {
    return { ...others, anyOf: [...(mended(forms) as unknown[]), { type: 'string', nullable: true, enum: [null] }] };
  }
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, mended(value)]));
}

/** Media types of JSON as `application/json`: the validator knows no other. */
function asJson(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asJson);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([name, value]) => [
    /^application\/([\w.-]+\+)?json\b/.test(name) ? 'application/json' : name,
    asJson(value),
  ]);
  return Object.fromEntries(entries) as unknown;
}

/** A form as an object: names in brackets are members of members, `[]` a list, and truth values words. */
function membersOf(form: URLSearchParams): object {
  const members: Record<string, unknown> = {};
  for (const [name, text] of form) {
    const value = text === 'true' || text === 'false' ? text === 'true' : text;
    const steps = name.replaceAll(']', '').split('[');
    let holder = members;
    for (const [index, step] of steps.entries()) {
      const isLast = index === steps.length - 1;
      if (isLast) holder[step] = value;
      else if (steps[index + 1] === '') {
        holder[step] = [...((holder[step] as unknown[] | undefined) ?? []), value];
        break;
      } else holder = (holder[step] ??= {}) as Record<string, unknown>;
    }
  }
  return members;
}

class ContractConformity implements Conformity {
  readonly #violations = new Set<string>();

  constructor(private readonly api: OpenAPIBackend) {}

  get violations(): readonly string[] {
    return [...this.#violations];
  }

  heed(request: ArrivedRequest, reply: Reply): void {
    const about = `${request.method} ${request.path}`;
    const given = {
      method: request.method,
      path: request.path,
      query: request.query.toString(),
      headers: request.headers,
      body: request.json ?? membersOf(request.form),
    };
    const operation = this.api.router.matchOperation(given);
    if (!operation && reply.documented === false) return;
    if (!operation) {
      this.#violations.add(`${about} is no operation of the contract`);
      return;
    }
    this.#note(`${about} (request)`, this.api.validateRequest(given, operation).errors);
    if (reply.documented === false) return;
    const said = this.api.validateResponse(reply.body, operation, reply.status);
    this.#note(`${about} (answer ${String(reply.status)})`, said.errors);
  }

  #note(
    about: string,
    errors: readonly { instancePath: string; message?: string; params: object }[] | null = [],
  ): void {
    for (const { instancePath, message = '', params } of errors ?? []) {
      this.#violations.add(`${about}: ${instancePath} ${message} ${JSON.stringify(params)}`);
    }
  }
}
