import { AppError } from '../errors/index.js';

/** A wrapping key is not in the ring; or it, a ciphertext or its place is another than it was. Either may be put right: 503. */
export class UnreadableEvidence extends AppError {
  override readonly name = 'UnreadableEvidence';

  constructor(cause?: unknown) {
    const detail = 'The evidence cannot be encrypted or decrypted at the moment.';
    super('unavailable', 'SERVICE_UNAVAILABLE', detail, { cause });
  }
}
