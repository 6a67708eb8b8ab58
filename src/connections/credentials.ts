import { z } from 'zod';

const LONGEST_CREDENTIAL = 8_192;

/**
 * Credentials by name, whoever sets them up: the deployment or an organization. They travel in headers: what no header can hold would fail at each
 * call. The messages repeat no value.
 */
export const CREDENTIALS = z.record(
  z.string(),
  z
    .string('must be text')
    .min(1, 'must not be empty')
    .max(LONGEST_CREDENTIAL, `must have at most ${String(LONGEST_CREDENTIAL)} characters`)
    .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be plain text'),
  'must be an object',
);
