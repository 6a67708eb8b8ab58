/** How many rows may be spent on making one failing set small. */
const MOST_TRIES = 300;

/**
 * The smallest case that still has a fault, in words: orders are left out first, then observations, then repetitions and sweeps.
 * @param {{ set: import('./sets.mjs').HappeningsSet, orders: import('./sets.mjs').Step[][] }} failing
 * @param {(failing: object) => Promise<string[]>} judge
 */
export async function smallest(failing, judge) {
  let left = MOST_TRIES;
  const fails = async (smaller) => (left -= 1) > 0 && (await judge(smaller)).length > 0;
  let found = await fewestOrders(failing, fails);
  for (let again = true; again && left > 0;) {
    again = false;
    for (const smaller of smallerOnes(found)) {
      if (!(await fails(smaller))) continue;
      found = smaller;
      again = true;
      break;
    }
  }
  return `smallest:\n${words(found)}\n  ${(await judge(found)).join('\n  ')}`;
}

async function fewestOrders({ set, orders }, fails) {
  for (const order of orders) {
    const alone = { set, orders: [order] };
    if (await fails(alone)) return alone;
  }
  for (const order of orders.slice(1)) {
    const two = { set, orders: [orders[0], order] };
    if (await fails(two)) return two;
  }
  return { set, orders };
}

function* smallerOnes({ set, orders }) {
  for (const item of set.items) {
    const items = set.items.filter((other) => other !== item);
    yield { set: { ...set, items }, orders: orders.map((order) => order.filter((step) => step.item !== item)) };
  }
  for (const [index, order] of orders.entries()) {
    for (const step of order.slice(0, -1)) {
      // When it is heard first is part of the story.
      if (step.item.kind !== 'clock' && order.find(({ item }) => item === step.item) === step) continue;
      const shorter = order.filter((other) => other !== step);
      yield { set, orders: orders.with(index, shorter) };
    }
  }
}

function words({ set, orders }) {
  const name = (item) => (item.kind === 'clock' ? 'clock' : `${item.kind} ${set.items.indexOf(item)}`);
  const told = ({ at, item, manner }) => `${at.toFixed(2)}h ${name(item)}${manner ? ` (${manner})` : ''}`;
  return [
    ...set.items.map((item, index) => `  ${index}: ${JSON.stringify(item)}`),
    `  validity ${set.validityDays} days`,
    ...orders.map((order) => `  order: ${order.map(told).join(', ')}`),
  ].join('\n');
}
