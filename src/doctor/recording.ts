import type { Credential, Keychain } from '../credentials/keychain.ts'
import { type CommandResult, describeEnding, type Run } from '../credentials/program.ts'
import type { TextFiles } from '../files/text-files.ts'

/** A file that was read. */
export interface ReadFile {
  readonly path: string
  readonly text: string
}

/** Wraps the file system to keep the files that were read, in their order. */
export function recordFiles(files: TextFiles): {
  readonly files: TextFiles
  readonly read: readonly ReadFile[]
} {
  const read: ReadFile[] = []
  return {
    read,
    files: {
      list: files.list,
      readText: async (path, signal) => {
        const text = await files.readText(path, signal)
        if (text !== undefined) read.push({ path, text })
        return text
      },
    },
  }
}

/** How a credential helper or plugin ended, without its output. */
export interface RanProgram {
  readonly program: string
  readonly ending: string
  readonly isGood: boolean
  readonly milliseconds: number
}

/**
 * Wraps the port for programs to report each one that ran.
 *
 * @param now the current time in milliseconds
 */
export function recordPrograms(run: Run, now: () => number, onEnd: (program: RanProgram) => void): Run {
  return async (command) => {
    const began = now()
    const result = await run(command)
    onEnd({
      program: command.program,
      ending: describeEnding(result, command) ?? exitText(result),
      isGood: result.kind === 'exited' && result.code === 0,
      milliseconds: now() - began,
    })
    return result
  }
}

function exitText(result: CommandResult): string {
  return result.kind === 'exited' ? `exit code ${result.code}` : result.kind
}

/** What a lookup of credentials found. */
export type KeychainEvent =
  | { readonly kind: 'found'; readonly host: string; readonly credential: Credential }
  | { readonly kind: 'nothing'; readonly host: string; readonly searched: readonly string[] }

/** Wraps a keychain to report what each lookup finds. */
export function recordKeychain(inner: Keychain, onEvent: (event: KeychainEvent) => void): Keychain {
  return {
    get searched() {
      return inner.searched
    },
    async *resolve(host, repository, signal) {
      let isEmpty = true
      for await (const credential of inner.resolve(host, repository, signal)) {
        isEmpty = false
        onEvent({ kind: 'found', host, credential })
        yield credential
      }
      if (isEmpty) onEvent({ kind: 'nothing', host, searched: inner.searched })
    },
  }
}
