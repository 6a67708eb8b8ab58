// The library's door: what another Nest application imports.
export { MIGRATIONS } from '../migrations/index.js';
export { requestContext, SCOPES } from './context/index.js';
export type { Actor, ContextualRequest, RequestContext, Scope } from './context/index.js';
export { ContextSource } from './context/index.js';
export { CustomerDirectory, DirectoryFault, HttpCustomerDirectory } from './customers/index.js';
export type { CustomersApi } from './customers/index.js';
export type { TenantScope } from './database/index.js';
export { AppError, ERRORS, ValidationError } from './errors/index.js';
export type { ErrorCode, FieldFault } from './errors/index.js';
export { EVENT_TYPES } from './events/index.js';
export { EventRecord } from './events/index.js';
export type { EventMembers, EventType } from './events/index.js';
export type { Evidence } from './evidence/index.js';
export { addMilliseconds, Clock, epochMilliseconds, instant, SystemClock } from './platform/clock.js';
export type { Instant } from './platform/clock.js';
export { FetchHttp, Http, HttpFault } from './platform/http.js';
export type { HttpAnswer, HttpRequest } from './platform/http.js';
export type { JsonObject, JsonValue } from './platform/json.js';
export type { Customer, CustomerAddress, FromCustomer, TaxIdentifierKind } from './providers/customer.js';
export type { Awaiting, CustomerAction, Observation, Retry } from './providers/observation.js';
export type {
  AdapterClass,
  AdapterPlatform,
  Call,
  CallbackHint,
  CallLimit,
  Check,
  CheckCapability,
  Connection,
  ProviderAdapter,
  ProviderCapabilities,
  RawDelivery,
} from './providers/provider-adapter.js';
export { ProviderRegistry, wiredAdapters } from './providers/provider-registry.js';
export { REASONS } from './providers/reasons.js';
export type { Reason } from './providers/reasons.js';
export {
  assertProductionDatabase,
  ENTITIES,
  grantToApplication,
  pendingMigrations,
  runVerificationsMigrations,
  SCHEMA,
} from './schema/index.js';
export * from './verifications/index.js';
