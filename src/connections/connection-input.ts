import { type FieldFault, ValidationError } from '../errors/index.js';
import { faultsOfZod, fieldFault } from '../input/index.js';
import type { JsonObject } from '../platform/json.js';
import type { Connection, ConnectionForm, ProviderAdapter } from '../providers/provider-adapter.js';
import { newCallbackToken } from './callback-token.js';
import { CREDENTIALS } from './credentials.js';

/** What an organization says about its connection. What is left out of the secrets stays as it is. */
export interface ConnectionChange {
  readonly settings?: JsonObject | undefined;
  readonly credentials?: JsonObject | undefined;
  readonly callbackSecrets?: readonly string[] | undefined;
  /** Whether callbacks come by another address from now on. */
  readonly rotateCallbackToken?: boolean | undefined;
}

/** A connection of an organization with everything in it, as it is sealed. */
export interface OwnConnection extends Required<Connection> {
  /** The end of the address of its callbacks; null where the provider makes none. */
  readonly callbackToken: string | null;
}

/** What the organization has no say in. */
export interface ConnectionGivens {
  readonly livemode: boolean;
  /** The settings that the deployment decides. */
  readonly settings: JsonObject;
}

/**
 * The connection as it will be: the change upon what was there. Throws a `ValidationError` that names each fault, and no value.
 */
export function changedConnection(
  { connectionForm, capabilities }: ProviderAdapter & { readonly connectionForm: ConnectionForm },
  was: OwnConnection | null,
  change: ConnectionChange,
  given: ConnectionGivens,
): OwnConnection {
  const credentials = change.credentials ?? was?.credentials ?? {};
  const faults = [
    ...settingsFaults(connectionForm, change.settings ?? {}, given),
    ...credentialFaults(connectionForm, credentials, change.credentials !== undefined),
    ...callbackFaults(capabilities.callbacks, connectionForm.vendorSigns === true, change),
  ];
  if (faults.length > 0) throw new ValidationError(faults);
  const keepsToken = was !== null && was.callbackToken !== null && change.rotateCallbackToken !== true;
  return {
    settings: change.settings ?? {},
    credentials: credentials as Connection['credentials'],
    callbackSecrets: change.callbackSecrets ?? was?.callbackSecrets ?? [],
    callbackToken: !capabilities.callbacks ? null : keepsToken ? was.callbackToken : newCallbackToken(),
  };
}

function settingsFaults(
  { settings, deploymentSettings = [], hasSandbox }: ConnectionForm,
  asked: JsonObject,
  { livemode, settings: given }: ConnectionGivens,
): FieldFault[] {
  const decided = deploymentSettings.filter((name) => Object.hasOwn(asked, name));
  const whole = { ...asked, ...given };
  const { error } = settings.safeParse(whole);
  const found = error ? faultsOfZod(error, 'settings', whole) : [];
  const isPlayed = hasSandbox === true && livemode && asked['environment'] === 'sandbox';
  return [
    ...(isPlayed ? [fieldFault(['settings', 'environment'], 'UNKNOWN_VALUE', 'must be live for live keys.')] : []),
    ...decided.map((name) =>
      fieldFault(['settings', name], 'UNKNOWN_FIELD', 'is decided by whoever runs the deployment.'),
    ),
    // What the deployment lacks is no fault of the caller's.
    ...found.filter(({ field }) => !deploymentSettings.includes(field.split('.')[1] ?? '')),
  ];
}

function credentialFaults(
  { credentials: needed, optionalCredentials = [] }: ConnectionForm,
  asked: JsonObject,
  isNew: boolean,
): FieldFault[] {
  const known = new Set([...needed, ...optionalCredentials]);
  const missing = needed.filter((name) => !Object.hasOwn(asked, name));
  const unknown = Object.keys(asked).filter((name) => isNew && !known.has(name));
  const held = Object.fromEntries(Object.entries(asked).filter(([name]) => known.has(name)));
  const { error } = CREDENTIALS.safeParse(held);
  return [
    ...missing.map((name) => fieldFault(['credentials', name], 'REQUIRED')),
    ...unknown.map((name) => fieldFault(['credentials', name], 'UNKNOWN_FIELD')),
    ...(error ? faultsOfZod(error, 'credentials', held) : []),
  ];
}

function callbackFaults(
  callsBack: boolean,
  vendorSigns: boolean,
  { callbackSecrets, rotateCallbackToken }: ConnectionChange,
): FieldFault[] {
  const needless = 'this provider signs with a key of its own.';
  if (vendorSigns && callbackSecrets !== undefined)
    return [fieldFault(['callback_secrets'], 'UNKNOWN_FIELD', needless)];
  if (callsBack) return [];
  const says = 'this provider makes no callbacks.';
  return [
    ...(callbackSecrets === undefined ? [] : [fieldFault(['callback_secrets'], 'UNKNOWN_FIELD', says)]),
    ...(rotateCallbackToken === undefined ? [] : [fieldFault(['rotate_callback_token'], 'UNKNOWN_FIELD', says)]),
  ];
}
