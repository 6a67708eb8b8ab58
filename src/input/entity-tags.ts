import type { ValidationError } from '../errors/index.js';
import { headerFault, headerValues } from './headers.js';
import type { HeaderSource } from './headers.js';

/** One entity tag (RFC 9110, section 8.8.3) without its quotes. */
export interface EntityTag {
  readonly weak: boolean;
  readonly opaque: string;
}

/** What a precondition names: any representation at all, or one of these. */
export type EntityTags = '*' | readonly EntityTag[];

/**
 * `If-Match` (RFC 9110, section 13.1.1); null when absent. Several headers are one list.
 * Throws a `ValidationError` for what is neither `*` nor a list of entity tags.
 */
export function readIfMatch(source: HeaderSource): EntityTags | null {
  return readEntityTags(source, 'if-match');
}

/** `If-None-Match` (RFC 9110, section 13.1.2), read like {@link readIfMatch}. */
export function readIfNoneMatch(source: HeaderSource): EntityTags | null {
  return readEntityTags(source, 'if-none-match');
}

/** Strong comparison, for `If-Match`: equal and neither weak. `current` is our own tag without quotes, always strong. */
export function matchesStrongly(tags: EntityTags, current: string): boolean {
  return tags === '*' || tags.some(({ weak, opaque }) => !weak && opaque === current);
}

/** Weak comparison, for `If-None-Match`: equal, weak or not. `current` is our own tag without quotes. */
export function matchesWeakly(tags: EntityTags, current: string): boolean {
  return tags === '*' || tags.some(({ opaque }) => opaque === current);
}

function readEntityTags(source: HeaderSource, name: string): EntityTags | null {
  const values = headerValues(source, name);
  if (values.length === 0) return null;
  const list = values.join(',');
  return list.trim() === '*' ? '*' : entityTags(list, name);
}

function entityTags(list: string, name: string): readonly EntityTag[] {
  const tag = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/y;
  const gap = /[ \t,]*/y;
  const tags: EntityTag[] = [];
  for (let at = 0; ; at = tag.lastIndex) {
    gap.lastIndex = at;
    const between = gap.exec(list)?.[0] ?? '';
    if (gap.lastIndex === list.length) break;
    // Empty elements are allowed (RFC 9110, section 5.6.1), a missing comma is not.
    if (tags.length > 0 && !between.includes(',')) throw malformed(name);
    tag.lastIndex = gap.lastIndex;
    const match = tag.exec(list);
    if (match === null) throw malformed(name);
    tags.push({ weak: match[1] !== undefined, opaque: match[2] ?? '' });
  }
  if (tags.length === 0) throw malformed(name);
  return tags;
}

function malformed(name: string): ValidationError {
  return headerFault(name, 'INVALID_FORMAT', 'must be * or a list of quoted entity tags.');
}
