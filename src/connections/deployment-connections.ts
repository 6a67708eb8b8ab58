import { z } from 'zod';
import type { ConnectionForm, ProviderAdapter } from '../providers/provider-adapter.js';
import type { DeploymentConnection } from './connections.js';

const text = z.string('must be text').min(1, 'must not be empty');
const FORM = z.strictObject(
  {
    settings: z.record(z.string(), z.json(), 'must be an object').default({}),
    credentials: z.record(z.string(), text, 'must be an object').default({}),
    callback_token: z.string('must be text').min(32, 'must have at least 32 characters').optional(),
    callback_secrets: z.array(text, 'must be a list').default([]),
  },
  'must be an object',
);
type Form = z.output<typeof FORM>;

/** Connections as the environment gives them, by provider. */
export type GivenConnections = Readonly<Record<string, unknown>>;

/** What is read of them, or what is wrong with them: one line for each fault, without a value. */
export interface ReadConnections {
  readonly connections: Readonly<Record<string, DeploymentConnection>>;
  readonly faults: readonly string[];
}

/** Judges the deployment's connections by what the wired adapters say that theirs must hold. Those with a fault are left out. */
export function readConnections(given: GivenConnections, adapters: readonly ProviderAdapter[]): ReadConnections {
  const byName = new Map(adapters.map((adapter) => [adapter.provider, adapter]));
  const connections: Record<string, DeploymentConnection> = {};
  const faults = Object.entries(given).flatMap(([provider, value]) => {
    const found = faultsOf(value, byName.get(provider)).map((fault) => `${provider}${fault}`);
    if (found.length === 0) connections[provider] = connectionOf(FORM.parse(value));
    return found;
  });
  return { connections, faults };
}

function connectionOf({ settings, credentials, callback_secrets, callback_token }: Form): DeploymentConnection {
  const read = { settings, credentials, callbackSecrets: callback_secrets };
  return callback_token === undefined ? read : { ...read, callbackToken: callback_token };
}

/** Each as it goes on behind the provider's name. Of a member that is of another type nothing else is said. */
function faultsOf(value: unknown, adapter: ProviderAdapter | undefined): string[] {
  if (!adapter) return [' is no provider that is wired here'];
  if (adapter.connectionForm === null) return [' takes no connection'];
  const issues = FORM.safeParse(value).error?.issues ?? [];
  const ofForm = issues.flatMap((issue) => formFaults(issue));
  if (!isObject(value)) return ofForm;
  const given = value as Partial<Form>;
  const whole = (...members: (keyof Form)[]): boolean =>
    !issues.some(
      ({ code, path }) => code === 'invalid_type' && path.length === 1 && members.includes(path[0] as keyof Form),
    );
  return [
    ...ofForm,
    ...(whole('settings') ? settingsFaults(given.settings ?? {}, adapter.connectionForm) : []),
    ...(whole('credentials') ? credentialsFaults(given.credentials ?? {}, adapter.connectionForm) : []),
    ...(whole('callback_token', 'callback_secrets') ? callbackFaults(given, adapter) : []),
  ];
}

function formFaults(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => `.${name} is not known`);
  return [faultAt(issue.path, issue.message)];
}

function faultAt(path: readonly PropertyKey[], message: string): string {
  return `${path.map((step) => `.${String(step)}`).join('')} ${message}`;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function settingsFaults(given: Form['settings'], { settings }: ConnectionForm): string[] {
  const issues = settings.safeParse(given).error?.issues ?? [];
  return issues.map(({ path, message }) => faultAt(['settings', ...path], message));
}

function credentialsFaults(given: Form['credentials'], { credentials }: ConnectionForm): string[] {
  const missing = credentials.filter((name) => !Object.hasOwn(given, name));
  const unknown = Object.keys(given).filter((name) => !credentials.includes(name));
  return [
    ...missing.map((name) => `.credentials.${name} is missing`),
    ...unknown.map((name) => `.credentials.${name} is not known`),
  ];
}

function callbackFaults(
  { callback_token: token, callback_secrets: secrets = [] }: Partial<Form>,
  { capabilities }: ProviderAdapter,
): string[] {
  const wanted = token !== undefined || secrets.length > 0;
  if (wanted && !capabilities.callbacks) return [' does not call back'];
  // One without the other is a connection that looks as if it listened, and refuses everything.
  if (wanted && (token === undefined || secrets.length === 0)) {
    return [' needs both callback_token and callback_secrets, or neither'];
  }
  return [];
}
