/** The files beside those that a command names: they are read, and never written. Paths may be relative to the working directory. */
export interface SourceDisk {
  /** The working directory, absolute. */
  readonly cwd: string
  /**
   * Reads a regular file, also through links.
   * @returns undefined if there is no such file, or if it is a pipe, a device or a folder
   * @throws {UsageError} FILE_NOT_READ, also for one of more than 256 MiB
   */
  readonly read: (path: string) => Uint8Array | undefined
  /**
   * Lists a folder, also through links.
   * @returns its entries in the order of their names; undefined if there is no such folder
   * @throws {UsageError} FILE_NOT_READ
   */
  readonly list: (path: string) => readonly DiskEntry[] | undefined
  /** Whether a path leads to a place in a folder, with all links followed. */
  readonly isWithin: (path: string, folder: string) => boolean
  /**
   * Gives a private, empty folder to write copies to, and removes it with all its contents at the end.
   * @param use is given the means to write to the folder
   */
  readonly withFolder: <Result>(use: (folder: ScratchFolder) => Promise<Result>) => Promise<Result>
}

export interface DiskEntry {
  readonly name: string
  /** A link counts as `link`, whatever it leads to. */
  readonly kind: 'file' | 'folder' | 'link' | 'other'
}

/** A private folder for copies of sources. */
export interface ScratchFolder {
  /** Absolute. */
  readonly path: string
  /**
   * Writes a file, and creates the folders above it.
   * @param path relative to the folder; it may not lead out of it
   */
  readonly write: (path: string, bytes: Uint8Array) => void
}
