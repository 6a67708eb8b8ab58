import { ApiKey } from '../access/index.js';
import { InboxItem } from '../callbacks/index.js';
import { ProviderConnection } from '../connections/index.js';
import { EventStream, StoredEvent } from '../events/index.js';
import { EvidenceItem } from '../evidence/index.js';
import { ProviderGate } from '../gates/index.js';
import { DataKey } from '../vault/index.js';
import { IdempotencyRecord, Verification } from '../verifications/index.js';

/** Every entity, listed by hand. All tables live in the PostgreSQL schema `customer_verifications`. */
export const ENTITIES = [
  Verification,
  StoredEvent,
  EventStream,
  IdempotencyRecord,
  DataKey,
  EvidenceItem,
  ApiKey,
  ProviderConnection,
  InboxItem,
  ProviderGate,
];
