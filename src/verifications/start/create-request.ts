import { completeInput, judgeInput } from '../../customers/index.js';
import { AppError, ValidationError } from '../../errors/index.js';
import { parseUuid } from '../../input/index.js';
import type { JsonObject } from '../../platform/json.js';
import type { Customer } from '../../providers/customer.js';
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

/** A request in which nothing is wrong; its input may still lack what a directory of customers knows. */
export interface JudgedRequest {
  readonly customerId: string;
  readonly adapter: ProviderAdapter;
  readonly capability: CheckCapability;
  /** As the caller gave it; null where nothing was given. */
  readonly givenInput: JsonObject | null;
}

/** A request that can be carried out: every question about it is answered. */
export interface AcceptedRequest extends JudgedRequest {
  /** As given and filled in, for the evidence; null where there is nothing. */
  readonly givenInput: JsonObject | null;
  /** As the capability's schema reads it, for the adapter. */
  readonly input: JsonObject;
}

/** Where a request is judged. */
export interface Court {
  readonly livemode: boolean;
  /** Whether a directory of customers fills in what the input lacks. */
  readonly fillable: boolean;
}

/**
 * Judges a request against what is wired for live or test keys, as far as nobody need be asked. Throws, in this order: `UNKNOWN_PROVIDER`,
 * `CHECK_NOT_SUPPORTED`, `INPUT_REQUIRED` (422), a `ValidationError` with `input.<path>` (400).
 */
export function judgeRequest(
  registry: ProviderRegistry,
  request: CreateRequest,
  { livemode, fillable }: Court,
): JudgedRequest {
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
  const givenInput = request.input ?? null;
  judgeInput(capability, givenInput, fillable);
  return { customerId, adapter, capability, givenInput };
}

/**
 * The request with its input filled in from the customer; null: from nobody. Throws `INPUT_REQUIRED` (422) or a `ValidationError` (400) where the
 * input is still not what the check needs.
 */
export function acceptRequest(request: JudgedRequest, customer: Customer | null): AcceptedRequest {
  return { ...request, ...completeInput(request.capability, request.givenInput, customer) };
}

function unknownProvider(forTestKeys: boolean): AppError {
  const detail = forTestKeys
    ? 'This provider takes test keys only.'
    : 'No such provider is wired; see GET /v1/providers.';
  return new AppError('refused', 'UNKNOWN_PROVIDER', detail);
}
