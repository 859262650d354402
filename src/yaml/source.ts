/** The bytes of one input with the text that the readers work on. */
export interface Source {
  readonly bytes: Uint8Array
  /** The bytes decoded as latin1, so that an index into it is a byte offset. A byte order mark is in it. */
  readonly text: string
  /** The file's name, for diagnostics; absent for standard input. */
  readonly file?: string
}
