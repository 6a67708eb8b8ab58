import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const LOADER = fileURLToPath(new URL('typescript-loader.mjs', import.meta.url));
const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url));

/** A process of its own that runs a piece of our TypeScript. */
export interface TypeScriptProcess {
  readonly child: ChildProcess;
  /** The next line of its standard output, read as JSON; throws when it ends without one. */
  answer(): Promise<unknown>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts `code`, a module in which `src` is the path of our sources; `uid` makes it another user's. */
export function startTypeScript(code: string, uid?: number): TypeScriptProcess {
  const options = ['--disable-warning=ExperimentalWarning', '--import', LOADER, '--input-type=module', '--eval'];
  const identity = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [...options, `const src = ${JSON.stringify(SOURCES)};\n${code}`], {
    ...identity,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'exit').then(([exitCode, signal]) => (exitCode ?? signal) as number | string);
  const answer = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the process ended with ${await ended} and said nothing`);
    return JSON.parse(line.value);
  };
  return { child, answer, ended };
}
