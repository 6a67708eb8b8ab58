import { z } from 'zod';

/** Where callbacks go, and what they are signed with: several secrets while one replaces another. */
export interface CallbackTarget {
  readonly url: string;
  readonly secrets: readonly string[];
}

/** Reads a {@link CallbackTarget}. Loopback addresses alone: a vendor for playing has no business elsewhere. */
export const callbackTarget = z.strictObject({
  url: z.string().max(2048).refine(isLoopback, 'Must be http(s) to 127.0.0.0/8 or [::1], without user and password.'),
  secrets: z.array(z.string().min(1).max(255)).min(1).max(4),
}) satisfies z.ZodType<CallbackTarget>;

function isLoopback(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return false;
  // The parser has turned every way of writing an IPv4 address into four numbers.
  return /^127\.\d+\.\d+\.\d+$/.test(url.hostname) || url.hostname === '[::1]';
}
