export { type Crossing, type Gate, gateOf, type GateState } from './gate.js';
export { Gates } from './gates.js';
export { GatesRepository } from './gates.repository.js';
export { ProviderGate } from './provider-gate.entity.js';
export type { Refusal } from './refusal.js';
export type { Said } from './verdict.js';
