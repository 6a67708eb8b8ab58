import { INBOX_KEYS } from '../callbacks/index.js';
import { CONNECTION_KEYS } from '../connections/index.js';
import { EVIDENCE_KEYS } from '../evidence/index.js';
import type { KeyTable } from '../vault/index.js';

/** Every table with wrapped data keys, listed by hand; a test compares them with the schema. */
export const KEY_TABLES: readonly KeyTable[] = [EVIDENCE_KEYS, CONNECTION_KEYS, INBOX_KEYS];
