const MOST_TOLD = 20;

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * The figures of rounds of one scenario, in one line.
 * @param {string} name
 * @param {{ round: import('./round.mjs').Round, judged: { faults: string[], found: import('./oracle/oracle.mjs').Fault[] } }[]} played
 */
export function describeScenario(name, played) {
  const sum = (figure) => played.reduce((total, each) => total + figure(each), 0);
  const most = (figure) => played.reduce((highest, each) => Math.max(highest, figure(each)), 0);
  const found = (kind) => sum(({ judged }) => judged.found.filter((fault) => fault.kind === kind).length);
  const answered = (status) =>
    sum(({ round }) => round.consumer.attempts.filter((attempt) => attempt.status === status).length);
  const figures = [
    [`rounds`, played.length],
    ['faults played', sum(({ round }) => round.figures.kills)],
    ['created', sum(({ round }) => round.requests.length)],
    ['acknowledged', sum(({ round }) => round.consumer.acknowledged.size)],
    ['lost', found('lost')],
    ['duplicates', found('duplicate')],
    ['billed twice', found('billed_twice')],
    ['in hand at kills', sum(({ round }) => round.heldAtKills)],
    ['slowest resume', seconds(most(({ round }) => round.figures.slowestResumeMs))],
    ['slowest answer', seconds(most(({ round }) => round.slowestAnswerMs()))],
    ['503', answered(503)],
    ['unanswered', answered(0)],
    ['wrong', sum(({ judged }) => judged.faults.length)],
  ];
  return `${name}: ${figures.map(([what, value]) => `${what} ${value}`).join(', ')}`;
}

/**
 * Everything that is wrong, in lines; none: all is well. Besides the rounds' own faults, what no round could see: what a vendor was asked
 * after the round had been judged.
 * @param {Parameters<typeof describeScenario>[1]} played
 * @param {import('./cluster/cluster.mjs').Cluster[]} clusters
 */
export function describeFaults(played, clusters) {
  const twice = clusters.flatMap(({ vendor }) => [...vendor.look().starts].filter(([, keys]) => keys.length > 1));
  const faults = [
    ...played.flatMap(({ round, judged }) => judged.faults.map((fault) => `${round.scenario} ${round.seed}: ${fault}`)),
    ...twice.map(([reference, keys]) => `${reference} was started ${keys.length} times at the vendor`),
  ];
  const rest = faults.length > MOST_TOLD ? [`and ${faults.length - MOST_TOLD} more`] : [];
  return [...faults.slice(0, MOST_TOLD), ...rest].map((fault) => `WRONG ${fault}`);
}
