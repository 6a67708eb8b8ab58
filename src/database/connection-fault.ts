import { sqlState } from './database.js';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at that address',
  ENOTFOUND: 'the host is not known',
  EAI_AGAIN: 'the host is not known at the moment',
  ETIMEDOUT: 'the host does not answer',
  EHOSTUNREACH: 'the host cannot be reached',
  '28P01': 'the server refuses user or password',
  '28000': 'the server refuses the user',
  '3D000': 'the server has no such database',
  '53300': 'the server has no connection left',
  '57P03': 'the server is starting up or shutting down',
};

/** In words, why a first connection to PostgreSQL failed; null where the error is about something else. No address, no name of a user. */
export function connectionFault(error: unknown): string | null {
  const { code, errors } = error as { code?: unknown; errors?: readonly unknown[] };
  // A name with several addresses fails once for each of them.
  const first = Array.isArray(errors) ? (errors[0] as { code?: unknown } | undefined)?.code : code;
  const key = sqlState(error) ?? (typeof first === 'string' ? first : '');
  const reason = REASONS[key];
  return reason === undefined ? null : `${reason} (${key})`;
}
