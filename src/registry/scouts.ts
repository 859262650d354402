/** The first few requests to a host. What one of them learns, the others need not ask. */
export class Scouts {
  /** Fulfilled when the first of them is back. */
  readonly back: Promise<void>
  #report: () => void = () => {}
  #places: number
  #areBack = false

  /** @param places how many go ahead */
  constructor(places: number) {
    this.back = new Promise((resolve) => {
      this.#report = resolve
    })
    this.#places = places
  }

  /** Whether nobody need wait any more. */
  get areBack(): boolean {
    return this.#areBack
  }

  /** @returns tells, any number of times, that one is back; undefined where enough are under way */
  join(): (() => void) | undefined {
    if (this.#places === 0) return undefined
    this.#places--
    return () => {
      this.#areBack = true
      this.#report()
    }
  }
}
