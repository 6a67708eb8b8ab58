import { AppError, ValidationError } from '../../errors/index.js';
import { faultsOfZod, parseUuid } from '../../input/index.js';
import type { JsonObject } from '../../platform/json.js';
import type { CheckCapability, ProviderAdapter } from '../../providers/provider-adapter.js';
import { capabilityOf, type ProviderRegistry } from '../../providers/provider-registry.js';

/** What is asked for at create. */
export interface CreateRequest {
  /** UUID. */
  readonly customerId: string;
  readonly provider: string;
  readonly verificationType: string;
  /** May be left out where the provider has one for the type. */
  readonly checkType?: string | undefined;
  readonly input?: JsonObject | undefined;
}

/** A request that can be carried out: every question about it is answered. */
export interface AcceptedRequest {
  readonly customerId: string;
  readonly adapter: ProviderAdapter;
  readonly capability: CheckCapability;
  /** As given, for the evidence; null where nothing was given. */
  readonly givenInput: JsonObject | null;
  /** As the capability's schema reads it, for the adapter. */
  readonly input: JsonObject;
}

/**
 * Judges a request against what is wired for live or test keys. Throws, in this order: `UNKNOWN_PROVIDER`, `CHECK_NOT_SUPPORTED`,
 * `INPUT_REQUIRED` (422), a `ValidationError` with `input.<path>` (400).
 */
export function acceptRequest(registry: ProviderRegistry, livemode: boolean, request: CreateRequest): AcceptedRequest {
  const customerId = parseUuid(request.customerId);
  if (customerId === null) {
    throw new ValidationError([{ field: 'customer_id', code: 'INVALID_FORMAT', message: 'must be a UUID.' }]);
  }
  const adapter = registry.find(request.provider, livemode);
  if (!adapter) throw unknownProvider(registry.find(request.provider, false) !== null);
  const capability = capabilityOf(adapter, request.verificationType, request.checkType);
  if (!capability) {
    throw new AppError(
      'refused',
      'CHECK_NOT_SUPPORTED',
      'The provider does not offer this check; see GET /v1/providers.',
    );
  }
  if (request.input === undefined && capability.inputRequired) {
    throw new AppError('refused', 'INPUT_REQUIRED', 'This check needs input; see GET /v1/providers for its schema.');
  }
  const givenInput = request.input ?? null;
  return { customerId, adapter, capability, givenInput, input: readInput(capability, givenInput ?? {}) };
}

function unknownProvider(forTestKeys: boolean): AppError {
  const detail = forTestKeys
    ? 'This provider takes test keys only.'
    : 'No such provider is wired; see GET /v1/providers.';
  return new AppError('refused', 'UNKNOWN_PROVIDER', detail);
}

function readInput(capability: CheckCapability, given: JsonObject): JsonObject {
  const read = capability.input.safeParse(given);
  if (!read.success) throw new ValidationError(faultsOfZod(read.error, 'input', given));
  return read.data;
}
