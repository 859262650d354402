import type { Diagnostic, Location } from '../../../diagnostics/diagnostic.ts'
import {
  type Preference,
  preferredDigest,
  type RunningImage,
  runningImages,
  type UnusableReason,
} from '../../../inventory/running-images.ts'
import { type RunningContainer, runningContainers } from '../../../kube/pod/running-containers.ts'
import { entryKey, type LockEntry } from '../../../lock/lock.ts'
import { deniedDigest, withVerified } from '../../../lock/moving-tag.ts'
import { refusedChange } from '../../../lock/signer-change.ts'
import { originalReference } from '../../../plan/match-input.ts'
import { isNotFoundError } from '../../../plan/resolve-result.ts'
import { applySeverities } from '../../../plan/severity.ts'
import { parseReference } from '../../../reference/parse.ts'
import { canonicalText, type Digest, type Reference } from '../../../reference/reference.ts'
import { entryOf } from '../../../resolve/lock-resolver.ts'
import { findRunningDigest } from '../../../resolve/running-digest.ts'
import { signerError, signerIn } from '../../../resolve/signature-collector.ts'
import { factsOf, inputDiagnostics } from '../../io/manifests.ts'
import { type LockChanges, type LockRequest, rulesFor } from './changes.ts'
import { verifyEntry } from './verified-entries.ts'

/**
 * Finds the entries that a lock file needs to have what Pods run (`pinpull lock --from-status`). An image whose digest is not
 * certain is not locked, with a diagnostic that says why.
 *
 * @param isUpdated whether an entry with another digest is replaced
 * @param preference which of several digests of one image is locked; none if it is absent
 */
export async function adoptRunning(
  request: LockRequest,
  isUpdated: (entry: LockEntry) => boolean,
  preference: Preference | undefined,
): Promise<LockChanges> {
  const { file, manifests, profile } = request
  const visited = await manifests.visit((read) => ({
    facts: factsOf(read),
    unreadable: read.kind === 'read' ? read.input.diagnostics : [read.diagnostic],
    containers: read.kind === 'read' ? runningContainers(read.input.documents) : [],
  }))
  const facts = visited.map((one) => one.facts)
  const unreadable = visited.flatMap((one) => one.unreadable)
  const containers = visited.flatMap((one) => one.containers)
  const images = runningImages(containers, (reference) => originalReference(reference, profile))
  const adopted = await Promise.all(images.map((image) => adoptImage(image, request, preference)))
  const known = new Map(file.lock.entries.map((entry) => [entryKey(entry), entry]))
  const entries = adopted.flatMap(({ entry }) => entry ?? [])
  const changed = entries.flatMap((after) => {
    const before = known.get(entryKey(after))
    return before === undefined || before.digest === after.digest ? [] : [{ before, after }]
  })
  const hasErrors = adopted.some((one) => one.diagnostics.some(({ severity }) => severity === 'error'))
  const others = changed.filter(({ before }) => !isUpdated(before))
  const diagnostics = [
    ...inputDiagnostics(facts),
    ...unreadable,
    ...adopted.flatMap((one) => one.diagnostics),
    // An empty lock file would look like success.
    ...(known.size + entries.length + unreadable.length === 0 && !hasErrors ? [NOTHING_LOCKED] : []),
    ...others.map(({ before, after }): Diagnostic => {
      const args = { image: before.reference, locked: before.digest, running: after.digest }
      return { code: 'LOCK_RUNS_OTHER', severity: 'info', args }
    }),
  ]
  return {
    added: entries.filter((entry) => !known.has(entryKey(entry))),
    updated: changed.filter(({ before }) => isUpdated(before)),
    removed: [],
    images: [],
    diagnostics: applySeverities(diagnostics, profile),
    facts,
  }
}

const NOTHING_LOCKED: Diagnostic = { code: 'LOCK_WITHOUT_IMAGES', severity: 'error', args: {} }

interface Adopted {
  readonly entry?: LockEntry
  readonly diagnostics: readonly Diagnostic[]
}

async function adoptImage(
  image: RunningImage,
  request: LockRequest,
  preference: Preference | undefined,
): Promise<Adopted> {
  const { file, source, profile, signal, now } = request
  const { reference } = image
  const { platform } = profile
  const diagnostics = unusableDiagnostics(image)
  const options = { signal, platform }
  /** The containers by what is to be locked: the digests of several platforms may be of one index. */
  const found = new Map<Digest, { entry: LockEntry; containers: readonly RunningContainer[] }>()
  for (const [digest, containers] of image.digests) {
    const running = await findRunningDigest(reference, digest, file.lock, source, options)
    if (running.kind !== 'found') {
      diagnostics.push(notFoundDiagnostic(reference, digest, containers, running))
      continue
    }
    const origin = { kind: 'registry', from: 'cluster' } as const
    const entry = entryOf(reference, options, { descriptor: running.descriptor, origin }, now)
    const same = found.get(entry.digest)?.containers ?? []
    found.set(entry.digest, { entry, containers: [...same, ...containers] })
  }
  const digests = new Map([...found].map(([digest, { containers }]) => [digest, containers]))
  const isMixed = digests.size > 1
  const chosen = isMixed ? preference && preferredDigest(digests, preference) : [...digests.keys()][0]
  if (isMixed) diagnostics.push(mixedDiagnostic(reference, digests, chosen))
  const entry = chosen && found.get(chosen)?.entry
  if (entry === undefined) return { diagnostics }
  const denied = deniedDigest(entry, (digest) => profile.denyDigests?.has(digest) === true)
  if (denied === undefined) return verifyAdopted(entry, diagnostics, request, placeOf(image.digests))
  const args = { image: entry.reference, digest: profile.denyDigests?.get(denied) ?? denied }
  return {
    diagnostics: [
      ...diagnostics,
      { code: 'DIGEST_DENIED', severity: 'error', args, at: placeOf(image.digests) },
    ],
  }
}

/** Adopts an entry if its digest verifies, and nobody else has signed it than the locked one. */
async function verifyAdopted(
  entry: LockEntry,
  diagnostics: readonly Diagnostic[],
  request: LockRequest,
  at: Location,
): Promise<Adopted> {
  const found = await verifyEntry(entry, request)
  const located = found.diagnostics.map((one) => ({ ...one, at }))
  if (located.some(({ severity }) => severity === 'error'))
    return { diagnostics: [...diagnostics, ...located] }
  const signer = signerIn(found.verification)
  const before = request.file.lock.entries.find((one) => entryKey(one) === entryKey(entry))
  const { acceptsSigner } = rulesFor(parseReference(entry.reference), request)
  const isSame = before?.digest === entry.digest
  const change = isSame ? undefined : refusedChange(before?.verified, signer, acceptsSigner)
  if (change === undefined)
    return { entry: withVerified(entry, signer), diagnostics: [...diagnostics, ...located] }
  const { code, args } = signerError(entry.reference, entry.digest, change, found.verification)
  return { diagnostics: [...diagnostics, ...located, { code, severity: 'error', args, at }] }
}

function placeOf(digests: RunningImage['digests']): Location {
  const [first] = [...digests.values()].flat()
  return placeOfContainer(first)
}

function placeOfContainer(one: RunningContainer | undefined): Location {
  return one === undefined ? {} : { resource: one.pod, container: one.container }
}

const REASONS: Readonly<Record<UnusableReason, string>> = {
  config: "is the digest of the image's config, by which no registry knows it",
  unknown: 'is no digest',
  'other repository': 'is of another repository',
}

/** One diagnostic for all containers of an image with the same reason: a cluster has many. */
function unusableDiagnostics({ reference, unusable }: RunningImage): Diagnostic[] {
  const byReason = Map.groupBy(unusable, ({ reason }) => reason)
  return [...byReason].map(([reason, list]) => {
    const containers = list.map(({ container }) => container)
    return unusableDiagnostic(reference, containers, containers[0]?.imageId ?? '', REASONS[reason])
  })
}

function unusableDiagnostic(
  reference: Reference,
  containers: readonly RunningContainer[],
  id: string,
  reason: string,
): Diagnostic {
  const [first] = containers
  const args = { image: canonicalText(reference), id, reason, where: formatWhere(containers) }
  const at = placeOfContainer(first)
  return { code: 'IMAGE_ID_UNUSABLE', severity: 'warning', args, at }
}

function notFoundDiagnostic(
  reference: Reference,
  digest: Digest,
  containers: readonly RunningContainer[],
  running: Exclude<Awaited<ReturnType<typeof findRunningDigest>>, { readonly kind: 'found' }>,
): Diagnostic {
  const [first] = containers
  const at = placeOfContainer(first)
  switch (running.kind) {
    case 'failed': {
      if (isNotFoundError(running.error))
        return unusableDiagnostic(reference, containers, digest, 'is no longer in the registry')
      const { code, args } = running.error
      return { code, severity: 'error', args: { ...args, image: canonicalText(reference) }, at }
    }
    case 'no index':
      return unusableDiagnostic(
        reference,
        containers,
        digest,
        'is the manifest of one platform, and the tag names another index now: lock it with --platform',
      )
    case 'not asked':
      return unusableDiagnostic(
        reference,
        containers,
        digest,
        'is not in the lock file, and --locked contacts no registry',
      )
  }
}

function mixedDiagnostic(
  reference: Reference,
  digests: ReadonlyMap<Digest, readonly RunningContainer[]>,
  chosen: Digest | undefined,
): Diagnostic {
  const runs = [...digests]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([digest, containers]) => `${digest} in ${formatWhere(containers)}`)
  const args = {
    image: canonicalText(reference),
    count: digests.size,
    runs: runs.join('; '),
    outcome: chosen === undefined ? 'none of them is locked' : `${chosen} is locked`,
  }
  return { code: 'IMAGE_RUNS_MIXED', severity: 'warning', args, at: placeOf(digests) }
}

/** `3 Pods on 2 nodes, such as shop/web-1 on node-a`. */
function formatWhere(containers: readonly RunningContainer[]): string {
  const pods = new Set(containers.map(({ pod }) => `${pod.namespace ?? ''}/${pod.name}`))
  const nodes = new Set(containers.flatMap(({ node }) => (node === '' ? [] : [node])))
  const [first] = containers
  const name = first === undefined ? '' : [first.pod.namespace, first.pod.name].filter(Boolean).join('/')
  const on = first?.node ? ` on ${first.node}` : ''
  if (pods.size === 1) return `Pod ${name}${on}`
  const count = nodes.size === 0 ? '' : ` on ${nodes.size} ${nodes.size === 1 ? 'node' : 'nodes'}`
  return `${pods.size} Pods${count}, such as ${name}${on}`
}
