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

  it('are kept free for other lanes, however many tenants wait in one', () => {
    const hands = new Hands();
    expect(
      busyWith(
        hands,
        many(100, (index) => row(String(index), 'hangs')),
      ),
    ).toHaveLength(24);
    const other = row('0', 'works');
    expect(hands.choose([row('new', 'hangs'), other])).toEqual([other]);
    expect(hands.room).toBe(8);
  });

  it('take 32 rows at most', () => {
    const hands = new Hands();
    expect(
      busyWith(
        hands,
        many(100, (index) => row(String(index), String(index))),
      ),
    ).toHaveLength(32);
    expect([hands.room, hands.choose([row('new', 'new')])]).toEqual([0, []]);
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
    expect(hands.room).toBe(31);
    finish();
    await hands.oneFree();
    await hands.empty();
    expect(hands.room).toBe(32);
  });

  it('make nobody wait for one of none', async () => {
    const hands = new Hands();
    await Promise.all([hands.oneFree(), hands.empty()]);
    expect(hands.room).toBe(32);
  });
});
