/** Rung any number of times between two looks, it has rung once. */
export class Bell {
  #next = Promise.withResolvers<true>();
  #rung = false;

  ring(): void {
    this.#rung = true;
    this.#next.resolve(true);
  }

  /** Whether it has rung since it was last silenced. */
  get rung(): boolean {
    return this.#rung;
  }

  /** Resolves when it rings; at once where it has. */
  heard(): Promise<true> {
    return this.#next.promise;
  }

  silence(): void {
    if (!this.#rung) return;
    this.#rung = false;
    this.#next = Promise.withResolvers<true>();
  }
}
