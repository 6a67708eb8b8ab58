import { z } from 'zod';
import type { ConnectionForm, ProviderAdapter } from '../providers/provider-adapter.js';
import type { DeploymentConnection } from './connections.js';
import { CREDENTIALS } from './credentials.js';

const text = z.string('must be text').min(1, 'must not be empty');
/** What stands in the path of an address as it is: anything else would never come back as it was given. */
const callbackToken = z
  .string('must be text')
  .min(32, 'must have at least 32 characters')
  .regex(/^[A-Za-z0-9._~+=-]*$/, 'must have letters, digits and . _ ~ + = - alone');
const NO_FORM: ConnectionForm = { settings: z.strictObject({}), credentials: [] };

/** How the members about callbacks are spelled: in the environment, or as options of the module. */
export interface ConnectionSpelling {
  readonly token: 'callback_token' | 'callbackToken';
  readonly secrets: 'callback_secrets' | 'callbackSecrets';
}

const IN_ENVIRONMENT: ConnectionSpelling = { token: 'callback_token', secrets: 'callback_secrets' };

/** The spelling of {@link DeploymentConnection}. */
export const AS_OPTIONS: ConnectionSpelling = { token: 'callbackToken', secrets: 'callbackSecrets' };

/** A connection whatever its spelling is; each member is what its form says, unless there is a fault of it. */
interface Given {
  readonly settings: DeploymentConnection['settings'];
  readonly credentials: DeploymentConnection['credentials'];
  readonly token: string | undefined;
  readonly secrets: readonly string[];
}

function formOf({ token, secrets }: ConnectionSpelling): z.ZodType<Record<string, unknown>> {
  const members = {
    settings: z.record(z.string(), z.json(), 'must be an object').default({}),
    credentials: CREDENTIALS.default({}),
    [token]: callbackToken.optional(),
    [secrets]: z.array(text, 'must be a list').default([]),
  };
  return z.strictObject(members, 'must be an object');
}

function givenIn(value: Readonly<Record<string, unknown>>, { token, secrets }: ConnectionSpelling): Given {
  const { settings = {}, credentials = {}, [token]: given, [secrets]: listed = [] } = value;
  return { settings, credentials, token: given, secrets: listed } as Given;
}

/** Connections as they are given, by provider. */
export type GivenConnections = Readonly<Record<string, unknown>>;

/** What is read of them, or what is wrong with them: one line for each fault, without a value. */
export interface ReadConnections {
  readonly connections: Readonly<Record<string, DeploymentConnection>>;
  readonly faults: readonly string[];
}

/**
 * Judges the deployment's connections by what the wired adapters say that theirs must hold. Those with a fault are left out. Spelled as in the
 * environment unless told.
 */
export function readConnections(
  given: GivenConnections,
  adapters: readonly ProviderAdapter[],
  spelling: ConnectionSpelling = IN_ENVIRONMENT,
): ReadConnections {
  const byName = new Map(adapters.map((adapter) => [adapter.provider, adapter]));
  const connections: Record<string, DeploymentConnection> = {};
  const faults = Object.entries(given).flatMap(([provider, value]) => {
    const found = faultsOf(value, byName.get(provider), spelling).map((fault) => `${provider}${fault}`);
    if (found.length === 0) connections[provider] = connectionOf(givenIn(formOf(spelling).parse(value), spelling));
    return found;
  });
  return { connections, faults };
}

/** What is wrong with connections for live keys beyond that: the answers of a vendor's sandbox are made up. */
export function sandboxFaults(given: GivenConnections, adapters: readonly ProviderAdapter[]): readonly string[] {
  const played = adapters.filter(({ provider, connectionForm }) => {
    const value = connectionForm?.hasSandbox && Object.hasOwn(given, provider) ? given[provider] : null;
    const settings = isObject(value) ? value['settings'] : null;
    return isObject(settings) && settings['environment'] === 'sandbox';
  });
  return played.map(
    ({ provider }) => `${provider}.settings.environment must be live: a sandbox is for test keys alone`,
  );
}

function connectionOf({ settings, credentials, secrets, token }: Given): DeploymentConnection {
  const read = { settings, credentials, callbackSecrets: secrets };
  return token === undefined ? read : { ...read, callbackToken: token };
}

/** Each as it goes on behind the provider's name. Of a member that is of another type nothing else is said. */
function faultsOf(value: unknown, adapter: ProviderAdapter | undefined, spelling: ConnectionSpelling): string[] {
  if (!adapter) return [' is no provider that is wired here'];
  const { capabilities } = adapter;
  // Who calls nobody may still be called by the vendor.
  const form = adapter.connectionForm ?? (capabilities.callbacks ? NO_FORM : null);
  if (form === null) return [' takes no connection'];
  const issues = formOf(spelling).safeParse(value).error?.issues ?? [];
  const ofForm = issues.flatMap((issue) => formFaults(issue));
  if (!isObject(value)) return ofForm;
  const given = givenIn(value, spelling);
  const whole = (...members: string[]): boolean =>
    !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 1 && members.includes(String(path[0])));
  return [
    ...ofForm,
    ...(whole('settings') ? settingsFaults(given.settings, form) : []),
    ...(whole('credentials') ? credentialsFaults(given.credentials, form) : []),
    ...(whole(spelling.token, spelling.secrets) ? callbackFaults(given, adapter, spelling) : []),
  ];
}

function formFaults(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => `.${name} is not known`);
  return [faultAt(issue.path, issue.message)];
}

function faultAt(path: readonly PropertyKey[], message: string): string {
  return `${path.map((step) => `.${String(step)}`).join('')} ${message}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function settingsFaults(given: Given['settings'], { settings }: ConnectionForm): string[] {
  const issues = settings.safeParse(given).error?.issues ?? [];
  return issues.map(({ path, message }) => faultAt(['settings', ...path], message));
}

function credentialsFaults(
  given: Given['credentials'],
  { credentials, optionalCredentials = [] }: ConnectionForm,
): string[] {
  const missing = credentials.filter((name) => !Object.hasOwn(given, name));
  const unknown = Object.keys(given).filter((name) => ![...credentials, ...optionalCredentials].includes(name));
  return [
    ...missing.map((name) => `.credentials.${name} is missing`),
    ...unknown.map((name) => `.credentials.${name} is not known`),
  ];
}

function callbackFaults(
  { token, secrets }: Given,
  { capabilities, connectionForm }: ProviderAdapter,
  spelling: ConnectionSpelling,
): string[] {
  const wanted = token !== undefined || secrets.length > 0;
  if (wanted && !capabilities.callbacks) return [' does not call back'];
  if (connectionForm?.vendorSigns) {
    return secrets.length > 0 ? [`.${spelling.secrets} is not known: the provider signs with a key of its own`] : [];
  }
  // One without the other is a connection that looks as if it listened, and refuses everything.
  if (wanted && (token === undefined || secrets.length === 0)) {
    return [` needs both ${spelling.token} and ${spelling.secrets}, or neither`];
  }
  return [];
}
