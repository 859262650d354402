import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'
import { digestHeader, failWith, html, silence } from '../support/registry/misbehaviour.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import type { Rule } from '../support/registry/script.ts'

/** Whatever is wrong, nothing is written, and one message says what, where, in which container, and what to do. */
describe('bad input', () => {
  let registry: TestRegistry
  let locked: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry({ anyName: true })
    locked = await startRegistry({ anyName: true, auth: { kind: 'bearer', users: { ann: 'secret' } } })
  })
  afterAll(() => Promise.all([registry.close(), locked.close()]))

  /** Runs the program on an input that fails, and gives what it said, with the registries' hosts made nameable. */
  const failure = async (
    code: number,
    input: string | Uint8Array,
    ...args: readonly string[]
  ): Promise<string> => {
    const run = await runProgram(['--profile', 'prod', ...args], { input })
    expect([run.code, run.stdout.toString()]).toEqual([code, ''])
    return run.stderr.replaceAll(registry.host, 'REGISTRY').replaceAll(locked.host, 'LOCKED')
  }

  test.each<[string, number, string | Uint8Array, string]>([
    [
      'bytes that are not UTF-8',
      1,
      Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]),
      `<stdin>:1:4: error INPUT_NOT_UTF8: the input is not UTF-8: the byte 0xFF ("ÿ" in Latin-1) in document 1
  → Kubernetes manifests are UTF-8; save the file that this comes from as UTF-8: iconv -f latin1 -t utf-8
`,
    ],
    [
      'broken YAML',
      1,
      'apiVersion: v1\nkind: Pod\n---\nkind: "Pod\n',
      `<stdin>:5:1: error YAML_INVALID: invalid YAML: Missing closing "quote
  → correct it there, or in the template that it was rendered from
pinpull: prod: 1 error in 0 images; nothing was written
`,
    ],
    [
      "another program's message",
      1,
      'Error: INSTALLATION FAILED: chart not found\n',
      `<stdin>:1:8: warning INPUT_WITHOUT_OBJECTS: the input contains no Kubernetes object: it is not valid YAML either
  → check the previous step: did it fail without pipefail, print more than manifests, or skip a function?
<stdin>:1:8: error YAML_INVALID: invalid YAML: Nested mappings are not allowed in compact mappings; line 1 is a message ("Error: INSTALLATION FAILED: chart not found"): did 2>&1 put it among the manifests?
  → correct it there, or in the template that it was rendered from
pinpull: prod: 1 error in 0 images; nothing was written
`,
    ],
    [
      'an alias without its anchor',
      1,
      deployment('*image'),
      `<stdin>:11:18: error YAML_INVALID: invalid YAML: the alias *image stands for no anchor before it
  → correct it there, or in the template that it was rendered from
pinpull: prod: 1 error in 0 images; nothing was written
`,
    ],
    [
      'a value that is no reference',
      1,
      deployment('Nginx:1.27'),
      `<stdin>:11:18: error REFERENCE_INVALID: "Nginx:1.27" is not an image reference: the name of a repository is lower case
  Deployment shop/web, container app, spec.template.spec.containers[0].image
  → correct the image, or exclude this field
pinpull: prod: 1 error in 1 image; nothing was written
`,
    ],
    [
      'a registry that is down',
      3,
      deployment('127.0.0.1:9/team/app:1'),
      `<stdin>:11:18: error REGISTRY_UNAVAILABLE: 127.0.0.1:9/team/app:1: 127.0.0.1:9 could not be reached (after 4 tries): nothing listens on port 9 of 127.0.0.1 (ECONNREFUSED)
  Deployment shop/web, container app, spec.template.spec.containers[0].image
  → check the host name, the network and the proxy settings; pinpull doctor 127.0.0.1:9 shows each step
pinpull: prod: 1 error in 1 image; nothing was written
`,
    ],
  ])('%s', async (_, code, input, message) => {
    expect(await failure(code, input)).toBe(message)
  })

  const scripted: [string, number, Rule[], string, string[]][] = [
    [
      'a tag that is not there',
      1,
      [{ answer: failWith(404, 'MANIFEST_UNKNOWN') }],
      `<stdin>:11:18: error MANIFEST_UNKNOWN: REGISTRY/team/app:1: tag "1" was not found in team/app at REGISTRY
  Deployment shop/web, container app, spec.template.spec.containers[0].image
  → check the spelling of repository and tag, and that the image has been pushed
pinpull: prod: 1 error in 1 image; nothing was written
`,
      [],
    ],
    [
      'a registry that is slow',
      3,
      [{ answer: silence }],
      `<stdin>:11:18: error DEADLINE_EXCEEDED: REGISTRY/team/app:1: timed out after 3 s (--timeout), before REGISTRY responded
  Deployment shop/web, container app, spec.template.spec.containers[0].image
  → raise --timeout, or find out which registry is slow with --verbose
pinpull: prod: 1 error in 1 image; nothing was written
`,
      ['--timeout', '3s'],
    ],
    [
      'a registry that lies about a digest',
      1,
      [
        { when: { method: 'HEAD' }, answer: digestHeader() },
        { answer: digestHeader(`sha256:${'0'.repeat(64)}`) },
      ],
      `<stdin>:11:18: error DIGEST_MISMATCH: REGISTRY/team/app:1: REGISTRY says sha256:${'0'.repeat(64)}, but the content is DIGEST; refusing to pin
  Deployment shop/web, container app, spec.template.spec.containers[0].image
  → do not use this image until the operator of REGISTRY has explained it; a proxy may have altered it
pinpull: prod: 1 error in 1 image; nothing was written
`,
      [],
    ],
    [
      'a server that answers HTML',
      3,
      [{ answer: html() }],
      `<stdin>:11:18: error NOT_A_REGISTRY: REGISTRY/team/app:1: REGISTRY did not answer as a registry (it sent text/html)
  Deployment shop/web, container app, spec.template.spec.containers[0].image
  → check the host name; there may be a proxy or a login page in between
pinpull: prod: 1 error in 1 image; nothing was written
`,
      [],
    ],
  ]
  test.each(scripted)('%s', async (_, code, rules, message, args) => {
    registry.script(...rules)
    const said = await failure(code, deployment(`${registry.host}/team/app:1`), ...args)
    registry.clearScript()
    expect(said.replace(/is sha256:[a-f0-9]{64}/, 'is DIGEST')).toBe(message)
  })

  test('a private repository, and no credentials', async () => {
    const said = await failure(3, deployment(`${locked.host}/team/app:1`))
    const sessionFile =
      process.platform === 'linux' ? `/run/containers/${process.getuid?.()}/auth.json, ` : ''
    expect(said).toBe(
      `<stdin>:11:18: error CREDENTIAL_MISSING: LOCKED/team/app:1: access denied, or the repository does not exist; no credentials found for LOCKED
  Deployment shop/web, container app, spec.template.spec.containers[0].image
  → check the name; if it is private, log in with docker login LOCKED (looked in: /dev/null/home/.docker/config.json, ${sessionFile}/dev/null/home/.config/containers/auth.json, /dev/null/home/.dockercfg)
pinpull: prod: 1 error in 1 image; nothing was written
`,
    )
  })

  test('ten images of one registry are one error, and the good one does not get through', async () => {
    const images = [...Array(10).keys()].map((i) => `127.0.0.1:9/team/app:${i}`)
    const said = await failure(
      3,
      [...images, `${registry.host}/team/app:1`].map((image) => deployment(image)).join('---\n'),
    )
    expect(
      said,
    ).toBe(`error REGISTRY_UNAVAILABLE: 127.0.0.1:9 could not be reached (after 4 tries): nothing listens on port 9 of 127.0.0.1 (ECONNREFUSED); 10 images are affected:
  <stdin>:11:18: 127.0.0.1:9/team/app:0 (Deployment shop/web)
  <stdin>:23:18: 127.0.0.1:9/team/app:1 (Deployment shop/web)
  <stdin>:35:18: 127.0.0.1:9/team/app:2 (Deployment shop/web)
  <stdin>:47:18: 127.0.0.1:9/team/app:3 (Deployment shop/web)
  <stdin>:59:18: 127.0.0.1:9/team/app:4 (Deployment shop/web), and 5 more (--verbose lists all)
  → check the host name, the network and the proxy settings; pinpull doctor 127.0.0.1:9 shows each step
pinpull: prod: 1 error in 11 images; nothing was written
`)
  })
})

function deployment(image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    spec:
      containers:
        - name: app
          image: ${image}
`
}
