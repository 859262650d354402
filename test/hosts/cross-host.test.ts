import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changedLines } from '../support/line-diff.ts'
import { type ProgramOptions, type ProgramResult, runProgram, startProgram } from '../support/program.ts'
import { failWith, silence } from '../support/registry/misbehaviour.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox } from '../support/sandbox.ts'

/**
 * What one program must do to serve Helm 3, Helm 4, kustomize, kpt, Argo CD and a plain pipe alike: the rules of
 * docs/hosts/README.md, by their numbers. What the hosts make of it is in test/contract.
 */

let registry: TestRegistry
let mirror: string
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
  mirror = `*=${registry.url}`
})
afterAll(() => registry.close())

const helm4 = { HELM_PLUGIN_DIR: '/plugins/pinpull', HELM_PLUGIN_NAME: 'pinpull' }

/** A list is handed to a function, which kustomize and kpt call with the word that docs/hosts/kustomize.md has for it. */
const run = (input: string, args: readonly string[] = [], options: ProgramOptions = {}) =>
  runProgram([...(input.includes('kind: ResourceList') ? ['--krm'] : []), ...args], {
    input,
    ...options,
    env: { PINPULL_MIRROR: mirror, ...options.env },
  })

const shown = ({ stdout }: ProgramResult): string =>
  stdout.toString().replace(/sha256:[a-f0-9]{64}/g, 'DIGEST')

const pod = (image: string, name = 'web'): string => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
    - name: app
      image: ${image}
`
const pinned = (image: string, name = 'web'): string =>
  pod(`${image}@DIGEST\n      imagePullPolicy: IfNotPresent`, name)

const resourceList = (items: readonly string[], more = ''): string =>
  `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n${items
    .map((item) => `- ${item.trimEnd().replaceAll('\n', '\n  ')}\n`)
    .join('')}${more}`

describe('rule 1: all of stdin is read before anything is written', () => {
  test('while stdin is open nothing comes out', async () => {
    const { child, result } = startProgram([], { input: '', env: { PINPULL_MIRROR: mirror }, keepOpen: true })
    let early = 0
    child.stdout.on('data', () => {
      early += child.stdin.writableEnded ? 0 : 1
    })
    child.stdin.write(`${pod('nginx:1.27')}---\n`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    child.stdin.end(pod('redis:7.2'))
    expect([shown(await result), early]).toEqual([`${pinned('nginx:1.27')}---\n${pinned('redis:7.2')}`, 0])
  })
})

describe('rule 2: a failure is an exit code and an empty stdout', () => {
  test.each([
    ['one image of many', `${pod('nginx:1.27')}---\n${pod('NGINX')}`, []],
    ['broken YAML after good', `${pod('nginx:1.27')}---\nkind: [\n`, []],
    ['a wrong option', pod('nginx:1.27'), ['--nonsense']],
    ['a profile that is not there', pod('nginx:1.27'), ['--profile', 'moon']],
  ])('%s', async (_, input, args) => {
    const { code, stdout } = await run(input, args)
    expect([code === 0, stdout.toString()]).toEqual([false, ''])
  })

  test('a registry that does not answer', async () => {
    registry.script({ answer: failWith(403, 'DENIED') })
    const { code, stdout } = await run(pod('nginx:1.27'))
    registry.clearScript()
    expect([code, stdout.toString()]).toEqual([3, ''])
  })

  test('a ResourceList comes back whole, with results', async () => {
    const list = resourceList([pod('NGINX')])
    const { code, stdout, stderr } = await run(list)
    expect([code, stdout.toString().endsWith(list), stdout.toString().startsWith('results:\n- {')]).toEqual([
      1,
      true,
      true,
    ])
    expect(stderr).toMatch(/\npinpull: prod: 1 error in 1 image; nothing was changed in the list\n$/)
  })
})

describe('rule 3: objects in are objects out', () => {
  test.each([
    ['one', pod('nginx:1.27'), 1],
    ['three', [pod('nginx:1.27'), pod('redis:7.2', 'b'), pod('NGINX', 'c')].join('---\n'), 3],
    ['a List', `apiVersion: v1\nkind: List\nitems:\n- ${pod('a:1').trimEnd().replaceAll('\n', '\n  ')}\n`, 2],
  ])('%s', async (_, input, objects) => {
    const { code, stdout } = await run(input, ['--profile', 'staging'])
    expect([code, stdout.toString().match(/kind:/g)?.length]).toEqual([0, objects])
  })
})

describe('rule 4: nothing to do is no failure', () => {
  test.each([
    ['nothing', ''],
    ['a line break', '\n'],
    ['a document mark', '---\n'],
    ['a comment', '# c\n'],
    [
      'a hidden Secret',
      '---\n# Source: web/templates/secret.yaml\n# HIDDEN: The Secret output has been suppressed\n',
    ],
    ['a list of nothing', 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n'],
    ['a list without items', 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n'],
    [
      'a configuration alone',
      'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig: {metadata: {name: function-input}, data: {}}\nitems: []\n',
    ],
  ])('%s', async (_, input) => {
    const { code, stdout, stderr } = await run(input)
    expect([code, stdout.toString(), stderr.includes('warning')]).toEqual([0, input, false])
  })

  test.each([
    ['a message', 'Error: chart not found\n'],
    ['HTML', '<html><body>404</body></html>\n'],
    ['values', 'image: {repository: nginx, tag: 1}\n'],
  ])('what is no manifest (%s) goes through with a warning', async (_, input) => {
    const { code, stdout, stderr } = await run(input)
    expect([code, stdout.toString(), stderr.split(': ')[1]]).toEqual([
      0,
      input,
      'warning INPUT_WITHOUT_OBJECTS',
    ])
  })
})

describe('rule 5: Helm 4 gets a comment rather than nothing', () => {
  test.each(['', '\n', ' \r\n'])('for %j', async (input) => {
    const { code, stdout } = await run(input, [], { env: helm4 })
    expect([code, stdout.toString()]).toEqual([0, '# pinpull: no manifests\n'])
  })
})

describe('rule 6: everything else stays, byte for byte', () => {
  test.each([
    [
      "the comments that helm's --show-only reads",
      `---\n# Source: web/templates/pod.yaml\n${pod('nginx:1.27')}`,
    ],
    ['CRLF', pod('nginx:1.27').replaceAll('\n', '\r\n')],
    ['a mark at the start of the file', `\ufeff${pod('nginx:1.27')}`],
    ['a missing line break at the end', pod('nginx:1.27').trimEnd()],
    [
      'block scalars and their last lines',
      `kind: ConfigMap\napiVersion: v1\ndata:\n  a: |\n    x\n\n  b: |-\n    y\n  c: |+\n    z\n\n---\n${pod('nginx:1.27')}`,
    ],
    ['odd separators', `--- # first\n${pod('nginx:1.27')}...\n---\n${pod('redis:7.2')}`],
    [
      'quotes, flow and unusual order',
      `{kind: Pod, "apiVersion": 'v1', spec: {containers: [{image: "nginx:1.27", name: a}]}, metadata: {name: a}}\n`,
    ],
  ])('%s', async (_, input) => {
    const { code, stdout } = await run(input)
    const back = stdout
      .toString()
      .replace(/@sha256:[a-f0-9]{64}/g, '')
      .replace(/\r?\n *imagePullPolicy: IfNotPresent|, imagePullPolicy: IfNotPresent/g, '')
    expect([code, stdout.length > input.length, back]).toEqual([0, true, input])
  })
})

describe('rule 7: nothing is dropped, moved, renamed or joined', () => {
  test('two objects with one identity', async () => {
    const input = [pod('nginx:1.27'), pod('nginx:1.26'), pod('nginx:1.27')].join('---\n')
    expect(shown(await run(input))).toBe(
      [pinned('nginx:1.27'), pinned('nginx:1.26'), pinned('nginx:1.27')].join('---\n'),
    )
  })
})

describe("rule 8: hosts' annotations survive", () => {
  test.each([
    ['Helm 4', "    postrenderer.helm.sh/postrender-filename: 'web/templates/pod.yaml'\n"],
    ['kustomize', '    kustomize.config.k8s.io/id: |\n      kind: Pod\n      name: web\n      version: v1\n'],
    [
      'kyaml',
      "    internal.config.kubernetes.io/needsHashSuffix: enabled\n    config.kubernetes.io/index: '0'\n    config.k8s.io/id: '1'\n",
    ],
  ])('of %s', async (_, annotations) => {
    const add = (text: string) => text.replace('  name: web\n', `  name: web\n  annotations:\n${annotations}`)
    expect(shown(await run(add(pod('nginx:1.27'))))).toBe(add(pinned('nginx:1.27')))
  })
})

describe('rule 9: every form of input that was seen in the wild', () => {
  test.each([
    [
      'JSON',
      '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"},"spec":{"containers":[{"image":"nginx:1.27","name":"a"}]}}',
    ],
    [
      'YAML that begins like JSON',
      '{ "kind": Pod, apiVersion: v1, metadata: { name: a }, spec: { containers: [ { image: nginx:1.27, name: a } ] } }\n',
    ],
    [
      'a typed list',
      'apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n  spec: {containers: [{name: a, image: nginx:1.27}]}\n',
    ],
    ['documents without a kind', `a: b\n---\n${pod('nginx:1.27')}---\n- 1\n- 2\n---\njust text\n`],
    [
      'doubled keys',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nmetadata: {name: b}\nspec:\n  containers:\n  - image: nginx:1.27\n    name: a\n',
    ],
    [
      'an anchor and its alias',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  initContainers:\n  - {name: a, image: &i nginx:1.27}\n  containers:\n  - {name: b, image: *i}\n',
    ],
    ['a ResourceList', resourceList([pod('nginx:1.27')])],
  ])('%s', async (_, input) => {
    const { code, stdout } = await run(input)
    const output = stdout.toString()
    expect([code, output.match(/nginx:1\.27@sha256:[a-f0-9]{64}/g)?.length]).toEqual([0, 1])
    expect(output.match(/@sha256:/g)).toHaveLength(1)
  })
})

describe('rule 10: no alias that was not there', () => {
  test('items that share an image each get a text of their own', async () => {
    const output = shown(await run(resourceList([pod('nginx:1.27'), pod('nginx:1.27', 'b')])))
    expect(output).toBe(resourceList([pinned('nginx:1.27'), pinned('nginx:1.27', 'b')]))
    expect(output).not.toMatch(/[&*]/)
  })
})

describe('rule 11: what is said can be had without stderr', () => {
  test.each([
    ['a flag', ['--report', 'report.json'], {}],
    ['the environment', [], { PINPULL_REPORT: 'report.json' }],
  ])('in a report file, by %s', async (_, args, env) => {
    const sandbox = createSandbox()
    try {
      const { code } = await run(pod('NGINX'), args, { env, cwd: sandbox.folder })
      const report = JSON.parse(readFileSync(`${sandbox.folder}/report.json`, 'utf8'))
      expect([code, report.diagnostics[0].code]).toEqual([1, 'REFERENCE_INVALID'])
    } finally {
      sandbox.remove()
    }
  })

  test('by pinpull last', async () => {
    const sandbox = createSandbox()
    try {
      const env = { HOME: sandbox.folder }
      await run(pod('NGINX'), [], { env: { ...env, ...helm4 } })
      expect((await runProgram(['last'], { env })).stdout.toString()).toContain('error REFERENCE_INVALID')
    } finally {
      sandbox.remove()
    }
  })
})

describe('rule 12: no network without need, and an end in time', () => {
  test.each([
    ['no images', 'apiVersion: v1\nkind: ConfigMap\n'],
    ['only pinned ones', pod(`nginx@sha256:${'a'.repeat(64)}`)],
  ])('%s', async (_, input) => {
    registry.clearRequests()
    expect([(await run(input)).code, registry.count()]).toEqual([0, 0])
  })

  test('a deadline of one’s own', async () => {
    registry.script({ answer: silence })
    const { code, stderr } = await run(pod('nginx:1.27'), ['--timeout', '2s'])
    registry.clearScript()
    expect(code).toBe(3)
    expect(stderr).toContain('error DEADLINE_EXCEEDED')
  })
})

describe('rule 13: no home, no terminal, nowhere to write', () => {
  test.each([
    ['no HOME', { HOME: '' }],
    ['a HOME that is not there', { HOME: '/nonexistent' }],
    ['a HOME that is no folder', { HOME: '/dev/null' }],
    ['a TMPDIR that is not there', { TMPDIR: '/nonexistent' }],
  ])('%s', async (_, env) => {
    expect(shown(await run(pod('nginx:1.27'), [], { env }))).toBe(pinned('nginx:1.27'))
  })
})

describe('rule 14: once more changes nothing, and the same is the same', () => {
  test('a second pass, and a second run', async () => {
    const input = [pod('nginx:1.27'), pod('redis', 'b'), pod('busybox:latest', 'c')].join('---\n')
    const once = await run(input)
    const again = await run(once.stdout.toString())
    const other = await run(input)
    expect([again.stdout.equals(once.stdout), other.stdout.equals(once.stdout)]).toEqual([true, true])
  })

  test('a ResourceList with findings', async () => {
    const once = await run(resourceList([pod('nginx')]))
    expect(once.stdout.toString()).toContain('IMAGE_UNTAGGED')
    expect((await run(once.stdout.toString())).stdout.equals(once.stdout)).toBe(true)
  })
})

describe('rule 15: what only looks like a workload is none', () => {
  test.each([
    [
      'a Kptfile',
      'apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata: {name: a}\npipeline:\n  mutators:\n  - image: ghcr.io/kptdev/krm-functions-catalog/set-image:v0.1\n',
    ],
    [
      'a Kustomization',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n- {name: nginx, newTag: "1.27"}\n',
    ],
    [
      'a function',
      'apiVersion: example.com/v1\nkind: SetLabels\nmetadata:\n  name: a\n  annotations:\n    config.kubernetes.io/function: |\n      container:\n        image: example.com/set-labels:v1\n',
    ],
    [
      'an item for local use',
      `${pod('nginx:1.27').replace('  name: web\n', "  name: web\n  annotations: {config.kubernetes.io/local-config: 'true'}\n")}`,
    ],
  ])('%s', async (_, item) => {
    registry.clearRequests()
    const list = resourceList([item])
    const { code, stdout } = await run(list)
    expect([code, stdout.toString(), registry.count()]).toEqual([0, list, 0])
  })

  test('nor is the configuration of the function', async () => {
    registry.clearRequests()
    const config =
      'functionConfig:\n  apiVersion: pinpull.dev/v1alpha1\n  kind: Pinpull\n  metadata:\n    annotations:\n      config.kubernetes.io/function: |\n        container: {image: example.com/pinpull:1}\n'
    const list = resourceList([], config).replace('items:\n', 'items: []\n')
    const { code, stdout } = await run(list)
    expect([code, stdout.toString(), registry.count()]).toEqual([0, list, 0])
  })
})

describe('rule 16: the profile comes from arguments, then the environment, then the function’s configuration', () => {
  const list = (profile: string) =>
    resourceList(
      [pod('nginx:main')],
      `functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  data: {profile: ${profile}}\n`,
    )
  test.each([
    ['none', undefined, undefined, undefined, 'prod'],
    ['the configuration', undefined, undefined, 'dev', 'dev'],
    ['the environment over it', undefined, 'staging', 'dev', 'staging'],
    ['an argument over both', 'dev', 'prod', 'staging', 'dev'],
  ])('%s', async (_, flag, variable, config, profile) => {
    const input = config === undefined ? resourceList([pod('nginx:main')]) : list(config)
    const env: Record<string, string> = variable === undefined ? {} : { PINPULL_PROFILE: variable }
    const { stderr } = await run(input, flag === undefined ? [] : ['--profile', flag], { env })
    expect(stderr).toContain(`pinpull: ${profile}: 1 image`)
  })
})

describe('rule 17: no line that kpt takes for docker’s', () => {
  test('neither with all details nor with a digest in an image', async () => {
    const { stderr } = await run(pod('nginx:1.27'), ['--verbose'])
    const odd = await run(pod('"Digest: sha256:0"'))
    expect(stderr + odd.stderr).not.toMatch(/Digest: sha256|: Waiting|: Pulling from|Unable to find image/)
    expect(odd.stderr).toContain('Digest sha256:0')
  })
})

describe('rule 18: signals and closed pipes are no news', () => {
  test('SIGTERM while waiting', async () => {
    registry.script({ answer: silence })
    registry.clearRequests()
    const { child, result } = startProgram([], { input: pod('nginx:1.27'), env: { PINPULL_MIRROR: mirror } })
    await expect.poll(() => registry.count()).toBe(1)
    child.kill('SIGTERM')
    const { signal, stdout, stderr } = await result
    registry.clearScript()
    expect([signal, stdout.toString(), stderr]).toEqual(['SIGTERM', '', ''])
  })

  test('a reader that has left', async () => {
    const sandbox = createSandbox({ PINPULL_MIRROR: mirror })
    try {
      sandbox.write('many.yaml', Array(2000).fill(pod('nginx:1.27')).join('---\n'))
      const { stderr } = await sandbox.run('bash', [
        '-c',
        'pinpull --quiet < many.yaml | head -n 1 > /dev/null',
      ])
      expect(stderr).toBe('')
    } finally {
      sandbox.remove()
    }
  })
})

test('only image and policy lines ever differ', async () => {
  const input = [pod('nginx:1.27'), pod('redis', 'b')].join('---\n')
  const { stdout } = await run(input)
  expect(changedLines(input, stdout.toString()).map(({ line }) => line)).toEqual([8, 9, 18, 19])
})

describe('rule 19: files among the arguments never replace the stream', () => {
  test('together they are an error, and with - both are read', async () => {
    const sandbox = createSandbox({})
    try {
      sandbox.write('prod/extra.yaml', pod('busybox:1.36', 'extra'))
      const options = { cwd: sandbox.folder }
      const refused = await run(pod('nginx:1.27'), ['prod'], options)
      expect([refused.code, refused.stdout.toString()]).toEqual([2, ''])
      expect(refused.stderr).toContain('error FILES_BESIDE_STREAM: ')
      const both = await run(pod('nginx:1.27'), ['-', 'prod'], options)
      expect([both.code, shown(both)]).toEqual([
        0,
        `${pinned('nginx:1.27')}---\n${pinned('busybox:1.36', 'extra')}`,
      ])
    } finally {
      sandbox.remove()
    }
  })
})
