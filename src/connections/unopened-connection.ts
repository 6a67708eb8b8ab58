import { AppError } from '../errors/index.js';

/** A connection that can't be opened at the moment: 503. Nobody may be asked by another one in its place. */
export class UnopenedConnection extends AppError {
  override readonly name = 'UnopenedConnection';

  constructor(provider: string, cause: unknown) {
    const message = `The connection to ${provider} cannot be decrypted at the moment. Should that last, delete it and set it up anew.`;
    super('unavailable', 'SERVICE_UNAVAILABLE', message, { cause });
  }
}
