import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CACHE, type Need } from './need.ts'
import { npmEnvironment } from './npm.ts'

/** The version of gitlab-ci-local, which holds the pipelines of examples against GitLab's schema, and runs them. */
export const GITLAB_CI_LOCAL_VERSION = '4.75.1'

/** gitlab-ci-local as one file for Node, installed now if it is not in the cache yet. It has no dependencies. */
export async function gitlabCiLocal(): Promise<Need> {
  const folder = join(CACHE, 'npm', `gitlab-ci-local-${GITLAB_CI_LOCAL_VERSION}`)
  const path = join(folder, 'node_modules/gitlab-ci-local/dist/index.js')
  if (!existsSync(path)) {
    const name = `gitlab-ci-local@${GITLAB_CI_LOCAL_VERSION}`
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]
    const env = { ...npmEnvironment(), PATH: process.env['PATH'] }
    await promisify(execFile)('npm', ['install', ...flags, name], { env })
  }
  return { kind: 'found', path }
}
