/**
 * Fetches the repositories whose schemas are measured, each at the commit that `schema-sources.tsv` pins.
 *
 *     node scripts/fetch-schemas.ts FOLDER [BASE]
 *
 * FOLDER gets a folder for each repository; a repository that is already at its commit is kept. BASE is the URL of the server,
 * by default https://github.com.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, base = 'https://github.com'] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: node scripts/fetch-schemas.ts FOLDER [BASE]')
  process.exit(2)
}
const sources = readFileSync(new URL('./schema-sources.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
for (const source of sources) {
  const [repository = '', commit = ''] = source.split('\t')
  const path = join(folder, repository.replace('/', '+'))
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', path, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  if (!existsSync(join(path, '.git'))) {
    mkdirSync(path, { recursive: true })
    git('init', '--quiet')
  }
  if (readHead(git) !== commit) {
    console.log(`${repository} ${commit}`)
    git('fetch', '--quiet', '--depth=1', `${base}/${repository}`, commit)
    git('checkout', '--quiet', '--force', 'FETCH_HEAD')
  }
}

/** The commit that is checked out; empty if there is none yet. */
function readHead(git: (...args: string[]) => string): string {
  try {
    return git('rev-parse', '--quiet', '--verify', 'HEAD').trim()
  } catch {
    return ''
  }
}
