import type { Profile } from '../../config/profile.ts'
import { nestedName, rewriteName } from '../../config/rewrite.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { printable } from '../../diagnostics/printable.ts'
import {
  fullName,
  INVENTORY_FORMATS,
  type InventoryFormat,
  type InventoryImage,
} from '../../inventory/inventory.ts'
import { formatPostRenderer, obstacleOf, planPostRenderer } from '../../inventory/post-renderer.ts'
import { renderedImages } from '../../inventory/rendered-images.ts'
import { holdsObject, nonKubernetesDiagnostic } from '../../kube/diagnostics/non-kubernetes.ts'
import type { Resolution } from '../../plan/resolver.ts'
import { parseReference } from '../../reference/parse.ts'
import { type Reference, repositoryName } from '../../reference/reference.ts'
import { VERSION } from '../../version.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import type { Flags } from '../options/flags.ts'
import { withAttached } from '../session/attached.ts'
import { type Collection, withCollection } from '../session/collection.ts'
import { openLock } from '../session/lock.ts'
import { usesLockOnly } from '../session/resolver.ts'
import { openSession, printDiagnostics, type Session } from '../session/session.ts'
import { transformFiles } from '../session/transform-files.ts'

/** What a run searches for signatures with. */
type SearchRun = Pick<Collection<unknown>, 'openClient' | 'signal'>

interface InventoryFlags extends Flags {
  readonly output?: InventoryFormat | 'flux-images' | undefined
  readonly to?: string | undefined
  readonly image?: readonly Reference[] | undefined
  readonly fromLock?: boolean | undefined
  /** Whether what is attached to the images is listed, too. */
  readonly signatures?: boolean | undefined
}

/**
 * `pinpull inventory`: lists every image that some manifests need with its digest, for the tools that copy images.
 *
 * @param files files and folders of manifests; standard input if there are none
 * @returns the exit code
 */
export async function inventory(files: readonly string[], flags: InventoryFlags, io: Io): Promise<number> {
  const format = flags.output ?? 'name'
  if (format === 'flux-images') return writePostRenderer(files, flags, io)
  const { needsTarget, write } = INVENTORY_FORMATS[format]
  if (flags.fromLock === true && files.length + (flags.image ?? []).length > 0) {
    const reason = '--from-lock lists the lock file, and takes no manifests and images'
    throw new UsageError('USAGE', { reason })
  }
  if (flags.signatures === true && flags.fromLock === true) {
    const reason = '--signatures looks for them at registries, which --from-lock does not contact'
    throw new UsageError('USAGE', { reason })
  }
  const session = openSession(flags, io)
  if (flags.signatures === true && usesLockOnly(session)) {
    const reason = `--signatures contacts registries, but profile ${session.profile.name} forbids it`
    throw new UsageError('USAGE', { reason })
  }
  // A user who asks for the digest of an image types no manifests.
  const read = files.length === 0 && flags.image !== undefined && io.isInputTerminal() ? undefined : files
  const { profile } = session
  let output: string | undefined
  const problems: Diagnostic[] = []
  const list = async (images: readonly Listed[], run?: SearchRun): Promise<void> => {
    if (needsTarget && flags.to === undefined && profile.rewrite.length === 0) {
      const reason = `the format ${format} needs a destination: add --to REGISTRY, or use a profile that rewrites names`
      throw new UsageError('USAGE', { reason })
    }
    const listed = listOf(images, profile, flags.to)
    if (flags.signatures !== true || run?.openClient === undefined) {
      output = write(listed, VERSION)
      return
    }
    const attached = await withAttached(listed, flags.to, session, run.openClient(), run.signal)
    problems.push(...attached.diagnostics)
    if (!problems.some(({ severity }) => severity === 'error')) output = write(attached.images, VERSION)
  }
  const options = { wantPlatforms: format === 'json', factsOf: () => undefined }
  const diagnostics =
    flags.fromLock === true
      ? await listLock(session, list)
      : await withCollection(read, options, session, async ({ images, resolve, ...run }) => {
          const named = await Promise.all(
            (flags.image ?? []).map(async (reference) => ({ reference, ...(await resolve(reference)) })),
          )
          const found = images.map(({ lookupReference: reference, resolution }) => ({
            reference,
            ...resolution,
          }))
          await list([...found, ...named], run)
        })
  printDiagnostics([...diagnostics, ...problems], session)
  if (output === undefined) return exitCodeOf([...diagnostics, ...problems])
  io.writeOutput(output)
  sayUnverified(session)
  return EXIT.done
}

/** A list of digests, even with their signatures, must not be taken for what the profile demands. */
function sayUnverified({ profile, flags, io }: Session): void {
  if (profile.verify.length === 0 || flags.quiet === true) return
  io.writeMessage(
    `pinpull: inventory: no signature was verified, and profile ${printable(profile.name)} demands some: run pinpull verify on the same manifests\n`,
  )
}

/** Writes what pins the images of a rendered chart as the post-renderer of its HelmRelease. */
async function writePostRenderer(files: readonly string[], flags: InventoryFlags, io: Io): Promise<number> {
  if (
    flags.fromLock === true ||
    flags.image !== undefined ||
    flags.to !== undefined ||
    flags.signatures === true
  ) {
    const reason =
      'the format flux-images needs manifests alone, without --from-lock, --image, --signatures and --to'
    throw new UsageError('USAGE', { reason })
  }
  const session = openSession(flags, io)
  const { transformed, report } = await transformFiles(files, session)
  const [first] = transformed
  // A patch without post-renderers would undo the pins of a release whose chart failed to render.
  const empty =
    first === undefined || transformed.some(holdsObject)
      ? []
      : [nonKubernetesDiagnostic({ ...first, diagnostics: [] }, 'error')]
  const rendered = transformed.flatMap(({ source, findFields, report: { images } }) =>
    renderedImages({ source, fields: findFields() }, images),
  )
  const plan = planPostRenderer(rendered)
  const leftOut = plan.leftOut.map((one): Diagnostic => {
    const args = { image: one.before, reason: obstacleOf(one) }
    return { code: 'POST_RENDERER_LEFT_OUT', severity: 'warning', args, at: one.at }
  })
  const diagnostics = [...report.diagnostics, ...empty, ...leftOut]
  printDiagnostics(diagnostics, session)
  const code = exitCodeOf(diagnostics)
  if (code !== EXIT.done) return code
  const policies = report.images.filter(({ policyBefore, policyAfter }) => policyBefore !== policyAfter)
  io.writeOutput(formatPostRenderer(plan, policies.length))
  return EXIT.done
}

interface Listed extends Pick<Resolution, 'descriptor'> {
  /** What was resolved. */
  readonly reference: Reference
}

/** Lists the entries of the lock file, and reads no manifests. */
async function listLock(
  session: Session,
  list: (images: readonly Listed[]) => Promise<void>,
): Promise<readonly Diagnostic[]> {
  const file = openLock(session, true)
  if (file === undefined || file.diagnostics.length > 0) return file?.diagnostics ?? []
  await list(
    file.lock.entries.map((entry) => ({ reference: parseReference(entry.reference), descriptor: entry })),
  )
  return []
}

/** Each image once, sorted by name. */
function listOf(images: readonly Listed[], profile: Profile, to: string | undefined): InventoryImage[] {
  const distinct = new Map<string, InventoryImage>()
  for (const { reference, descriptor } of images) {
    const { digest, mediaType, platforms } = descriptor
    const name = repositoryName(reference)
    const copyTo = rewriteName(name, profile.rewrite) ?? (to === undefined ? undefined : nestedName(name, to))
    const image: InventoryImage = {
      reference,
      digest: reference.digest ?? digest,
      mediaType,
      ...(platforms === undefined ? {} : { platforms }),
      ...(copyTo === undefined ? {} : { copyTo }),
    }
    if (!distinct.has(fullName(image))) distinct.set(fullName(image), image)
  }
  return [...distinct].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, image]) => image)
}
