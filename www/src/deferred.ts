// Work that waits until nothing has asked for it for a while.

export class Deferred {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Does `work` when `milliseconds` have passed without a further {@link soon}. */
  constructor(
    private readonly work: () => void,
    private readonly milliseconds: number,
  ) {}

  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.work, this.milliseconds);
  }

  now(): void {
    clearTimeout(this.#timer);
    this.work();
  }
}
