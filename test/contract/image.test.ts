import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith, findProgram, isExecutable, type Need } from './support/need.ts'

const BINARY = fileURLToPath(new URL('../../build/pinpull', import.meta.url))

const binary: Need = isExecutable(BINARY)
  ? { kind: 'found', path: BINARY }
  : { kind: 'missing', reason: 'npm run build:binary has not been run', optional: true }
const root: Need =
  process.platform === 'linux' && process.getuid?.() === 0
    ? { kind: 'found', path: '/' }
    : { kind: 'missing', reason: 'only root on Linux may change the root folder', optional: true }
const unshare = findProgram('unshare', 'util-linux is not installed', '/usr/bin')
const chroot = findProgram('chroot', 'coreutils is not installed', '/usr/sbin')

const POD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - image: nginx:1.27\n'

/**
 * What the image of `Dockerfile` gives the binary, without a container engine: a read-only root that holds glibc and
 * nothing else, /proc, a user that no file names, and an empty environment.
 */
describeWith({ binary, root, unshare, chroot }, 'the binary in its image', (paths) => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
    chmodSync(folder, 0o755)
    const libraries = execFileSync('ldd', [paths.binary], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
    for (const file of libraries) {
      mkdirSync(join(folder, dirname(file)), { recursive: true })
      copyFileSync(file, join(folder, file))
    }
    for (const needed of ['proc', 'usr/local/bin']) mkdirSync(join(folder, needed), { recursive: true })
    copyFileSync(paths.binary, join(folder, 'usr/local/bin/pinpull'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const runInside = (input: string, ...args: readonly string[]) => {
    const script = `mount --bind "$0" "$0" && mount -t proc proc "$0/proc" && mount -o remount,bind,ro "$0" &&
      exec env -i LOG_TO_STDERR=true STRUCTURED_RESULTS=true "$1" --userspec=65532:65532 "$0" /usr/local/bin/pinpull ${args.join(' ')}`
    const words = ['--mount', 'sh', '-c', script, folder, paths.chroot]
    return spawnSync(paths.unshare, words, { input, encoding: 'utf8' })
  }

  test('is a filter', () => {
    const run = runInside(POD, '--profile', 'dev')
    expect([run.status, run.stdout]).toEqual([
      0,
      POD.replace('nginx:1.27\n', 'nginx:1.27\n      imagePullPolicy: Always\n'),
    ])
  })

  test('is a KRM function with no argument, and gives the list back where it fails', () => {
    const list = `apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
  - apiVersion: v1
    kind: Pod
    metadata:
      name: a
    spec:
      containers:
        - image: nginx:1.27@sha256:${'a'.repeat(64)}
          imagePullPolicy: IfNotPresent
`
    const run = runInside(list)
    expect([run.status, run.stdout]).toEqual([0, list])
    const broken = runInside(list.replace('nginx:1.27@', 'Nginx:1.27@'))
    expect(broken.status).toBe(1)
    expect(broken.stdout).toContain('kind: ResourceList')
    expect(broken.stdout).toContain('REFERENCE_INVALID')
  })

  test('needs no more libraries than those of glibc', () => {
    const libraries = execFileSync('ldd', [paths.binary], { encoding: 'utf8' })
    const names = [...libraries.matchAll(/(\S+)\.so/g)].map(([, name = '']) => name.replace(/^.*\//, ''))
    expect(
      names.filter((name) => !/^(linux-vdso|ld-linux-.*|libc|libm|libdl|libpthread)$/.test(name)),
    ).toEqual([])
  })

  test('the Dockerfile makes such an image', () => {
    const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8')
    const [last = ''] = /^FROM \S+ AS program\n(?:.+\n)+/m.exec(dockerfile) ?? []
    expect(last).toMatch(/^FROM gcr\.io\/distroless\/base-/)
    expect(dockerfile).toMatch(/\nFROM program AS pipe\n$/)
    expect(last).toContain('COPY build/pinpull /usr/local/bin/pinpull')
    expect(last).toContain('USER 65532:65532')
    expect(last).toContain('ENTRYPOINT ["/usr/local/bin/pinpull"]')
  })
})
