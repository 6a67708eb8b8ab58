import type { TruliooSettings } from './trulioo.connection.js';
import type { TruliooAnswer } from './trulioo.messages.js';

/** What an error means: nothing, that a source was out of order, or that something was not asked, and will not be. */
export type Trouble = TruliooSettings['error_codes'][string];

const USUAL: Readonly<Record<string, Trouble>> = {
  // No connection to a source, no answer, an error of its own, out of time, and whatever else.
  ...of('outage', ['1000', '1002', '1003', '1010', '2000']),
  // A field is missing, unknown, ill-formed or double; a state that is not covered; no consent, or to nobody.
  ...of('review', ['1001', '1004', '1005', '1006', '1007', '1008', '1009', '1011', '1015']),
  // No mobile number, a wrong one, an unknown carrier.
  ...of('review', ['4001', '4002', '4003']),
  // What was made of the address.
  ...of('ignore', ['3000', '3001', '3002', '3003', '3004', '3005', '3008', '3009']),
};

function of(trouble: Trouble, codes: readonly string[]): Readonly<Record<string, Trouble>> {
  return Object.fromEntries(codes.map((code) => [code, trouble]));
}

/** The codes of all errors of an answer: its own, those of its record and of each source. */
export function codesOf({ Errors, Record: record }: TruliooAnswer): readonly string[] {
  const sources = (record.DatasourceResults ?? []).flatMap((source) => source.Errors);
  return [...new Set([...Errors, ...record.Errors, ...sources])];
}

/** The greatest trouble of an answer; null: none that counts. What was not asked, and will not be, is greater than what may be gone next time. */
export function troubleOf(answer: TruliooAnswer, { error_codes: told }: TruliooSettings): 'outage' | 'review' | null {
  const troubles = codesOf(answer).map((code): Trouble => {
    const table = [told, USUAL].find((one) => Object.hasOwn(one, code));
    return table?.[code] ?? 'review';
  });
  if (troubles.includes('review')) return 'review';
  return troubles.includes('outage') ? 'outage' : null;
}
