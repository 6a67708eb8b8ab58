import type { OpenAPIObject } from '@nestjs/swagger';

type Members = Record<string, unknown>;

interface Operation {
  readonly tags: readonly string[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>;
  };
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Answer {
  headers?: Members;
  readonly content?: Readonly<Record<string, { readonly examples?: Record<string, { value: Members }> }>>;
}

/** Answers that Node gives before there is a request to name. */
const UNNAMED = new Set(['408', '431']);
const EXAMPLE_ID = '0199a3f1-1111-7222-8333-444455556666';

/** What decorators can't say about the whole document, said once for all of it. Leaves the given one as it is. */
export function completed(given: OpenAPIObject): OpenAPIObject {
  const document = structuredClone(given);
  const order = document.tags?.map(({ name }) => name) ?? [];
  const place = ([, item]: [string, object]): number => order.indexOf(operationsOf(item)[0]?.tags[0] ?? '');
  const paths = Object.entries(document.paths).sort((one, other) => place(one) - place(other));
  const schemas = Object.entries(document.components?.schemas ?? {});
  const operations = paths.flatMap(([, item]) => operationsOf(item));
  const closed = new Set(operations.flatMap(bodySchemas));
  const answered = new Set(operations.flatMap(problemCodes));
  return {
    ...document,
    info: { ...document.info, license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' } as never },
    paths: Object.fromEntries(paths.map(([path, item]) => [path, completedPath(path, item)])),
    components: {
      ...document.components,
      headers: {
        RequestId: { description: 'Names the request, for logs and support.', schema: { type: 'string' } },
      },
      schemas: Object.fromEntries(
        schemas
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(
            ([name, schema]) =>
              [name, name === 'ErrorCode' ? withoutUnanswered(schema as Members, answered) : schema] as const,
          )
          .map(([name, schema]) => [name, completedSchema(schema as Members, closed.has(name))]),
      ),
    },
  };
}

function operationsOf(item: object): Operation[] {
  return Object.values(item) as Operation[];
}

function bodySchemas({ requestBody }: Operation): string[] {
  return Object.values(requestBody?.content ?? {}).map(({ schema }) => schema.$ref?.split('/').at(-1) ?? '');
}

/** The codes that an operation may answer with, by the names of its examples. */
function problemCodes({ responses }: Operation): string[] {
  return Object.values(responses).flatMap(({ content }) =>
    Object.keys(content?.['application/problem+json']?.examples ?? {}),
  );
}

/** The catalogue knows codes that no operation of this version answers with. */
function withoutUnanswered(schema: Members, answered: ReadonlySet<string>): Members {
  return { ...schema, enum: (schema['enum'] as string[]).filter((code) => answered.has(code)) };
}

function completedPath<Item extends object>(path: string, item: Item): Item {
  for (const operation of operationsOf(item)) {
    for (const [status, answer] of Object.entries(operation.responses)) completeAnswer(path, status, answer);
  }
  return item;
}

function completeAnswer(path: string, status: string, answer: Answer): void {
  if (!UNNAMED.has(status)) {
    answer.headers = { ...answer.headers, 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };
  }
  const problems = answer.content?.['application/problem+json']?.examples ?? {};
  const address = path.replace('{id}', EXAMPLE_ID).replace('{provider}', 'sandbox').replace('{token}', 'token');
  for (const example of Object.values(problems)) example.value['instance'] = address;
}

/** Requests know no further members; examples are written as JSON Schema 2020-12 writes them. */
function completedSchema(schema: Members, closed: boolean): never {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Members>);
  return {
    ...schema,
    ...(closed && { additionalProperties: false }),
    ...(properties.length > 0 && {
      properties: Object.fromEntries(properties.map(([name, property]) => [name, withExamples(property)])),
    }),
  } as never;
}

function withExamples(property: Members): Members {
  const { example, ...rest } = property;
  return 'example' in property ? { ...rest, examples: [example] } : property;
}
