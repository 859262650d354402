import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startProgram } from '../../support/program.ts'
import {
  type Artifact,
  ATTACHED_TYPES,
  artifact,
  bundleReferrer,
  referrersIndex,
} from '../../support/registry/attached.ts'
import { type Blob, buildImage } from '../../support/registry/image.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

// A registry whose owner wants to fill the memory or the time of those who verify. Limits of single steps are tested in test/registry
// and test/verify; here is what they come to for the program.

const GIGABYTE = 1_000_000_000
const MIB = 1 << 20
const MANY = 10_000
/** In MiB; these runs have some 130, and Node alone 50. */
const MEMORY = 300

/** In MiB, for several images together: their limit is 128, and one of them may go beyond it with as much. */
const MEMORY_TOGETHER = 650
const TOGETHER = 8

const IMAGE = buildImage({ seed: 'hostile', index: false })
const SUBJECT = IMAGE.top.digest
const tagPath = (digest: string, suffix: string): string => `manifests/${digest.replace(':', '-')}${suffix}`
const SIGNATURES = tagPath(SUBJECT, '.sig')
const REFERRERS = `referrers/${SUBJECT}`

/** What the registry answers in each of its repositories, by path; `endless` has a gigabyte. */
type Content = Map<string, Blob | 'endless'>

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function startHostileRegistry(content: Content): Promise<{ host: string; sent(): number }> {
  let sent = 0
  const piece = Buffer.alloc(MIB, 0x20)
  const sendGigabyte = (response: ServerResponse): void => {
    let left = GIGABYTE
    const more = (): void => {
      while (left > 0 && !response.destroyed) {
        left -= piece.length
        sent += piece.length
        if (!response.write(piece)) {
          response.once('drain', more)
          return
        }
      }
      response.end()
    }
    more()
  }
  const server = createServer((request, response) => {
    const [, path = ''] = /^\/v2\/team\/\w+\/([^?]*)/.exec(request.url ?? '') ?? []
    const found = content.get(path)
    if (found === undefined) response.writeHead(request.url === '/v2/' ? 200 : 404).end('{}')
    else if (found === 'endless') {
      response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' })
      sendGigabyte(response)
    } else {
      sent += found.bytes.length
      response.writeHead(200, { 'content-type': found.mediaType, 'docker-content-digest': found.digest })
      response.end(found.bytes)
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(
    () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  )
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, sent: () => sent }
}

function contentOf(artifacts: readonly Artifact[]): Content {
  const content: Content = new Map([
    ['manifests/1.0.0', IMAGE.top],
    [`manifests/${SUBJECT}`, IMAGE.top],
  ])
  for (const { manifest, blobs } of artifacts) {
    content.set(`manifests/${manifest.digest}`, manifest)
    for (const one of blobs) content.set(`blobs/${one.digest}`, one)
  }
  return content
}

/** The content with a list of referrers. */
function withReferrers(artifacts: readonly Artifact[]): Content {
  const entries = artifacts.map(({ manifest: { mediaType, digest, bytes } }) => ({
    mediaType,
    digest,
    size: bytes.length,
    artifactType: ATTACHED_TYPES.bundle,
  }))
  return contentOf(artifacts).set(REFERRERS, referrersIndex(entries))
}

/** Pins the image, or copies of it in several repositories, by a profile that demands a signature; the peak of memory is in MiB. */
async function pin(
  content: Content,
  count = 1,
): Promise<{ code: number | undefined; stderr: string; peak: number; sent: number }> {
  const { host, sent } = await startHostileRegistry(content)
  const folder = temporaryFolder()
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(join(folder, 'key.pub'), publicKey.export({ type: 'spki', format: 'pem' }))
  writeFileSync(
    join(folder, 'pinpull.yaml'),
    `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
metadata:
  name: hostile
spec:
  profiles:
  - name: prod
    verify: [{images: ['**'], keys: [key.pub], transparencyLog: optional}]
`,
  )
  const containers = Array.from(
    { length: count },
    (_, index) => `  - name: web${index}\n    image: ${host}/team/web${index}:1.0.0\n`,
  )
  const input = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n${containers.join('')}`
  const { child, result } = startProgram([], { input, cwd: folder, env: { PINPULL_CACHE_TTL: '0' } })
  let peak = 0
  let isRunning = true
  const look = (): void => {
    peak = Math.max(peak, highWaterMark(child.pid))
    if (isRunning) setTimeout(look, 5)
  }
  look()
  const { code, stdout, stderr } = await result
  isRunning = false
  expect(stdout.toString()).toBe('')
  return { code, stderr, peak, sent: sent() }
}

/** The kernel's own count, in MiB (`VmHWM` of proc(5)). */
function highWaterMark(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** What a refused run is; the message names at most twenty objects. */
function expectRefusal(
  ran: Awaited<ReturnType<typeof pin>>,
  code: string,
  why: string,
  { memory = MEMORY, sent = 20 * MIB, count = 1 } = {},
): void {
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(`error ${code}: `)])
  if (count > 1) expect(ran.stderr).toContain(`${count} images are affected:`)
  expect(ran.stderr).toContain(why)
  expect(ran.stderr.length / count).toBeLessThan(8000)
  expect(ran.peak).toBeGreaterThan(20)
  expect(ran.peak).toBeLessThan(memory)
  expect(ran.sent).toBeLessThan(sent)
}

test('10,000 signatures under the tag', async () => {
  const layers = Array.from({ length: MANY }, (_, index) => ({
    mediaType: ATTACHED_TYPES.signature,
    content: JSON.stringify({ index }),
    annotations: { 'dev.cosignproject.cosign/signature': 'AAAA' },
  }))
  const made = artifact(layers)
  const ran = await pin(contentOf([made]).set(SIGNATURES, made.manifest))
  expectRefusal(ran, 'SIGNATURE_INVALID', 'only 1000 of 10000 layers of sha256-')
})

test('10,000 bundles', async () => {
  const bundles = Array.from({ length: MANY }, (_, index) =>
    bundleReferrer(SUBJECT, JSON.stringify({ index })),
  )
  const ran = await pin(withReferrers(bundles))
  expectRefusal(ran, 'SIGNATURE_INVALID', 'only 1000 of 10000 referrers were looked at')
})

test('a bundle that says that it has a gigabyte', async () => {
  const made = artifact([{ mediaType: ATTACHED_TYPES.bundle, content: '{}', size: GIGABYTE }], {
    artifactType: ATTACHED_TYPES.bundle,
    subject: { mediaType: IMAGE.top.mediaType, digest: SUBJECT, size: 1 },
  })
  const [, bundle] = made.blobs
  const ran = await pin(withReferrers([made]).set(`blobs/${bundle?.digest}`, 'endless'))
  expectRefusal(ran, 'SIGNATURE_MISSING', 'has 1000000000 bytes, and at most 8 MiB are read')
})

test('a bundle that has a gigabyte and does not say so', async () => {
  const made = bundleReferrer(SUBJECT, '{}')
  const [, bundle] = made.blobs
  const ran = await pin(withReferrers([made]).set(`blobs/${bundle?.digest}`, 'endless'))
  expectRefusal(ran, 'SIGNATURE_MISSING', 'has more than the 2 bytes that its manifest states')
})

test('a list of a gigabyte', async () => {
  const ran = await pin(contentOf([]).set(REFERRERS, 'endless'))
  expectRefusal(ran, 'SIGNATURE_MISSING', 'a page of the list is larger than 8 MiB')
})

/** JSON of 8 MiB. */
const large = (index: number, kind: string): string =>
  JSON.stringify({ kind, index, fill: 'x'.repeat(8 * MIB - 100) })
const layersOf = (kind: 'signature' | 'attestation', count: number) =>
  Array.from({ length: count }, (_, index) => ({
    mediaType: ATTACHED_TYPES[kind],
    content: large(index, kind),
    annotations: { 'dev.cosignproject.cosign/signature': 'AAAA' },
  }))

test('eight images with as much attached as is read of one', async () => {
  const signatures = artifact(layersOf('signature', 4))
  const attestations = artifact(layersOf('attestation', 4))
  const bundles = [1, 2, 3, 4].map((index) => bundleReferrer(SUBJECT, large(index, 'bundle')))
  const content = withReferrers(bundles)
  for (const [path, one] of contentOf([signatures, attestations])) content.set(path, one)
  content.set(SIGNATURES, signatures.manifest).set(tagPath(SUBJECT, '.att'), attestations.manifest)
  const ran = await pin(content, TOGETHER)
  expectRefusal(ran, 'SIGNATURE_INVALID', '4 in referrers', {
    memory: MEMORY_TOGETHER,
    sent: TOGETHER * 100 * MIB,
    count: TOGETHER,
  })
})

test('eight images with large manifests of bundles', async () => {
  const bundles = Array.from({ length: 12 }, (_, index) =>
    bundleReferrer(SUBJECT, `{"index":${index}}`, { annotations: { fill: 'x'.repeat(8 * MIB - 1000) } }),
  )
  const ran = await pin(withReferrers(bundles), TOGETHER)
  expectRefusal(
    ran,
    'SIGNATURE_INVALID',
    '8 of 12 manifests were not read, since together they exceed 32 MiB',
    {
      memory: MEMORY_TOGETHER,
      sent: TOGETHER * 35 * MIB,
      count: TOGETHER,
    },
  )
})
