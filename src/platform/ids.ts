import { v7 } from 'uuid';

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
