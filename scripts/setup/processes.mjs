import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * What tells a process from a later one with the same id: its start time. `null` when no such process runs (a zombie
 * counts as gone).
 */
export function incarnationOf(pid) {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** `<pid>.<incarnation>` of this process or another: a name that no second process ever has. */
export function identityOf(pid = process.pid) {
  return `${pid}.${incarnationOf(pid)}`;
}

/** Whether the process that {@link identityOf} named still runs. */
export function isAlive(identity) {
  const [pid, incarnation] = identity.split('.');
  return incarnation !== undefined && incarnation !== 'null' && incarnationOf(Number(pid)) === incarnation;
}

function fromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may itself hold blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19];
  } catch {
    return null;
  }
}

function fromPs(pid) {
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return execFileSync('ps', ['-p', String(pid), '-o', 'lstart='], options).replace(/\W+/g, '') || null;
  } catch {
    return null;
  }
}
