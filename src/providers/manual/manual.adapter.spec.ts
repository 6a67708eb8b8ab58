import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { ManualAdapter } from './manual.adapter.js';

const waiting = { checkType: 'review', outcome: 'pending', reason: 'manual_review' } as const;

const cases: readonly ContractCase[] = [
  { ...waiting, name: 'a check without input', verificationType: 'identity', input: {} },
  {
    ...waiting,
    name: 'a check with a note',
    verificationType: 'business_entity',
    input: { note: 'Ask for Erika Mustermann.' },
    privateValues: ['Erika'],
  },
];

describeAdapterContract({ adapter: ManualAdapter, cases });

describe('ManualAdapter', () => {
  const clock = new ScriptedClock();
  const adapter = new ManualAdapter({ clock, http: undefined as never });

  it('waits for a person, so that the waiting window stands still', async () => {
    expect(await adapter.start()).toEqual({
      outcome: 'pending',
      reason: 'manual_review',
      awaiting: 'review',
      observedAt: clock.now(),
    });
  });

  it('waits on when it is asked again', async () => {
    expect(await adapter.fetch()).toEqual(await adapter.start());
  });

  it('has one way of checking for each type of verification', () => {
    expect(adapter.checks.map(({ verificationType, checkType }) => [verificationType, checkType])).toEqual([
      ['identity', 'review'],
      ['age', 'review'],
      ['business_entity', 'review'],
      ['business_identity', 'review'],
    ]);
  });
});
