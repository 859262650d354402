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
  return testFiles(root).filter((file) => startsTheProgram(file))

  function startsTheProgram(file) {
    const known = starts.get(file)
    if (known !== undefined) return known
    starts.set(file, false) // in a cycle, the other files decide
    const found = importsOf(join(root, file), dirname(file)).some(startsTheProgram)
    starts.set(file, found)
    return found
  }
}

/**
 * The test files that start the program themselves, which are those that the sources are tested with: unbundled, the process must
 * do the same with streams, files, signals, the environment and the network. What the modules do is shown from src by `npm test`, whose
 * tests import them; and the files that are left out, in which pages, hosts and scripts call the program, would start it
 * hundreds of times for what theirs and ours do together, which does not depend on the form.
 *
 * @param {string} root of the repository
 * @returns {string[]} paths below the root
 */
export function directProgramTests(root) {
  return testFiles(root).filter((file) =>
    importsOf(join(root, file), dirname(file)).includes(STARTS_THE_PROGRAM),
  )
}

function testFiles(root) {
  return globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/contract/**'] }).sort()
}

function importsOf(path, folder) {
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g)].map(([, name]) =>
    normalize(join(folder, name)),
  )
}
