import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** What a test imports, directly or not, to start the program. */
const STARTS_THE_PROGRAM = join('test', 'support', 'program.ts')

/**
 * The test files whose outcome depends on the form of the program (sources, bundle, binary): those that start it. All others
 * import modules of `src`, and would only repeat what `npm test` has shown.
 *
 * @param {string} root of the repository
 * @returns {string[]} paths below the root
 */
export function programTests(root) {
  const starts = new Map([[STARTS_THE_PROGRAM, true]])
  return globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/contract/**'] })
    .filter((file) => startsTheProgram(file))
    .sort()

  function startsTheProgram(file) {
    const known = starts.get(file)
    if (known !== undefined) return known
    starts.set(file, false) // in a cycle, the other files decide
    const found = importsOf(join(root, file), dirname(file)).some(startsTheProgram)
    starts.set(file, found)
    return found
  }
}

function importsOf(path, folder) {
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g)].map(([, name]) =>
    normalize(join(folder, name)),
  )
}
