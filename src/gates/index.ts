export { type Crossing, type Gate, gateOf } from './gate.js';
export { Gates, type GateState } from './gates.js';
export { GatesRepository } from './gates.repository.js';
export { ProviderGate } from './provider-gate.entity.js';
export type { Refusal } from './refusal.js';
export type { Said } from './verdict.js';
