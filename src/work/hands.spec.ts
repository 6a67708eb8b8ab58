import { Hands } from './hands.js';
import type { DueRow } from './due-rows.js';

const row = (organizationId: string, lane: string, id = ''): DueRow => ({
  scope: { organizationId, livemode: false },
  id: `${organizationId} ${lane} ${id}`,
  lane,
});
const many = (count: number, make: (index: number) => DueRow): DueRow[] =>
  Array.from({ length: count }, (_, index) => make(index));
const forever = new Promise<void>(() => undefined);

function busyWith(hands: Hands, due: readonly DueRow[]): DueRow[] {
  const chosen = hands.choose(due);
  for (const each of chosen) hands.take(each, forever);
  return chosen;
}

describe('the hands of a process', () => {
  it('take 10 rows of one tenant’s lane, in order', () => {
    const due = many(40, (index) => row('one', 'p', String(index)));
    expect(new Hands().choose(due)).toEqual(due.slice(0, 10));
  });

  it('are kept free for other tenants, look after look', () => {
    const hands = new Hands();
    busyWith(
      hands,
      many(40, (index) => row('one', 'p', String(index))),
    );
    const [more, other] = [many(40, (index) => row('one', 'p', `later ${String(index)}`)), row('two', 'p')];
    expect(hands.choose([...more, other])).toEqual([other]);
  });

  // A hundred tenants wait for each provider, and none of the hands ever comes back.
  it.each([
    [1, [24]],
    [2, [24, 12]],
    [3, [24, 12, 6]],
    [8, [24, 12, 6, 3, 2, 1, 1, 1]],
    [20, [24, 12, 6, 3, 2, ...Array.from({ length: 15 }, () => 1)]],
  ])('that %i hanging providers have leave one for another', (count, shares) => {
    const hands = new Hands();
    const hanging = Array.from({ length: count }, (_, index) => `hangs-${String(index)}`);
    const had = hanging.map(
      (provider) =>
        busyWith(
          hands,
          many(100, (tenant) => row(String(tenant), `${provider} about-${String(tenant)}`)),
        ).length,
    );
    expect(had).toEqual(shares);
    const other = row('0', 'works');
    const again = hanging.map((provider) => row('new', provider));
    expect(hands.choose([...again, other])).toEqual(count < 6 ? expect.arrayContaining([other]) : [other]);
  });

  it('go to the tenant who has none of a provider before those who have some', () => {
    const hands = new Hands();
    const [one, two] = ['one', 'two'].map((tenant) => many(10, (index) => row(tenant, 'p', String(index))));
    busyWith(hands, [...one!, ...two!, ...many(3, (index) => row('three', 'p', String(index)))]);
    const [more, other] = [row('three', 'p', 'more'), row('four', 'p')];
    expect(hands.choose([more, other])).toEqual([other]);
  });

  it('are shared alike where the providers wait together', () => {
    const hands = new Hands();
    const due = many(300, (index) => row(String(index), `p-${String(index % 3)}`));
    const chosen = busyWith(hands, due).map(({ lane }) => lane);
    const shares = [0, 1, 2].map((index) => chosen.filter((lane) => lane === `p-${String(index)}`).length);
    expect(shares).toEqual([12, 12, 12]);
  });

  it('go to all of one lane, up to the bound of its tenant, whatever else it is called', () => {
    const due = many(40, (index) => row('one', `p about-${String(index % 2)}`, String(index)));
    expect(new Hands().choose(due)).toHaveLength(20);
  });

  it('take 48 rows, and of each further provider one', () => {
    const hands = new Hands();
    const due = (name: string): DueRow[] => many(100, (index) => row(String(index), `${name}-${String(index)}`));
    expect(busyWith(hands, due('p').slice(0, 48))).toHaveLength(48);
    const twice = due('q').flatMap((each) => [each, { ...each, id: `${each.id} again` }]);
    expect([hands.room, hands.choose(twice).length, hands.choose(due('p').slice(0, 48))]).toEqual([0, 100, []]);
  });

  it('are free again when the work is done', async () => {
    const hands = new Hands();
    let finish = (): void => undefined;
    hands.take(
      row('one', 'p'),
      new Promise((resolve) => {
        finish = resolve;
      }),
    );
    expect(hands.room).toBe(47);
    finish();
    await hands.oneFree();
    await hands.empty();
    expect(hands.room).toBe(48);
  });

  it('make nobody wait for one of none', async () => {
    const hands = new Hands();
    await Promise.all([hands.oneFree(), hands.empty()]);
    expect(hands.room).toBe(48);
  });
});
