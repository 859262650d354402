import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import type { Transformed } from '../transform.ts'
import type { Edit } from '../yaml/nodes.ts'
import type { SourceDisk } from './source-disk.ts'

/**
 * Edits files from which manifests are made, such as a kustomization or the values of a chart, so that the images of these
 * manifests are pinned. It writes nothing: all files of a run are judged before one of them is written.
 */
export type SourceEditor = (files: readonly SourceFile[], session: EditSession) => Promise<SourceEdit>

/** A file that a command may edit. */
export interface SourceFile {
  /** Relative to the working directory, or absolute: as diagnostics, diffs and `SourceDisk` name it. */
  readonly path: string
  /** What the file contained when it was read. It must be the same when it is written. */
  readonly bytes: Uint8Array
}

/** What an editor works with. */
export interface EditSession {
  /**
   * Makes of manifests what this run makes of them: the filter's output, or with `--update` moved digests. Each distinct image of
   * the run is resolved once.
   * @param bytes the content of a file, or what a program has rendered
   * @param file its name in diagnostics; absent for rendered manifests
   */
  readonly transform: (bytes: Uint8Array, file?: string) => Promise<Transformed>
  /** Reads other files of a source, and gives folders for copies of it. */
  readonly disk: SourceDisk
  /** Runs a program of the user's `PATH`. What it is given comes from the command line, never from a source. */
  readonly run: RunProgram
  /** Whether what only a base or a chart names may get an entry of its own (`--add`). */
  readonly mayAdd: boolean
  readonly signal: AbortSignal
}

/**
 * Runs a program, without a shell, in the working directory of the command.
 * @param program a name that is looked up in the absolute entries of `PATH`
 * @param args its arguments
 * @returns `absent` if there is no such program; `failed` if it exited with another code than 0, or was stopped
 */
export type RunProgram = (
  program: string,
  args: readonly string[],
  options?: RunOptions,
) => Promise<ProgramResult>

export interface RunOptions {
  /** Written to its standard input; absent for none. */
  readonly input?: string | undefined
  /** Variables instead of those of the environment; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Lines of its standard error that do not say why it failed. The reason is the last of the others. */
  readonly noise?: RegExp | undefined
}

/** How a program ended. */
export type ProgramResult =
  | { readonly kind: 'done'; readonly stdout: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly reason: string }

/** What an editor wants to do with its files. */
export interface SourceEdit {
  /** The files to change. If a diagnostic is an error, no file of the run is written. */
  readonly files: readonly EditedFile[]
  /** Every image of the files, in the order of the text. */
  readonly images: readonly SourceImage[]
  /** One for each thing that was compared, or could not be. Empty if there was nothing to write. */
  readonly proofs: readonly Proof[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The edits of one file. */
export interface EditedFile {
  readonly file: SourceFile
  /** In ascending order, as `spliceEdits` takes them. */
  readonly edits: readonly Edit[]
}

/** An image of a source, and what happens to it. */
export interface SourceImage {
  /** The value that makes it, or where it would have to be written. */
  readonly at: Location
  /** The image that the source makes now: `docker.io/bitnami/nginx:1.27`. */
  readonly before: string
  /** The image that it makes afterwards; the same as `before` unless it is written. */
  readonly after: string
  readonly outcome: 'written' | 'unchanged' | 'not written'
  /** Why it is not changed, in a few words, such as `already pinned`; absent if it is written. */
  readonly reason?: string | undefined
  /**
   * For `not written`: what the user can do instead, as text to copy. `--set image.digest=sha256:…`, or lines to paste into the
   * file. Absent if there is nothing.
   */
  readonly instead?: string | undefined
  /** The platforms of the old and of the new digest, where they were read. */
  readonly platforms?: { readonly before: readonly string[]; readonly after: readonly string[] } | undefined
}

/** Whether a program has shown that an edit changes the images that it should, and nothing else. */
export type Proof =
  | {
      readonly kind: 'proved'
      /** The files or the folder that were rendered. */
      readonly subject: string
      /** The program and its version: `kustomize v5.8.1`. */
      readonly by: string
    }
  | {
      readonly kind: 'not proved'
      readonly subject: string
      /** As part of a sentence: `neither kustomize nor kubectl is installed`. */
      readonly reason: string
    }

/** The edit that changes nothing. */
export const NO_EDIT: SourceEdit = { files: [], images: [], proofs: [], diagnostics: [] }

/** Joins the edits of different files. */
export function joinEdits(edits: readonly SourceEdit[]): SourceEdit {
  return {
    files: edits.flatMap(({ files }) => files),
    images: edits.flatMap(({ images }) => images),
    proofs: edits.flatMap(({ proofs }) => proofs),
    diagnostics: edits.flatMap(({ diagnostics }) => diagnostics),
  }
}
