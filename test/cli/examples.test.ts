import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { attachBundles, createKeySigner } from '../support/registry/key-signer.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox, type Sandbox } from '../support/sandbox.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const MANIFEST = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: nginx:1.27
`

/** A configuration for the examples of `verify` alone: for the others, nobody has signed the images. */
const SIGNED = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec: {profiles: [{name: prod, verify: [{images: '**', keys: [cosign.pub], transparencyLog: optional}]}]}
`

/** Stand-ins for the programs of the examples: each answers what the examples need, and no more. */
const PROGRAMS = {
  helm: `case "$1" in
    version) echo v4.0.0 ;;
    env) echo "$PWD/helm-plugins" ;;
    template) cat rendered.yaml ;;
    *) exit 1 ;;
  esac`,
  kubectl: 'case "$*" in "apply -f -" | "apply --server-side -f -") grep -q ^kind: ;; *) false ;; esac',
  // It reads all, so that the program before it can write all.
  jq: 'grep "^{" > /dev/null',
}

let registry: TestRegistry
let sandbox: Sandbox
beforeAll(async () => {
  registry = await startRegistry({ anyName: true })
  sandbox = createSandbox({
    PINPULL_MIRROR: `*=${registry.url}`,
    PINPULL_CACHE_TTL: '0',
    XDG_STATE_HOME: '/dev/null/state',
  })
  for (const [name, script] of Object.entries(PROGRAMS)) {
    sandbox.write(`programs/${name}`, script)
    sandbox.addCommand(name, 'bash', `${sandbox.folder}/programs/${name}`)
  }
  for (const file of ['manifests/web.yaml', 'deploy.yaml', 'rendered.yaml']) sandbox.write(file, MANIFEST)
  sandbox.write('pinned.yaml', MANIFEST.replace('nginx:1.27', `nginx:1.27@${DIGEST}`))
  sandbox.write('.config/fish/completions/.keep', '')
  const signer = createKeySigner()
  for (const name of ['library/nginx:1.27', 'library/web:1.4']) {
    const { digest } = registry.push(name)
    attachBundles(registry, name.replace(/:.*/, ''), digest, [signer.bundle(digest)])
  }
  sandbox.write('cosign.pub', signer.publicKey)
  sandbox.write('signed.yaml', SIGNED)
})
afterAll(async () => {
  sandbox.remove()
  await registry.close()
})

describe('the examples of the help', () => {
  const state = { env: {} as Record<string, string> }
  beforeAll(async () => {
    state.env = { XDG_STATE_HOME: `${sandbox.folder}/state`, HOME: sandbox.folder }
    // What `pinpull last` shows, and what `--locked` and `lock --update` need.
    await sandbox.run('pinpull', ['--profile', 'moon'], state)
    await sandbox.run('pinpull', ['lock', 'manifests'], state)
  })

  test.each(COMMANDS.flatMap(({ examples }) => examples.map(([line]) => [line])))('%s', async (line) => {
    const env = line.startsWith('pinpull verify')
      ? { ...state.env, PINPULL_CONFIG: 'signed.yaml' }
      : state.env
    const { code, stderr } = await sandbox.bash(line, { env })
    expect({
      code,
      stderr: stderr.replaceAll(/^(?:pinpull|updated|added|warning|info| {2}).*\n/gm, ''),
    }).toEqual({
      code: 0,
      stderr: '',
    })
  })

  test.each(COMMANDS.map(({ words }) => [words.join(' ')]))(
    'pinpull %s --help has 80 columns',
    async (words) => {
      const { stdout } = await sandbox.run('pinpull', [...words.split(' ').filter(Boolean), '--help'])
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    },
  )

  // In a process: the exit code of a run that has not ended is that of a defect.
  test.each([
    ['help', 'Usage: pinpull [options] [command]'],
    ['help check', 'Usage: pinpull check '],
    ['help config', 'Usage: pinpull config '],
    ['help config view', 'Usage: pinpull config view '],
    ['config --help', 'Usage: pinpull config '],
  ])('pinpull %s', async (line, first) => {
    const { code, stdout, stderr } = await sandbox.run('pinpull', line.split(' '))
    expect([code, stdout.slice(0, first.length), stderr]).toEqual([0, first, ''])
  })

  test.each(COMMANDS.map(({ words, examples }) => [words.join(' '), examples] as const))(
    'pinpull %s --help shows them',
    async (words, examples) => {
      const args = [...words.split(' ').filter(Boolean), '--help']
      const { code, stdout } = await sandbox.run('pinpull', args)
      expect(code).toBe(0)
      for (const [line, purpose] of examples) expect(stdout).toContain(`  # ${purpose}\n  ${line}\n`)
    },
  )
})
