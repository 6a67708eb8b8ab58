import type { ProviderAdapter, ProviderCapabilities } from '../../providers/provider-adapter.js';
import { ProviderFault } from '../../providers/fault-observation.js';
import { type Askable, nextQuestion } from './next-question.js';

const UNSENT: Askable = { providerReference: null, startRefused: true };
const UNKNOWN: Askable = { providerReference: null, startRefused: false };
const REFERRED: Askable = { providerReference: 'ref', startRefused: false };

type Able = Pick<ProviderCapabilities, 'fetch' | 'find' | 'idempotentStart'>;
const BLIND: Able = { fetch: 'by_reference', find: false, idempotentStart: false };
const FINDING: Able = { ...BLIND, find: true };
const KEYED: Able = { ...BLIND, idempotentStart: true };

/** What an adapter is asked, in order; it has never heard of the check. */
async function askedOf(able: Able, row: Askable, settled: boolean): Promise<string[] | null> {
  const asked: string[] = [];
  const answer = (name: string, said: unknown) => (): Promise<unknown> => {
    asked.push(name);
    return Promise.resolve(said);
  };
  const methods = { start: answer('start', {}), fetch: answer('fetch', {}), findByOurReference: answer('find', null) };
  const question = nextQuestion({ capabilities: able, ...methods } as unknown as ProviderAdapter, row, settled);
  if (!question) return null;
  if (question.starts) asked.push('marked as begun');
  await question.ask({} as never, {} as never).catch((error: unknown) => {
    if (!(error instanceof ProviderFault)) throw error;
    asked.push('waits');
  });
  return asked;
}

describe('how a check is asked about again', () => {
  it.each<[string, Able, Askable, boolean, string[] | null]>([
    ['by its reference', BLIND, REFERRED, false, ['fetch']],
    ['not at all where nothing can be read', { ...BLIND, fetch: 'none' }, REFERRED, false, null],
    ['afresh where asking means that', { ...BLIND, fetch: 'rerun' }, UNKNOWN, false, ['fetch']],
    ['not at all after a start of which nobody knows', BLIND, UNKNOWN, true, null],
    ['by the start that was never sent, marked first', BLIND, UNSENT, false, ['marked as begun', 'start']],
    [
      'likewise where it could be found: there is nothing to find',
      FINDING,
      UNSENT,
      false,
      ['marked as begun', 'start'],
    ],
    ['by the same key where the vendor knows keys', KEYED, UNKNOWN, false, ['start']],
    ['by the same key where nothing was sent', KEYED, UNSENT, false, ['start']],
    ['later where it may only not be found yet', FINDING, UNKNOWN, false, ['find', 'waits']],
    ['by a new start where it would have been found by now', FINDING, UNKNOWN, true, ['find', 'start']],
    ['by look-up and key', { ...KEYED, find: true }, UNKNOWN, false, ['find', 'start']],
  ])('%s', async (_name, able, row, settled, asked) => {
    expect(await askedOf(able, row, settled)).toEqual(asked);
  });
});
