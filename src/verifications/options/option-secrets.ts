import { KeyRing } from '../../vault/index.js';
import { Cursors } from '../cursors.js';
import type { ModuleOptions } from './verifications.module-options.js';

const SECRET = /^[A-Za-z0-9+/]{43}=$/;

/** The key ring of the module's options. Throws a `TypeError` that names option and fault, never a key. */
export function keyRingOf({ keyRing }: Pick<ModuleOptions, 'keyRing'>): KeyRing {
  if (typeof (keyRing as unknown) !== 'string') throw new TypeError('keyRing must be text');
  try {
    return KeyRing.parse(keyRing);
  } catch (error) {
    throw new TypeError(`keyRing: ${(error as Error).message}`, { cause: error });
  }
}

/** Cursors by the module's options; the secret comes from the key ring where none is given. Throws like {@link keyRingOf}. */
export function cursorsOf({ cursorSecret, keyRing }: Pick<ModuleOptions, 'keyRing' | 'cursorSecret'>): Cursors {
  if (cursorSecret === undefined) return Cursors.derivedFrom(keyRingOf({ keyRing }));
  // A shorter one, or text that base64 merely ignores parts of, would be guessed or be the same for several.
  if (!SECRET.test(cursorSecret)) throw new TypeError('cursorSecret must be 32 bytes in base64');
  return new Cursors(Buffer.from(cursorSecret, 'base64'));
}
