/**
 * Ends work that another process can do as well, because this one is shutting down: whoever holds the row gives it back, due at once. No fault, of
 * nobody.
 */
export class HandedBack extends Error {
  override readonly name = 'HandedBack';

  constructor() {
    super('the process is shutting down: another one does this');
  }
}
