import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { RandomIds } from '../platform/ids.js';

const KEY = '[A-Za-z0-9_-]{43}';
const BYTES = '[A-Za-z0-9+/]{43}=';

const schema = z.strictObject({
  organizationId: z.uuidv7(),
  liveKey: z.string().regex(new RegExp(`^sk_live_${KEY}$`)),
  testKey: z.string().regex(new RegExp(`^sk_test_${KEY}$`)),
  keyRing: z.string().regex(new RegExp(`^[A-Za-z0-9_-]{1,32}:${BYTES}$`)),
  cursorSecret: z.string().regex(new RegExp(`^${BYTES}$`)),
});

/**
 * What a development server needs and nobody should have to invent: an organization with a live and a test API key, a key
 * ring (`<id>:<32 bytes in base64>`) and a cursor secret (32 bytes in base64). Never used in production.
 */
export type DevelopmentSecrets = Readonly<z.infer<typeof schema>>;

/** A folder of development secrets that can't be used. The message names the file, never its content. */
export class DevelopmentSecretsError extends Error {
  override readonly name = 'DevelopmentSecretsError';
}

/**
 * The secrets in `<folder>/development.json` (mode 600), made at the first call and the same ever after, also when two
 * processes make the first call together. Throws a {@link DevelopmentSecretsError} where they can't be read or made.
 */
export function loadDevelopmentSecrets(folder: string): DevelopmentSecrets {
  const file = join(folder, 'development.json');
  if (!fs.existsSync(file)) {
    make(folder, file);
  }
  // Copied or unpacked, both may have come with the rights of whoever's umask it was. Passing through the folder stays
  // allowed where it is: a server that runs as somebody else has its data below.
  tighten(file, 0o177);
  tighten(folder, 0o066);
  return read(file);
}

function make(folder: string, file: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeOnce(file, JSON.stringify(makeSecrets(), null, 2));
  } catch (error) {
    throw new DevelopmentSecretsError(`${file} can't be made (${codeOf(error)})`, { cause: error });
  }
}

const STICKY = 0o1000;

/** Takes rights away; not from what is shared on purpose, and not where it isn't ours to say. */
function tighten(path: string, rights: number): void {
  const { mode } = fs.statSync(path);
  if ((mode & rights) === 0 || (mode & STICKY) !== 0) return;
  try {
    fs.chmodSync(path, mode & 0o777 & ~rights);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
}

function makeSecrets(): DevelopmentSecrets {
  const bytes = (): Buffer => randomBytes(32);
  return {
    organizationId: new RandomIds().next(),
    liveKey: `sk_live_${bytes().toString('base64url')}`,
    testKey: `sk_test_${bytes().toString('base64url')}`,
    keyRing: `dev-${randomBytes(4).toString('hex')}:${bytes().toString('base64')}`,
    cursorSecret: bytes().toString('base64'),
  };
}

// Complete and on the disk before it gets its name: nobody reads half of it, and of two writers the first one counts.
function writeOnce(file: string, text: string): void {
  const fresh = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  fs.writeFileSync(fresh, text, { mode: 0o600, flag: 'wx', flush: true });
  try {
    fs.linkSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(fresh);
  }
}

function read(file: string): DevelopmentSecrets {
  let content: unknown;
  try {
    content = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw damaged(file, error instanceof SyntaxError ? 'is no JSON' : `can't be read (${codeOf(error)})`);
  }
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  throw damaged(
    file,
    `is wrong in ${result.error.issues.map(({ path }) => path.join('.') || 'its members').join(', ')}`,
  );
}

// No cause goes along: a parser's message quotes what it reads.
function damaged(file: string, problem: string): DevelopmentSecretsError {
  return new DevelopmentSecretsError(
    `${file} ${problem}. Repair it, or remove it to get new secrets: what the old ones encrypted is lost.`,
  );
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
