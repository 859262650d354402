/** Why a document cannot be read; it becomes a `YAML_INVALID` diagnostic, and never leaves the room. */
export class YamlProblem extends Error {
  readonly offset: number

  /**
   * @param offset the byte of the source where it shows
   * @param reason a clause without a full stop, for the message
   */
  constructor(offset: number, reason: string) {
    super(reason)
    this.name = 'YamlProblem'
    this.offset = offset
  }
}
