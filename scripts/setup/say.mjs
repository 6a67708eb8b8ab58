/** Progress goes to standard error: what a command prints as its result stays alone on standard output. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** A failure whose message is meant for the person at the terminal; no stack is shown. */
export class SetupError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
