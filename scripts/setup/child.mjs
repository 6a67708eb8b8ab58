import { spawn } from 'node:child_process';

/**
 * Runs a program in our place: same terminal, our signals handed on. Ends this process as the program ended.
 * `started` is told its process id.
 */
export function become(command, args, { cwd, env, started }) {
  const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  child.once('error', (error) => {
    process.stderr.write(`${command} did not run: ${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const name of signals) process.removeListener(name, forward);
    // Whoever waits for us learns the true cause.
    process.kill(process.pid, signal);
  });
  if (child.pid !== undefined) started(child.pid);
}
