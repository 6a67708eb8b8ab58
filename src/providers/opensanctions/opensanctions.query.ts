import type { JsonObject } from '../../platform/json.js';
import { readAlike, weakened } from '../screening.js';
import { mismatch } from '../vendor/vendor-client.js';
import type { OpenSanctionsInput } from './opensanctions.checks.js';

/** An example of the entity that is looked for, in the words of FollowTheMoney. */
export interface Example {
  readonly schema: string;
  readonly properties: Readonly<Record<string, readonly string[]>>;
}

/** An example as the service says that it understood it. */
export interface Echo {
  readonly schema: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const SCHEMAS = {
  person: 'Person',
  company: 'Company',
  organization: 'Organization',
  legal_entity: 'LegalEntity',
} as const satisfies Record<OpenSanctionsInput['entity_type'], string>;

/** The example for an input. Property names are case-sensitive: a wrong one is ignored by the service. */
export function exampleOf(input: OpenSanctionsInput): Example {
  const lower = (code: string | undefined): string | undefined => code?.toLowerCase();
  const properties = {
    name: input.name,
    alias: input.other_names,
    birthDate: input.birth_date,
    nationality: lower(input.nationality),
    country: lower(input.country),
    idNumber: input.id_number,
    address: input.address,
    jurisdiction: lower(input.jurisdiction),
    registrationNumber: input.registration_number,
    incorporationDate: input.incorporation_date,
  };
  const given = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value].flat()]],
  );
  return { schema: SCHEMAS[input.entity_type], properties: Object.fromEntries(given) as Example['properties'] };
}

/**
 * Throws `ProviderFault` unless the echo is of this example, and whole: a property that was sent and is missing was not searched with. The
 * service may add to it.
 */
export function compareEcho({ schema, properties }: Example, echo: Echo): void {
  if (echo.schema !== schema) throw mismatch();
  for (const [name, values] of Object.entries(properties)) {
    const others = echoed(echo, name);
    if (others.length === 0) throw weakened();
    const isOurs = values.every((value) => others.some((other) => readAlike(value, other)));
    if (COMPARED.has(name) && !isOurs) throw mismatch();
  }
}

/** The properties that the service gives back as they are; it rewrites others, e.g. addresses. */
const COMPARED: ReadonlySet<string> = new Set(['name', 'birthDate', 'incorporationDate']);

function echoed({ properties }: Echo, name: string): string[] {
  return [properties[name] ?? []].flat().filter((value) => typeof value === 'string');
}

/** The body that asks about one example under a key of ours. */
export function matchRequest(key: string, { schema, properties }: Example): JsonObject {
  return { queries: { [key]: { schema, properties } } };
}
