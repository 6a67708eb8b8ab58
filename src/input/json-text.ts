import type { FieldFaultCode } from '../errors/index.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** What the text says and the parsed tree no longer shows. */
export interface JsonTextFacts {
  /** Members as written; more than the tree has where names are repeated. */
  readonly members: number;
  /** Whether every number keeps its value as a double. */
  readonly exactNumbers: boolean;
}

/** Reads once over text that `JSON.parse` accepted. Linear. */
export function scanJson(text: string): JsonTextFacts {
  let members = 0;
  let exactNumbers = true;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(text, at);
    else if (unit === COLON) members++;
    else if (isNumberStart(unit)) {
      const end = endOfNumber(text, at);
      exactNumbers &&= keepsItsValue(text, at, end);
      at = end - 1;
    }
  }
  return { members, exactNumbers };
}

/** Where something is wrong with the text. */
export interface JsonTextFault {
  readonly path: readonly string[];
  readonly code: Extract<FieldFaultCode, 'REPEATED_FIELD' | 'OUT_OF_RANGE'>;
}

/** An object or array that is open at some place in the text. */
interface Frame {
  /** Names met so far; null in an array. */
  readonly names: Set<string> | null;
  /** Where in the container: a name or an index. */
  key: string;
  index: number;
}

/** The first repeated member or inexact number of text that `JSON.parse` accepted; null when there is none. Linear. */
export function findJsonTextFault(text: string): JsonTextFault | null {
  const frames: Frame[] = [];
  const path = (): string[] => frames.map(({ key }) => key);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const frame = frames.at(-1);
    if (unit === QUOTE) {
      const end = endOfString(text, at);
      if (frame?.names && isFollowedByColon(text, end + 1)) {
        frame.key = JSON.parse(text.slice(at, end + 1)) as string;
        if (frame.names.has(frame.key)) return { path: path(), code: 'REPEATED_FIELD' };
        frame.names.add(frame.key);
      }
      at = end;
    } else if (isNumberStart(unit)) {
      const end = endOfNumber(text, at);
      if (!keepsItsValue(text, at, end)) return { path: path(), code: 'OUT_OF_RANGE' };
      at = end - 1;
    } else step(frames, unit, frame);
  }
  return null;
}

function step(frames: Frame[], unit: number, frame: Frame | undefined): void {
  if (unit === OPEN_BRACE) frames.push({ names: new Set(), key: '', index: 0 });
  else if (unit === OPEN_BRACKET) frames.push({ names: null, key: '0', index: 0 });
  else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) frames.pop();
  else if (unit === COMMA && frame?.names === null) frame.key = String(++frame.index);
}

/** The index of the closing quote. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    // Stops at the character before the run, so that every backslash is counted once in the whole text.
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
}

function isFollowedByColon(text: string, start: number): boolean {
  let at = start;
  while (text.charCodeAt(at) <= 0x20) at++;
  return text.charCodeAt(at) === COLON;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function isNumberStart(unit: number): boolean {
  return isDigit(unit) || unit === MINUS;
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Digits, `+`, `-`, `.`, `e`, `E`: nothing else can stand in a number, and none of them directly after one.
    if (!isDigit(unit) && unit !== 0x2b && unit !== MINUS && unit !== 0x2e && (unit | 0x20) !== 0x65) break;
  }
  return at;
}

/** Any decimal of at most 15 digits survives a double, so most numbers need no second look. */
function keepsItsValue(text: string, start: number, end: number): boolean {
  if (end - start === 1) return true;
  const literal = text.slice(start, end);
  if (literal.length <= 15 && !/[eE]/.test(literal)) return true;
  const value = Number(literal);
  return isKeptNumber(value) && significantDigits(literal) === significantDigits(String(value));
}

/** Whether a double is finite and, if whole, within 2^53-1, beyond which neighbouring integers fall together. */
export function isKeptNumber(value: number): boolean {
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value));
}

/** The digits of a number without sign, point, exponent and the zeros at both ends; empty for zero. */
function significantDigits(literal: string): string {
  const digits = (literal.split(/[eE]/, 1)[0] ?? '').replace(/[-.]/g, '');
  let start = 0;
  let end = digits.length;
  while (digits.charCodeAt(start) === 0x30) start++;
  while (end > start && digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(start, end);
}
