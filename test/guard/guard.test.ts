import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { formatLock } from '../../src/lock/format.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { runInProcess } from '../support/memory-io.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const EXPECTED = fileURLToPath(new URL('expected', import.meta.url))
const DIGEST = `sha256:${'a'.repeat(64)}` as Digest

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})

function guard(args: readonly string[] = []) {
  return runInProcess(['guard', ...args], { cwd: folder })
}

/** Writes a configuration with one profile, whose settings are given as lines of YAML. */
function configure(settings: string, fields = ''): void {
  const lines = settings.split('\n').map((line) => `      ${line}`)
  writeFileSync(
    join(folder, 'pinpull.yaml'),
    `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n${fields}  defaultProfile: cluster\n  profiles:\n    - name: cluster\n${lines.join('\n')}\n`,
  )
}

function writeLock(...references: readonly string[]): void {
  const entries = references.map((reference) => ({
    reference,
    digest: DIGEST,
    mediaType: 'application/vnd.oci.image.index.v1+json',
  }))
  writeFileSync(join(folder, 'pinpull.lock.yaml'), formatLock(entries))
}

/** `UPDATE=1` writes the expectations anew: read the difference before you commit it. */
function expectFile(name: string, text: string): void {
  const path = join(EXPECTED, name)
  if (process.env['UPDATE'] === '1') writeFileSync(path, text)
  expect(existsSync(path) ? readFileSync(path, 'utf8') : undefined).toBe(text)
}

describe('the policies of the built-in profiles', () => {
  test.each([
    ['dev', 'GUARD_DENIES_NOTHING'],
    ['staging', 'GUARD_DENIES_NOTHING'],
    ['prod', ''],
    ['airgap', ''],
  ])('%s', async (profile, warning) => {
    const { code, stdout, stderr } = await guard(['--profile', profile])
    expect([code, stderr.includes(warning), stderr === '']).toEqual([0, true, warning === ''])
    expectFile(`${profile}.yaml`, stdout)
  })

  test('prod, with a lock that pins', async () => {
    writeLock('docker.io/library/nginx:1.27', 'ghcr.io:443/acme/app:v1', `docker.io/library/redis@${DIGEST}`)
    const { code, stdout, stderr } = await guard(['--pin', '--only-locked', '--action', 'deny'])
    expect([code, stderr]).toEqual([0, ''])
    expectFile('prod-pinned.yaml', stdout)
  })

  test('the same twice', async () => {
    expect((await guard()).stdout).toBe((await guard()).stdout)
  })
})

describe('options', () => {
  test('the action is that of the errors; warnings stay warnings', async () => {
    const { stdout } = await guard(['--action', 'deny,audit', '--name', 'images'])
    expect(actionsIn(stdout)).toEqual({ images: ['Deny', 'Audit'], 'images-warnings': ['Warn', 'Audit'] })
  })

  test('exempt namespaces are chosen by the label that the API server keeps', async () => {
    const { stdout } = await guard(['--exempt-namespace', 'kube-system', '--exempt-namespace', 'ci'])
    expect(stdout).toContain(
      `    namespaceSelector:
      matchExpressions:
      - key: kubernetes.io/metadata.name
        operator: NotIn
        values:
        - ci
        - kube-system
`,
    )
  })

  test.each([
    [
      ['--kubernetes', '1.29'],
      'Kubernetes 1.29 has no ValidatingAdmissionPolicy, which is in 1.30 and later',
    ],
    [
      ['--kubernetes', 'v1.35.2', '--pin'],
      '--pin needs MutatingAdmissionPolicy, which is in Kubernetes 1.36 and later',
    ],
    [['--kubernetes', '2'], '"2" is not a version of Kubernetes such as 1.36'],
    [['--action', 'warn,deny'], 'warn and deny exclude each other'],
    [['--action', 'block'], '"block" is not one of warn, audit, deny'],
    [['--exempt-namespace', 'Kube_System'], '"Kube_System" is not the name of a namespace'],
    [['--name', 'x'.repeat(55)], 'is not a name of at most 54'],
    [['--namespace', 'x'], 'which only --only-locked and --pin write'],
    [['--pin'], 'there is no lock file'],
    [['--only-locked', '--profile', 'dev'], 'pin: never of profile dev cannot be compiled'],
    [['--pin', '--profile', 'airgap'], 'output: as-written of profile airgap cannot be compiled'],
  ])('%j is refused', async (args, message) => {
    if (args.includes('--profile')) writeLock('docker.io/library/nginx:1.27')
    const { code, stdout, stderr } = await guard(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })

  test.each(['1.30', 'v1.30.14', 'v1.31.5-eks-3bfca4f', '1.36+'])(
    'Kubernetes %s has what it takes',
    async (version) => {
      expect((await guard(['--kubernetes', version])).code).toBe(0)
    },
  )
})

test('a profile whose name is too long for the policies needs --name', async () => {
  configure('extends: prod')
  const path = join(folder, 'pinpull.yaml')
  const name = 'x'.repeat(50)
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(name|defaultProfile): cluster/g, `$1: ${name}`))
  const { code, stdout, stderr } = await guard()
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(
    `"pinpull-${name}" is not a name of at most 54 lower-case letters, digits and dashes; choose one with --name`,
  )
  expect((await guard(['--name', 'short'])).code).toBe(0)
})

describe('a profile is compiled as a whole', () => {
  const RULE = 'rules:\n- name: fresh\n  pullPolicy: Always\n  match:\n    '

  test.each([
    ['a rule on kinds', `${RULE}kind: Job`, 'the rule "fresh" of profile cluster', 'condition "kind"'],
    ['a rule on groups', `${RULE}group: apps`, 'the rule "fresh"', 'condition "group"'],
    ['a rule on versions', `${RULE}version: v1`, 'the rule "fresh"', 'condition "version"'],
    ['a rule on names', `${RULE}name: web`, 'the rule "fresh"', 'condition "name"'],
    [
      'a rule on labels',
      `${RULE}labelSelector: {matchLabels: {a: b}}`,
      'the rule "fresh"',
      'condition "labelSelector"',
    ],
    ['a rule on no namespace', `${RULE}namespace: ''`, 'the rule "fresh"', 'in a cluster every Pod has one'],
    [
      'an exclusion of kinds',
      'exclude: [nginx, {kind: Job}]',
      'exclude[1] of profile cluster',
      'condition "kind"',
    ],
    [
      'an inclusion of labels',
      'include: [{labelSelector: {matchLabels: {a: b}}}]',
      'include[0]',
      'condition "labelSelector"',
    ],
    [
      'rewrites',
      'rewrite: [{from: docker.io, to: registry.example.com/hub}]',
      'rewrite of profile',
      'CEL cannot reverse',
    ],
    ['signatures', "verify: [{images: '**', keys: [a.pub]}]", 'verify of profile', 'cannot fetch signatures'],
    [
      'findings about other fields',
      'findings: {FIELD_UNKNOWN: error}',
      'findings.FIELD_UNKNOWN',
      'Pods and templates only',
    ],
  ])('%s', async (_, settings, setting, reason) => {
    configure(settings)
    const { code, stdout, stderr } = await guard()
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('GUARD_NOT_COMPILED')
    expect(stderr).toContain(setting)
    expect(stderr).toContain(reason)
  })

  test.each([
    [
      'rules',
      "rules: [{kind: Pod, path: 'spec.containers[].env[].value'}]",
      'fields.rules (spec.containers[].env[].value)',
    ],
    ['exclude', "exclude: [{kind: '*', path: 'spec.image'}]", 'fields.exclude (spec.image)'],
  ])('fields of Pods: %s', async (_, entry, setting) => {
    configure('pin: always', `  fields:\n    ${entry}\n`)
    const { code, stderr } = await guard()
    expect([code, stderr.includes(setting)], stderr).toEqual([2, true])
  })

  test('all refusals at once', async () => {
    configure(`${RULE}kind: Job\n    name: x\nexclude: [{labelSelector: {matchLabels: {a: b}}}]`)
    expect((await guard()).stderr.match(/GUARD_NOT_COMPILED/g)).toHaveLength(3)
  })

  test.each([
    ['a rule about registries alone', 'rules: [{unresolved: warn, match: {kind: Job}}]'],
    ['a rule of custom resources', 'rules: [{pullPolicy: Always, match: {containerType: custom}}]'],
    ['fields of custom resources', 'pin: always'],
  ])('%s changes nothing', async (_, settings) => {
    configure('pin: always')
    const plain = (await guard()).stdout
    configure(settings, "  fields:\n    rules: [{group: example.com, kind: Widget, path: 'spec.image'}]\n")
    expect((await guard()).stdout).toBe(plain)
  })

  test.each([
    [
      'image',
      `${RULE}image: 'ghcr.io/acme/debug-*'`,
      String.raw`i.repository.matches(r'^ghcr\.io/acme/debug-[^/]*$') ? i.policy != 'Always' : i.policy != 'IfNotPresent'`,
    ],
    [
      'images by tag',
      `${RULE}image: ['nginx:dev-*', redis]`,
      `i.repository == 'docker.io/library/redis' || (i.repository == 'docker.io/library/nginx' && i.tag != '' && i.tag.matches('^dev-[^/]*$'))`,
    ],
    [
      'namespace',
      `${RULE}namespace: [ci, 'test-*']`,
      `request.namespace == 'ci' || request.namespace.matches('^test-(?s:.)*$')`,
    ],
    ['container', `${RULE}container: istio-proxy`, `i.container == 'istio-proxy'`],
    ['containerType', `${RULE}containerType: [initContainer, custom]`, `i.type == 'initContainer'`],
    ['reference', `${RULE}reference: digest`, `i.kind == 'digest'`],
    [
      'exclude',
      'exclude: [nginx, {namespace: ci}]',
      `!(i.repository == 'docker.io/library/nginx' || request.namespace == 'ci')`,
    ],
    ['include', "include: ['ghcr.io/**']", String.raw`i.repository.matches(r'^ghcr\.io/(?s:.)*$')`],
    [
      'allowedRegistries',
      'allowedRegistries: [ghcr.io, quay.io/acme]',
      `!(i.repository.startsWith('ghcr.io/') || i.repository == 'quay.io/acme' || i.repository.startsWith('quay.io/acme/'))`,
    ],
    ['mutableTags', 'mutableTags: {floating: deny}', `i.kind == 'floating'`],
    [
      'policyMode',
      'policyMode: default\nrules: [{policyMode: override, match: {namespace: ci}}]',
      `request.namespace == 'ci' && i.policy != 'IfNotPresent'`,
    ],
  ])('%s', async (_, settings, expression) => {
    configure(settings)
    const { code, stdout, stderr } = await guard()
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.replace(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')')).toContain(expression)
  })

  test('a long list of registries is cut in the message', async () => {
    configure(`allowedRegistries: ${JSON.stringify([...Array(300).keys()].map((n) => `r${n}.example.com`))}`)
    const { code, stdout } = await guard()
    expect(code).toBe(0)
    expect(stdout).toContain(
      'use an image from one of: r0.example.com, r1.example.com, r2.example.com, r3.example.com, r4.example.com, 295 more; or add it',
    )
  })

  test('patterns that would exceed the cost limit of the API server', async () => {
    const patterns = [...Array(200).keys()].map((n) => `registry.example.com/team-${n}/*/app`)
    configure(`include: [${patterns.map((one) => JSON.stringify({ image: one })).join(', ')}]`)
    const { code, stdout, stderr } = await guard()
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('GUARD_TOO_COSTLY')
    expect(stderr).toMatch(/the variable judged has patterns of \d+ characters/)
  })
})

describe('a lock that does not fit into a ConfigMap', () => {
  test.each([
    [
      'a long name',
      [`ghcr.io/${'a'.repeat(240)}:v1`],
      'its key would have 255 characters, and 253 are allowed',
    ],
    ['an IPv6 host', ['[::1]:5000/app:v1'], '[::1]:5000/app:v1 (the host is an IPv6 address'],
    [
      'too many',
      [...Array(6000).keys()].map((n) => `registry.example.com/${'team/'.repeat(12)}app-${n}:1`),
      'and a ConfigMap holds 1048576',
    ],
  ])('%s', async (_, references, reason) => {
    writeLock('docker.io/library/nginx:1.27', ...references)
    const { code, stdout, stderr } = await guard(['--pin'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('GUARD_LOCK_UNFIT')
    expect(stderr).toContain(reason)
  })

  test('names the entries', async () => {
    writeLock('[::1]/a:1', 'docker.io/library/nginx:1.27', '[::2]/b:1')
    const { stderr } = await guard(['--pin'])
    expect(stderr).toContain('[::1]/a:1')
    expect(stderr).toContain('[::2]/b:1')
    expect(stderr).not.toContain('nginx')
  })

  test('an invalid lock file is refused', async () => {
    writeFileSync(join(folder, 'pinpull.lock.yaml'), 'nothing: of the kind\n')
    const { code, stdout } = await guard(['--pin'])
    expect([code === 0, stdout]).toEqual([false, ''])
  })
})

/** The validation actions of each binding in a stream. */
function actionsIn(stream: string): Record<string, string[]> {
  const bindings = stream.split('---\n').filter((text) => text.includes('validationActions'))
  return Object.fromEntries(
    bindings.map((text) => [
      /\n {2}name: (.*)/.exec(text)?.[1] ?? '',
      [...text.slice(text.indexOf('validationActions')).matchAll(/- (.*)/g)].map(
        ([, action]) => action ?? '',
      ),
    ]),
  )
}
