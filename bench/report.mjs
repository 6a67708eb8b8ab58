const MEASURES = [
  ['throughput', ({ count, seconds }) => count / seconds],
  ['p50', ({ p50 }) => p50],
  ['p99', ({ p99 }) => p99],
  ['CPU of the server', ({ cpu, count }) => cpu / count],
];

/**
 * Lines that say how the service stands to each server beside it: for each measure the median over the rounds of the ratio within
 * a round, and the least and greatest of them.
 * @param {string} title
 * @param {readonly Record<string, object>[]} rounds measurements by server
 * @returns {string[]}
 */
export function describeScenario(title, rounds) {
  const [first] = rounds;
  const others = Object.keys(first).filter((name) => name !== 'service');
  const head = row(
    title,
    MEASURES.map(([name]) => name),
  );
  return [
    head,
    ...others.map((other) =>
      row(
        `  service / ${other}`,
        MEASURES.map(([, measure]) => ratios(rounds, other, measure)),
      ),
    ),
  ];
}

function ratios(rounds, other, measure) {
  const all = rounds.map((round) => measure(round.service) / measure(round[other])).sort((one, two) => one - two);
  const range = all.length > 1 ? ` (${all[0].toFixed(2)}-${all.at(-1).toFixed(2)})` : '';
  return `${median(all).toFixed(2)}${range}`;
}

function median(sorted) {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function row(label, cells) {
  return [label.padEnd(52), ...cells.map((cell) => cell.padEnd(20))].join('').trimEnd();
}
