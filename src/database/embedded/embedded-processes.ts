import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const LINUX = process.platform === 'linux';

/**
 * What tells a process from a later one with the same id: its start time as the system prints it.
 * `null` when no such process runs; a zombie counts as gone.
 */
export function incarnationOf(pid: number): string | null {
  if (!LINUX) return ps(['-p', String(pid), '-o', 'lstart='])?.replace(/\W+/g, '') ?? null;
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The second field is the program's name in parentheses and may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

/** The command line of a process, arguments joined by blanks; `null` when it is gone, a zombie or not ours to see. */
export function commandOf(pid: number): string | null {
  const line = LINUX
    ? readOrNull(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ')
    : ps(['-p', String(pid), '-o', 'args=']);
  return line === undefined || line === null || line.trim() === '' ? null : line.trim();
}

/** Whether any process on this machine has a command line that `matches` accepts. */
export function someProcess(matches: (command: string) => boolean): boolean {
  if (!LINUX) return (ps(['-A', '-o', 'args=']) ?? '').split('\n').some(matches);
  return readdirSync('/proc').some((name) => {
    const command = /^\d+$/.test(name) ? commandOf(Number(name)) : null;
    return command !== null && matches(command);
  });
}

// /proc is read where there is one: slim images have no `ps`.
function ps(args: readonly string[]): string | null {
  try {
    const text = execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
