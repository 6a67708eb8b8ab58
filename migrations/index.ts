import { FirstVerification1763800000000 } from './1763800000000-first-verification.js';
import { Callbacks1763900000000 } from './1763900000000-callbacks.js';
import { ProviderGates1763900100000 } from './1763900100000-provider-gates.js';
import { ExpirySweep1763900200000 } from './1763900200000-expiry-sweep.js';
import { GateQueues1764000000000 } from './1764000000000-gate-queues.js';
import { InboxLanes1764000100000 } from './1764000100000-inbox-lanes.js';
import { OwnConnections1764000200000 } from './1764000200000-own-connections.js';
import { DueOrder1764000300000 } from './1764000300000-due-order.js';
import { KeyRotation1764000400000 } from './1764000400000-key-rotation.js';
import { InputRetention1764000500000 } from './1764000500000-input-retention.js';
import { LeftOpen1764000600000 } from './1764000600000-left-open.js';
import { EndingIndex1764000700000 } from './1764000700000-ending-index.js';
import { OwnTimes1764000800000 } from './1764000800000-own-times.js';

/** Every migration, oldest first. Listed by hand: what runs is what is written here. */
export const MIGRATIONS = [
  FirstVerification1763800000000,
  Callbacks1763900000000,
  ProviderGates1763900100000,
  ExpirySweep1763900200000,
  GateQueues1764000000000,
  InboxLanes1764000100000,
  OwnConnections1764000200000,
  DueOrder1764000300000,
  KeyRotation1764000400000,
  InputRetention1764000500000,
  LeftOpen1764000600000,
  EndingIndex1764000700000,
  OwnTimes1764000800000,
];
