import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess, TYPED } from '../support/memory-io.ts'
import { buildImage } from '../support/registry/image.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let registry: TestRegistry
let folder: string
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())
beforeEach(() => {
  folder = temporaryFolder()
  registry.clearRequests()
  // What the tag names now, and what it named before.
  registry.push('acme/web:1', { seed: 'old' })
  registry.push('acme/web:1', { seed: 'new' })
})

const old = buildImage({ seed: 'old' })
const current = buildImage({ seed: 'new' })
const OLD = old.top.digest
const NEW = current.top.digest
const OLD_CHILD = old.manifests[0]?.digest ?? ''
const NEW_CHILD = current.manifests[0]?.digest ?? ''
const MISSING = `sha256:${'e'.repeat(64)}`

interface PodSpec {
  readonly image?: string
  readonly id: string
  readonly phase?: string
  readonly startedAt?: string
}

/** What `kubectl get pods -A -o json` prints; HOST is the registry. */
function pods(...list: readonly PodSpec[]): string {
  const items = list.map(({ image = 'HOST/acme/web:1', id, phase = 'Running', startedAt }, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `web-${index}`, namespace: 'shop' },
    spec: {
      nodeName: `node-${index % 2}`,
      containers: [{ name: 'web', image, imagePullPolicy: 'IfNotPresent' }],
    },
    status: {
      phase,
      // containerd reports one of several tags here.
      containerStatuses: [
        { name: 'web', image: 'HOST/acme/other:2', imageID: id, state: { running: { startedAt } } },
      ],
    },
  }))
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items }).replaceAll('HOST', registry.host)
}

async function run(args: readonly string[], input: string) {
  const now = () => Date.UTC(2026, 10, 20)
  const { code, stdout, stderr } = await runInProcess(args, { input, cwd: folder, now })
  const readable = (text: string) =>
    text
      .replaceAll(registry.host, 'HOST')
      .replaceAll(OLD, 'OLD')
      .replaceAll(NEW, 'NEW')
      .replaceAll(OLD_CHILD, 'OLD_CHILD')
      .replaceAll(NEW_CHILD, 'NEW_CHILD')
  return { code, stdout: readable(stdout), stderr: readable(stderr) }
}

const adopt = (input: string, ...args: readonly string[]) => run(['lock', '--from-status', ...args], input)

function lockedDigests(): string[] {
  if (!existsSync(join(folder, 'pinpull.lock.yaml'))) return []
  const text = readFileSync(join(folder, 'pinpull.lock.yaml'), 'utf8')
  return [...text.matchAll(/^ {4}(?:digest|source): "?([^"\n]*)"?$/gm)].map(([, value = '']) =>
    value.replace(OLD, 'OLD').replace(NEW, 'NEW').replace(OLD_CHILD, 'OLD_CHILD'),
  )
}

describe('pinpull lock --from-status', () => {
  test.each([
    ['the index that runs, although the tag has moved on', `HOST/acme/web@OLD`, 'OLD'],
    ['in the spelling of cri-dockerd', `docker-pullable://HOST/acme/web@OLD`, 'OLD'],
    ['a manifest of the index that the tag names', `HOST/acme/web@NEW_CHILD`, 'NEW'],
  ])('locks %s', async (_, id, expected) => {
    const text = id.replace('NEW_CHILD', NEW_CHILD).replace('OLD', OLD)
    const { code, stderr } = await adopt(pods({ id: text }))
    expect([code, stderr]).toEqual([
      0,
      `added HOST/acme/web:1 ${expected}\npinpull: lock: 1 image: 1 added, 0 updated, 0 unchanged, 0 removed; pinpull.lock.yaml was written\n`,
    ])
    expect(lockedDigests()).toEqual([expected, 'cluster'])
  })

  test.each([
    [
      'a config digest',
      `docker://${MISSING}`,
      `${MISSING} in Pod shop/web-0 on node-0 is the digest of the image's config, by which no registry knows it`,
    ],
    ['a config digest of containerd', MISSING, "is the digest of the image's config"],
    ['another repository', `HOST/acme/copy@${OLD}`, 'is of another repository'],
    [
      'a manifest of an index that nobody knows',
      `HOST/acme/web@${OLD_CHILD}`,
      'is the manifest of one platform, and the tag names another index now',
    ],
    ['what the registry no longer has', `HOST/acme/web@${MISSING}`, 'is no longer in the registry'],
  ])('does not lock %s, and says where it runs', async (_, id, message) => {
    const { code, stderr } = await adopt(pods({ id }, { id }, { id: '' }))
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('warning IMAGE_ID_UNUSABLE: HOST/acme/web:1: '),
    ])
    expect(stderr).toContain(
      message.replace('in Pod shop/web-0 on node-0', 'in 2 Pods on 2 nodes, such as shop/web-0 on node-0'),
    )
    expect(stderr.match(/IMAGE_ID_UNUSABLE/g)).toHaveLength(1)
    expect(lockedDigests()).toEqual([])
  })

  test('a manifest is mapped to its index by the lock file, without a registry', async () => {
    await adopt(pods({ id: `HOST/acme/web@${OLD}` }))
    registry.clearRequests()
    const { code, stderr } = await adopt(pods({ id: `HOST/acme/web@${OLD_CHILD}` }), '--locked')
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('1 unchanged, 0 removed; pinpull.lock.yaml is unchanged'),
    ])
    expect(registry.requests).toEqual([])
  })

  test('--platform locks the manifest itself', async () => {
    await adopt(pods({ id: `HOST/acme/web@${OLD_CHILD}` }), '--platform', 'linux/amd64')
    expect(lockedDigests()).toEqual(['OLD_CHILD', 'cluster'])
  })

  const mixed = [
    { id: `HOST/acme/web@${OLD}`, startedAt: '2026-11-01T00:00:00Z' },
    { id: `HOST/acme/web@${OLD}`, startedAt: '2026-11-02T00:00:00Z' },
    { id: `HOST/acme/web@${NEW}`, startedAt: '2026-11-03T00:00:00Z' },
  ]

  test('one tag with several digests: none is locked, with counts, Pods and nodes', async () => {
    const { code, stderr } = await adopt(pods(...mixed))
    expect([code, stderr.split('\n')[0]]).toEqual([
      1,
      'warning IMAGE_RUNS_MIXED: HOST/acme/web:1 runs with 2 digests, and none of them is locked: OLD in 2 Pods on 2 nodes, such as shop/web-0 on node-0; NEW in Pod shop/web-2 on node-0',
    ])
    expect(lockedDigests()).toEqual([])
  })

  test.each([
    ['most', 'OLD'],
    ['newest', 'NEW'],
  ])('--prefer %s locks %s', async (preference, expected) => {
    const { stderr } = await adopt(pods(...mixed), '--prefer', preference)
    expect(stderr).toContain(`runs with 2 digests, and ${expected} is locked`)
    expect(lockedDigests()).toEqual([expected, 'cluster'])
  })

  test('an image that is locked with another digest stays so without --update', async () => {
    await run(['lock', '--image', `${registry.host}/acme/web:1`], '')
    const input = pods({ id: `HOST/acme/web@${OLD}` })
    const kept = await adopt(input)
    expect([kept.code, kept.stderr]).toEqual([
      0,
      expect.stringContaining('info LOCK_RUNS_OTHER: HOST/acme/web:1 is locked as NEW, and runs as OLD'),
    ])
    expect((await adopt(input, '--update')).stderr).toContain('updated HOST/acme/web:1 NEW → OLD')
  })

  test('Pods that are done, and images with a digest, are left out', async () => {
    const { code, stderr } = await adopt(
      pods(
        { id: `HOST/acme/web@${OLD}`, phase: 'Succeeded' },
        { id: `HOST/acme/web@${NEW}`, image: `HOST/acme/web:1@${NEW}` },
      ),
    )
    expect([code, stderr]).toEqual([1, expect.stringContaining('error LOCK_WITHOUT_IMAGES')])
  })

  test('nothing that runs is an error', async () => {
    expect((await adopt('{"apiVersion": "v1", "kind": "List", "items": []}')).code).toBe(1)
  })

  test('a denied digest is not locked', async () => {
    writeFileSync(
      join(folder, 'pinpull.yaml'),
      `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {denyDigests: ["${OLD_CHILD}"]}\n`,
    )
    const { code, stderr } = await adopt(pods({ id: `HOST/acme/web@${OLD}` }))
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('error DIGEST_DENIED: HOST/acme/web:1: denyDigests has OLD_CHILD'),
    ])
  })

  test.each([
    [['--prefer', 'most'], '--prefer chooses between digests that run: add --from-status'],
    [['--from-status', '--check'], '--from-status locks what runs, and --check has no part in that'],
    [['--from-status', '--prune'], '--from-status locks what runs, and --prune has no part in that'],
  ])('%j is refused', async (args, reason) => {
    const { code, stderr } = await run(['lock', ...args], pods({ id: '' }))
    expect([code, stderr]).toEqual([2, expect.stringContaining(reason)])
  })

  test('ten thousand Pods of a hundred images cost two requests an image', async () => {
    const list = Array.from({ length: 10_000 }, (_, n) => {
      registry.push(`many/app${n % 100}:1`, { seed: 'old' })
      return { image: `HOST/many/app${n % 100}:1`, id: `HOST/many/app${n % 100}@${OLD}` }
    })
    const { code, stderr } = await adopt(pods(...list))
    expect([code, stderr.split('\n').at(-2)]).toEqual([
      0,
      'pinpull: lock: 100 images: 100 added, 0 updated, 0 unchanged, 0 removed; pinpull.lock.yaml was written',
    ])
    expect(registry.requests.length).toBeLessThanOrEqual(200)
  })
})

describe('pinpull check --running', () => {
  test('says which running Pods would be refused when they are recreated', async () => {
    const input = pods(
      { id: `HOST/acme/web@${OLD}` },
      { id: `HOST/acme/web@${OLD}`, phase: 'Succeeded' },
      { id: `HOST/acme/web@${OLD}`, image: `HOST/acme/web:1@${OLD}` },
    )
    const { code, stdout } = await run(['check', '--running'], input)
    expect([code, stdout.match(/IMAGE_UNPINNED/g)]).toEqual([1, ['IMAGE_UNPINNED']])
    expect(stdout).toContain('pinpull check: 1 of 2 running Pods would be refused when they are recreated\n')
  })

  test('finds a denied digest that runs, though the spec shows only a tag', async () => {
    writeFileSync(
      join(folder, 'pinpull.yaml'),
      `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {defaultProfile: dev, denyDigests: ["${OLD}"]}\n`,
    )
    const { code, stdout } = await run(
      ['check', '--running'],
      pods({ id: `HOST/acme/web@${OLD}` }, { id: `HOST/acme/web@${NEW}` }),
    )
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('error DIGEST_DENIED: HOST/acme/web:1: denyDigests has OLD'),
    ])
    expect(stdout).toContain('1 of 2 running Pods would be refused')
  })
})

describe('pinpull images --digest', () => {
  const pod = (image: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: "${image.replace('HOST', registry.host)}"}]}\n`

  test('finds an index and its manifests by tag, by the lock file and the manifests, without a registry', async () => {
    await run(['lock', '--image', `${registry.host}/acme/web:1`], '')
    registry.clearRequests()
    for (const [digest, role] of [
      [NEW, 'locked'],
      [NEW_CHILD, 'linux/amd64 of the locked index'],
    ]) {
      const { code, stdout } = await run(['images', '--digest', digest ?? ''], pod('HOST/acme/web:1'))
      expect([code, stdout.replaceAll(/ +/g, ' ')]).toEqual([
        0,
        `${digest === NEW ? 'NEW' : 'NEW_CHILD'}\nIMAGE USED BY\nHOST/acme/web:1 (${role}) <stdin>:4:38: Pod web, container c, spec.containers[0].image\n`,
      ])
    }
    expect((await run(['images', '--digest', NEW_CHILD, '-o', 'name'], pod('nginx:1'))).stdout).toBe(
      'HOST/acme/web:1\n',
    )
    const typed = await run(['images', '--digest', NEW_CHILD], TYPED)
    expect([typed.code, typed.stdout]).toEqual([0, expect.stringContaining('(no manifest)')])
    expect(registry.requests).toEqual([])
  })

  test('as data', async () => {
    await run(['lock', '--image', `${registry.host}/acme/web:1`], '')
    const { stdout } = await run(
      ['images', '--digest', NEW_CHILD, '--digest', MISSING, '-o', 'json'],
      pod(`HOST/acme/web@${NEW}`),
    )
    expect(JSON.parse(stdout).digests).toEqual([
      {
        digest: 'NEW_CHILD',
        images: [
          {
            image: 'HOST/acme/web:1',
            role: 'platform',
            platform: 'linux/amd64',
            index: 'NEW',
            isLocked: true,
            uses: [expect.objectContaining({ line: 4, container: 'c' })],
          },
        ],
      },
      { digest: MISSING, images: [] },
    ])
  })

  test.each([
    ['a digest that no image has', MISSING, 1, `${MISSING}: no image has it\n`],
    ['a digest that stands in a manifest', OLD, 0, '(in the manifest)'],
  ])('%s', async (_, digest, code, text) => {
    const found = await run(['images', '--digest', digest], pod(`HOST/acme/web:1@${OLD}`))
    expect([found.code, found.stdout]).toEqual([code, expect.stringContaining(text)])
  })

  test('what cannot be read is no answer, and neither is an index whose manifests nobody knows', async () => {
    expect((await run(['images', '--digest', NEW], 'a: [\n')).code).toBe(2)
    expect((await run(['images', '--digest', 'latest'], '')).code).toBe(2)
    await run(['lock', '--image', `${registry.host}/acme/web:1`], '')
    const path = join(folder, 'pinpull.lock.yaml')
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(/ {4}platforms:\n(?: {6}.*\n)+/, '    platforms: [linux/amd64]\n'),
    )
    const { code, stderr } = await run(['images', '--digest', NEW_CHILD], pod('nginx:1'))
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        'the manifests of 1 locked indexes are not known (HOST/acme/web:1): pinpull lock --update adds them',
      ),
    ])
    await run(['lock', '--update'], TYPED)
    expect((await run(['images', '--digest', NEW_CHILD], pod('nginx:1'))).code).toBe(0)
  })
})
