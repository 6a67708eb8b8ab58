import { parse } from 'mrz';
import type { Details, FieldName, ParseResult } from 'mrz';

/** A machine-readable zone, read but not yet judged. */
export interface MrzReading {
  readonly format: 'TD1' | 'TD2' | 'TD3';
  /** Fields whose check digit is wrong, e.g. `documentNumber`, `composite`. */
  readonly wrongCheckDigits: readonly string[];
  /** Fields that hold characters which their place does not allow. */
  readonly malformed: readonly string[];
  /** Fields with a value that the library does not know, e.g. a new state. */
  readonly unknown: readonly string[];
  /** Three characters, without fillers; e.g. `D`, `UTO`. */
  readonly issuingState: string;
  /** `YYMMDD`, six fillers where the document does not expire, or anything else that stands there. */
  readonly expiry: string;
}

/** Codes of Doc 9303-3 that the library lacks. `UTO` is Utopia, the state of ICAO's own specimens. */
const MORE_STATES: ReadonlySet<string> = new Set(['UTO']);

const CHECK_DIGITS: Partial<Record<FieldName, string>> = {
  documentNumberCheckDigit: 'document_number',
  birthDateCheckDigit: 'birth_date',
  expirationDateCheckDigit: 'expiry_date',
  personalNumberCheckDigit: 'personal_number',
  compositeCheckDigit: 'composite',
};

const STATES: ReadonlySet<FieldName | null> = new Set<FieldName>(['issuingState', 'nationality']);
const FORMS: ReadonlySet<FieldName | null> = new Set<FieldName>(['birthDate', 'expirationDate']);

/** Lines x characters of the formats of ICAO Doc 9303-4 (TD3), -5 (TD1) and -6 (TD2). */
const SIZES = [
  { lines: 3, length: 30 },
  { lines: 2, length: 36 },
  { lines: 2, length: 44 },
];

/**
 * The lines of a zone: in upper case, without white space inside, cut where they came as one line; null where their number
 * or length is that of no TD format, or where a character stands that no zone holds.
 */
export function mrzLines(text: string): string[] | null {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\s/g, '').replace(/[a-z]+/g, (letters) => letters.toUpperCase()))
    .filter((line) => line !== '');
  const joined = lines.join('');
  if (!/^[A-Z0-9<]+$/.test(joined)) return null;
  const size = SIZES.find(({ lines: count, length }) => joined.length === count * length && fits(lines, count, length));
  return size === undefined
    ? null
    : Array.from({ length: size.lines }, (_, row) => joined.slice(row * size.length, (row + 1) * size.length));
}

function fits(lines: readonly string[], count: number, length: number): boolean {
  return lines.length === 1 || (lines.length === count && lines.every((line) => line.length === length));
}

/** Reads lines from {@link mrzLines}; null for a zone of another kind: visas, old French cards. Throws only for a bug. */
export function readMrz(lines: readonly string[]): MrzReading | null {
  const result = parse([...lines]);
  if (!isTravelDocument(result) || lines[0]?.startsWith('V') === true) return null;
  const faults = result.details.filter((detail) => !detail.valid && !tolerated(detail, result.details));
  const named = (wanted: (detail: Details) => boolean): string[] =>
    faults.filter(wanted).map(({ field }) => field ?? 'filler');
  const isCheckDigit = ({ field }: Details): boolean => field !== null && field in CHECK_DIGITS;
  const isMalformed = (detail: Details): boolean => FORMS.has(detail.field) || hasDigitInName(detail);
  return {
    format: result.format,
    wrongCheckDigits: faults
      .filter(isCheckDigit)
      .map(({ field }) => (field === null ? '' : (CHECK_DIGITS[field] ?? field))),
    malformed: named(isMalformed),
    unknown: named((detail) => !isCheckDigit(detail) && !isMalformed(detail)),
    issuingState: raw(result.details, 'issuingState').replaceAll('<', ''),
    expiry: raw(result.details, 'expirationDate'),
  };
}

function isTravelDocument(result: ParseResult): result is ParseResult & { format: MrzReading['format'] } {
  return result.format === 'TD1' || result.format === 'TD2' || result.format === 'TD3';
}

/** The library's own word is too strict for a state that it lacks, a date left open, and a name without a second part. */
function tolerated(detail: Details, details: readonly Details[]): boolean {
  if (STATES.has(detail.field)) return MORE_STATES.has(rawOf(detail).replaceAll('<', ''));
  if (detail.field === 'birthDateCheckDigit') return rawOf(detail) === '<' && raw(details, 'birthDate') === '<<<<<<';
  if (detail.field === 'expirationDateCheckDigit')
    return rawOf(detail) === '<' && raw(details, 'expirationDate') === '<<<<<<';
  if (detail.field === 'firstName') return !hasDigitInName(detail);
  return false;
}

function hasDigitInName(detail: Details): boolean {
  return (detail.field === 'lastName' || detail.field === 'firstName') && /\d/.test(rawOf(detail));
}

function raw(details: readonly Details[], field: FieldName): string {
  const detail = details.find((candidate) => candidate.field === field);
  if (detail === undefined) throw new Error(`mrz gave no ${field}`);
  return rawOf(detail);
}

/** The characters at a field's place. The library sets them on every range; its type forgets to say so. */
function rawOf(detail: Details): string {
  return (detail.ranges[0] as { raw?: string } | undefined)?.raw ?? '';
}
