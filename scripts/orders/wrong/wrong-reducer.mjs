import { reduce as rightly } from '../../../dist/src/verifications/lifecycle/reducer.js';

export * from '../../../dist/src/verifications/lifecycle/reducer.js';

const way = new URL(import.meta.url).search.slice(1);
const FORGETTING = { 'last-word': { wordKey: null }, 'last-reference': { referenceKey: null } };

/** The reducer, wrong in the way that this module's address names. */
export function reduce(state, happening, now) {
  if (way === 'any-override' && happening.kind === 'override') {
    const verdict = { ...state.verdict, status: 'pending' };
    return rightly({ ...state, verdict, windowEndsAt: '9999-12-31T00:00:00.000000Z' }, happening, now);
  }
  if (way === 'fault-is-word' && happening.observation?.retry) {
    const { retry, ...observation } = happening.observation;
    return rightly(state, { ...happening, observation }, now);
  }
  const forgotten = happening.kind === 'observation' ? FORGETTING[way] : undefined;
  return rightly({ ...state, ...forgotten }, happening, now);
}
