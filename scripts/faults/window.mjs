/**
 * How a consumer was answered while something was away: the attempts that were sent or answered within the window.
 * @param {import('./consumer/consumer.mjs').Attempt[]} attempts
 * @param {{ from: number, to: number }} window of `performance.now()`
 * @returns {string} e.g. `during: 41 x 503 (half within 5003 ms, all within 5011 ms), 3 x 200 (..)`
 */
export function describeWindow(attempts, { from, to }) {
  const during = attempts.filter(({ sentAt, tookMs }) => sentAt < to && sentAt + tookMs > from);
  const byStatus = Map.groupBy(during, ({ kind, status }) => `${kind} ${status === 0 ? 'unanswered' : status}`);
  const parts = [...byStatus].sort().map(([what, list]) => {
    const took = list.map(({ tookMs }) => tookMs).sort((one, other) => one - other);
    return `${list.length} x ${what} (half within ${Math.round(took[took.length >> 1])} ms, all within ${Math.round(took.at(-1))} ms)`;
  });
  return `in ${((to - from) / 1000).toFixed(1)} s: ${parts.length === 0 ? 'nothing was asked' : parts.join(', ')}`;
}
