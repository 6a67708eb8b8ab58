import { REASONS } from '../reasons.js';

const failed = REASONS.negative.map((reason) => `failed:${reason}` as const);

/** What becomes of a check, by the word in its input. */
export const OUTCOME_SCENARIOS = [
  'verified',
  ...failed,
  'expired',
  'review',
  'pending_then_verified',
  'pending_then_failed',
  'hosted',
] as const;

/** How the vendor misbehaves, by the word in the input. The check behind it follows `then`. */
export const FAULT_SCENARIOS = [
  'fault:hang',
  'fault:500',
  'fault:reset',
  'fault:garbage',
  'fault:html',
  'fault:truncated',
  'fault:lost_answer',
  'fault:unknown_status',
  'fault:wrong_echo',
  'fault:throttle',
  'fault:unauthorized',
] as const;

/** Every documented value of `scenario`. */
export const SCENARIOS = [...OUTCOME_SCENARIOS, ...FAULT_SCENARIOS] as const;

/** At which call a fault strikes: asking for the check, reading it by its id, or both. */
export const FAULT_PLACES = ['start', 'fetch', 'both'] as const;

/** How the vendor tells of a check's changes, by the word in the input. */
export const CALLBACK_MANNERS = [
  'on',
  'none',
  'late',
  'doubled',
  'shuffled',
  'forged',
  'overtaking',
  'early',
  'without_id',
  'unknown',
] as const;

/** One of {@link OUTCOME_SCENARIOS}. */
export type OutcomeScenario = (typeof OUTCOME_SCENARIOS)[number];
/** One of {@link FAULT_SCENARIOS}. */
export type FaultScenario = (typeof FAULT_SCENARIOS)[number];
/** One of {@link SCENARIOS}. */
export type Scenario = (typeof SCENARIOS)[number];
/** One of {@link CALLBACK_MANNERS}. */
export type CallbackManner = (typeof CALLBACK_MANNERS)[number];
/** One of {@link FAULT_PLACES}. */
export type FaultPlace = (typeof FAULT_PLACES)[number];

const faults: ReadonlySet<Scenario> = new Set(FAULT_SCENARIOS);

/** Whether the scenario is a fault. */
export function isFault(scenario: Scenario): scenario is FaultScenario {
  return faults.has(scenario);
}
