import { z } from 'zod';

/** A whole number. */
export const whole = (least: number, most: number): z.ZodType<number> =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be from ${String(least)} to ${String(most)}`);

/** A URL of one of the protocols; `kind` is how a fault calls it. */
export const url = (protocol: RegExp, kind: string): z.ZodType<string> =>
  z.url({ protocol, error: `must be a ${kind} URL` });
/** Where a database is. */
export const postgresUrl = url(/^postgres(ql)?$/, 'postgres://');
/** Keys with their ids. */
export const keyRing = z
  .string()
  .refine(isKeyRing, 'must be <id>:<32 bytes in base64>, several divided by commas, ids unique');
/** A secret of 32 bytes, in base64. */
export const secret = z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 bytes in base64');

/** Names divided by commas. */
export const names = z.string().transform((list) =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
);

/** A JSON object. What it holds is judged by who knows: see `JudgeConnections`. */
export const jsonObject = z
  .string()
  .transform((json) => parsed(json))
  .pipe(z.record(z.string(), z.unknown(), 'must be a JSON object'));

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isKeyRing(ring: string): boolean {
  const entries = ring.split(',').map((entry) => /^([A-Za-z0-9_-]{1,32}):[A-Za-z0-9+/]{43}=$/.exec(entry.trim())?.[1]);
  return !entries.includes(undefined) && new Set(entries).size === entries.length;
}
