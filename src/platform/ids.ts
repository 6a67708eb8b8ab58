import { v7 } from 'uuid';

/** A UUID of any version in its canonical text (RFC 9562, section 4), lower case. */
export const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Makes identifiers: UUID version 7 (RFC 9562), so that new rows lie side by side in an index. */
export abstract class Ids {
  abstract next(): string;
}

/** Identifiers from the machine's time and a cryptographic random source. */
export class RandomIds extends Ids {
  next(): string {
    return v7();
  }
}
