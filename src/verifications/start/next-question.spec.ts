import type { ProviderAdapter, ProviderCapabilities } from '../../providers/provider-adapter.js';
import { ProviderFault } from '../../providers/fault-observation.js';
import { type Askable, neverArrived, nextQuestion, questionWithoutInput } from './next-question.js';

type Row = Askable & { readonly settled: boolean };

const UNSENT: Row = { providerReference: null, startRefused: true, settled: false };
const UNKNOWN: Row = { ...UNSENT, startRefused: false };
const LONG_AGO: Row = { ...UNKNOWN, settled: true };
const REFERRED: Row = { ...UNKNOWN, providerReference: 'ref' };

type Able = Pick<ProviderCapabilities, 'fetch' | 'find' | 'idempotentStart'>;
const BLIND: Able = { fetch: 'by_reference', find: false, idempotentStart: false };
const FINDING: Able = { ...BLIND, find: true };
const KEYED: Able = { ...BLIND, idempotentStart: true };

/** What an adapter is asked, in order; it has never heard of the check. */
async function askedOf(able: Able, { settled, ...row }: Row, withInput = true): Promise<string[] | null> {
  const asked: string[] = [];
  const answer = (name: string, said: unknown) => (): Promise<unknown> => {
    asked.push(name);
    return Promise.resolve(said);
  };
  const methods = { start: answer('start', {}), fetch: answer('fetch', {}), findByOurReference: answer('find', null) };
  const adapter = { capabilities: able, ...methods } as unknown as ProviderAdapter;
  const without = questionWithoutInput(adapter, row, answer('missing', {}) as never);
  const question = withInput ? nextQuestion(adapter, row, settled) : without && { ask: without, starts: false };
  if (!question) return null;
  if (question.starts) asked.push('marked as begun');
  await question.ask({} as never, {} as never).catch((error: unknown) => {
    if (!(error instanceof ProviderFault)) throw error;
    asked.push(neverArrived(error.retry) ? 'never arrived' : 'waits');
  });
  return asked;
}

describe('how a check is asked about again', () => {
  it.each<[string, Able, Row, string[] | null]>([
    ['by its reference', BLIND, REFERRED, ['fetch']],
    ['not at all where nothing can be read', { ...BLIND, fetch: 'none' }, REFERRED, null],
    ['afresh where asking means that', { ...BLIND, fetch: 'rerun' }, UNKNOWN, ['fetch']],
    ['not at all after a start of which nobody knows', BLIND, LONG_AGO, null],
    ['by the start that was never sent, marked first', BLIND, UNSENT, ['marked as begun', 'start']],
    ['likewise where it could be found: there is nothing to find', FINDING, UNSENT, ['marked as begun', 'start']],
    ['by the same key where the vendor knows keys', KEYED, UNKNOWN, ['start']],
    ['by the same key where nothing was sent', KEYED, UNSENT, ['start']],
    ['later where it may only not be found yet', FINDING, UNKNOWN, ['find', 'waits']],
    [
      'later by a start where it would have been found by now, once that is put down',
      FINDING,
      LONG_AGO,
      ['find', 'never arrived'],
    ],
    ['by look-up and key', { ...KEYED, find: true }, UNKNOWN, ['find', 'start']],
  ])('%s', async (_name, able, row, asked) => {
    expect(await askedOf(able, row)).toEqual(asked);
  });
});

describe('how a check is asked about again of which nobody knows any more what it is about', () => {
  it.each<[string, Able, Row, string[] | null]>([
    ['by its reference', BLIND, REFERRED, ['fetch']],
    ['not at all where nothing can be read', { ...BLIND, fetch: 'none' }, REFERRED, null],
    ['not at all where asking means asking afresh', { ...BLIND, fetch: 'rerun' }, REFERRED, null],
    ['not at all where it could only be started', KEYED, UNKNOWN, null],
    [
      'by a look-up alone, also where it would be started anew',
      { ...KEYED, find: true },
      LONG_AGO,
      ['find', 'missing'],
    ],
    ['not at all where nothing was sent', FINDING, UNSENT, null],
  ])('%s', async (_name, able, row, asked) => {
    expect(await askedOf(able, row, false)).toEqual(asked);
  });
});
