import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A block of commands in the README, and the answer that stands below it, if one does. */
export interface ReadmeStep {
  readonly commands: string;
  readonly answer: string | null;
}

/** The steps that a reader is told to type, in their order. */
export function readmeSteps(file = 'README.md'): ReadmeStep[] {
  const text = readFileSync(join(process.cwd(), file), 'utf8');
  return [...text.matchAll(/```sh\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g)].map(
    ([, commands = '', answer = null]) => ({ commands, answer }),
  );
}

/** Whether the step is one with a service and a vendor in processes of their own. */
export function needsPlayedVendor({ commands }: ReadmeStep): boolean {
  return commands.includes('-d decision=');
}

/** Where the reader's shell is. */
export interface Reader {
  readonly url: string;
  readonly key: string;
  /** The present, in milliseconds, for what the commands ask of Node. */
  readonly now: number;
}

/** Types every step into one `sh` and returns what each printed. `curl` and `node` are this Node: a machine may lack both. */
export async function typeInto(steps: readonly ReadmeStep[], { url, key, now }: Reader): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cv-readme-'));
  try {
    command(
      folder,
      'node',
      `exec "${process.execPath}" --import 'data:text/javascript,Date.now=()=>${String(now)}' "$@"`,
    );
    command(
      folder,
      'curl',
      `exec "${process.execPath}" "${join(process.cwd(), 'test/support/documents/curl.mjs')}" "$@"`,
    );
    const typed = steps.map(({ commands }) =>
      commands.replace(/^URL=.*$/m, `URL=${url}`).replace(/^KEY=.*$/m, `KEY=${key}`),
    );
    const printed = await shell(folder, typed.map((text) => `${text}\nprintf '${MARK}'\n`).join(''));
    return printed.split(MARK).slice(0, -1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines of a text with what differs each time replaced by its kind; of JSON text the one line that it is. */
export function withoutChance(text: string): string[] {
  const whole = text.trim().replaceAll('\r', '');
  return (whole.startsWith('{') ? whole.replaceAll('\n', '') : whole)
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '<time>')
    .replace(/"evaluated_on":"\d{4}-\d{2}-\d{2}"/g, '"evaluated_on":"<date>"')
    .replace(/http:\/\/127\.0\.0\.1:\d+\/hosted\/[\w-]+/g, '<link>')
    .split('\n');
}

const MARK = '@@ the end of a step @@';

function command(folder: string, name: string, line: string): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
}

function shell(folder: string, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
    const child = spawn('sh', ['-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk) => (said.out += String(chunk)));
    child.stderr.on('data', (chunk) => (said.err += String(chunk)));
    child.on('error', reject);
    child.on('close', () => (said.err === '' ? resolve(said.out) : reject(new Error(said.err))));
  });
}
