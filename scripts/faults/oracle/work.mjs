/** After everything has settled nothing is later than this. */
const LATE_MS = 30_000;

/**
 * What is wrong with the rows' work once all has settled: nobody holds any, none is late, and whatever still waits for a provider is going to be
 * asked about.
 * @param {import('./world.mjs').World} world
 * @returns {import('./oracle.mjs').Fault[]}
 */
export function faultsOfWork({ rows }) {
  return rows.flatMap(({ id, leased, lateMs, status, awaiting }) => {
    const stuck = (text) => [{ kind: 'stuck', text: `${id} ${text}` }];
    if (leased) return stuck('is still in the hands of a process');
    if (lateMs !== null && lateMs > LATE_MS) return stuck(`has been due for ${Math.round(lateMs)} ms`);
    return status === 'pending' && awaiting !== 'review' && lateMs === null ? stuck('waits and is never due') : [];
  });
}
