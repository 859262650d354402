import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'vitest'

/** A program that a contract test needs: where it is, or why it is not to be had. */
export type Need =
  | { readonly kind: 'found'; readonly path: string }
  | {
      readonly kind: 'missing'
      readonly reason: string
      /** True where no package registry has it, so that even CI can only use what its machine came with. */
      readonly optional?: boolean
    }

/** Where built and unpacked programs are kept: git ignores it, and it may be lost at any time. */
export const CACHE: string = fileURLToPath(new URL('../../../.cache/', import.meta.url))

/**
 * Declares tests that need real programs. Where one is missing they are skipped aloud, and with `CONTRACT=1`, as in
 * `.ci/run`, that is an error, unless the program is optional.
 *
 * @param needs the programs by name
 * @param name what the tests are about
 * @param body declares the tests; it is given the paths of the programs
 */
export function describeWith<Name extends string>(
  needs: Readonly<Record<Name, Need>>,
  name: string,
  body: (paths: Readonly<Record<Name, string>>) => void,
): void {
  const entries = Object.entries<Need>(needs)
  const missing = entries.flatMap(([program, need]) =>
    need.kind === 'missing' ? [`${program}: ${need.reason}`] : [],
  )
  if (missing.length === 0) {
    const paths = entries.map(([program, need]) => [program, need.kind === 'found' ? need.path : ''])
    describe(name, () => body(Object.fromEntries(paths)))
    return
  }
  const reason = missing.join('; ')
  const required = entries.some(([, need]) => need.kind === 'missing' && need.optional !== true)
  if (required && process.env['CONTRACT'] === '1') throw new Error(`${name} cannot be tested: ${reason}`)
  console.warn(`skipped: ${name} (${reason})`)
  describe(name, () => {
    test.skip(`skipped: ${reason}`, () => {})
  })
}

/**
 * Looks for a program on the `PATH` and then in folders of one's own.
 *
 * @param program its file name
 * @param reason what to say, and to do, where it is not found
 * @param folders absolute
 */
export function findProgram(program: string, reason: string, ...folders: readonly string[]): Need {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), ...folders]
  const path = places.map((folder) => join(folder, program)).find(isExecutable)
  return path === undefined ? { kind: 'missing', reason } : { kind: 'found', path }
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
