import type { Profile } from './config/profile.ts'
import type { Diagnostic } from './diagnostics/diagnostic.ts'
import { InternalError } from './diagnostics/errors.ts'
import { explainLogLines } from './kube/diagnostics/log-line.ts'
import { maskedSecretDiagnostics } from './kube/diagnostics/masked-secret.ts'
import { resourceListDiagnostics } from './kube/diagnostics/resource-list.ts'
import { explainTemplateErrors } from './kube/diagnostics/unrendered-template.ts'
import type { ImageField } from './kube/image-field.ts'
import { isOpaqueType } from './kube/tables/lookup.ts'
import type { FindWriter } from './plan/decision.ts'
import {
  deniedChildDiagnostics,
  deniedDigestDiagnostics,
  unknownManifestDiagnostics,
  withDeniedDigests,
} from './plan/denied-digest.ts'
import { planField } from './plan/planned-field.ts'
import { mergeChanges } from './plan/requested-change.ts'
import { resolutionDiagnostics } from './plan/resolution-diagnostics.ts'
import { ImageRequests } from './plan/resolve-result.ts'
import type { FindRegistryBlock, ResolveOptions, Resolver } from './plan/resolver.ts'
import { applySeverities, sortByPosition } from './plan/severity.ts'
import {
  copyDiagnostics,
  decideImageFields,
  finishDiagnostics,
  manifestDiagnostics,
  type Stream,
  type StreamDecisions,
} from './plan/stream-decisions.ts'
import { verifyImages } from './plan/verified-images.ts'
import type { Verifier } from './plan/verifier.ts'
import {
  decideWhileResolving,
  divideIntoWindows,
  KnownDocuments,
  LARGE_STREAM_BYTES,
  mustPlanAgain,
  WINDOW_BYTES,
  type WindowState,
  windowState,
} from './plan/windows.ts'
import type { ImageEntry, Report } from './report/report.ts'
import { type ReadOptions, readDocuments } from './yaml/documents.ts'
import { provenEdits } from './yaml/edit/document-edit.ts'
import { type Chunks, concatChunks, spliceEdits } from './yaml/edit/splice.ts'
import type { Edit, YamlDocument } from './yaml/nodes.ts'
import { readSource, type Source } from './yaml/source.ts'

/**
 * The options of `transform` and `transformInput`; the latter does not read `file` and `krm`. Without `platform`, that of the
 * profile is used.
 */
export interface TransformOptions extends Pick<ResolveOptions, 'platform' | 'wantPlatforms' | 'signal'> {
  /** Decides which fields are images, which of them are pinned and how, their pull policies, and the severities of diagnostics. */
  readonly profile: Profile
  /** Finds the digests of references. */
  readonly resolver: Resolver
  /** Verifies signatures; required if the profile demands any. */
  readonly verifier?: Verifier | undefined
  /**
   * Finds images that nodes refuse to pull because their registry is blocked. Only called for images that are kept: the resolver
   * must report the others. Absent to skip that check.
   */
  readonly findBlock?: FindRegistryBlock | undefined
  /** The file name of the input, for diagnostics; absent for standard input. */
  readonly file?: string | undefined
  /** Whether the input may be a ResourceList of the KRM functions specification, which is an error otherwise. */
  readonly krm?: boolean | undefined
  /** Also checks the digests of the input and of the lock file against the registries. */
  readonly checkDigests?: boolean | undefined
  /** Finds fields that another program writes, which stay as they are. Absent where the output is not written back. */
  readonly findWriter?: FindWriter | undefined
  /**
   * Called when a window of a large stream was planned, with its size in bytes: most of what was made before it is garbage. Its own nodes
   * are still alive. Not called for a stream that is planned as a whole.
   */
  readonly afterWindow?: ((bytes: number) => void) | undefined
  /** The size of the windows in which larger streams are planned, for tests. */
  readonly windowBytes?: number | undefined
}

/** The options of `readInput`. */
export interface InputOptions extends Omit<ReadOptions, 'onDeferredRead'> {
  /** Whether the input may be a ResourceList, which kustomize and kpt pass to a KRM function; an error otherwise. */
  readonly krm?: boolean | undefined
  /**
   * In a stream of more bytes, documents are read when they are used: `transformInput` plans it in windows. `diagnostics` reads them all.
   * Absent to read all documents at once.
   */
  readonly deferFrom?: number | undefined
}

/** The result of `transformInput`. */
export interface TransformedInput extends Pick<Stream, 'source' | 'documents'> {
  /** Finds the fields of the report's images again, in their order: they are not kept, because they are large. */
  readonly findFields: () => readonly ImageField[]
  /** The output in chunks; absent if the report has an error. If nothing changes, it is one chunk: the input's own buffer. */
  readonly output?: Chunks
  readonly report: Report
}

/** The result of `transform`. */
export interface Transformed extends Pick<Stream, 'source' | 'documents'> {
  /** The output; absent if the report has an error. If nothing changes, it is the input's own buffer. */
  readonly output?: Uint8Array
  readonly report: Report
}

/**
 * Pins the images of a stream of manifests, rewrites their names and sets their pull policies, as the profile says. No other byte
 * changes. Problems of the manifests, and references that do not resolve, are diagnostics in the report.
 * @param input UTF-8 YAML or JSON, any number of documents
 * @returns the report, and the output unless the report has an error
 * @throws {PinpullError} INPUT_NOT_UTF8
 * @throws {UsageError} USAGE if the profile demands signatures, and there is no verifier
 * @throws {InternalError} if the output does not parse as planned
 */
export async function transform(input: Uint8Array, options: TransformOptions): Promise<Transformed> {
  const { file, krm, windowBytes: deferFrom = LARGE_STREAM_BYTES } = options
  const read = readInput(input, file, { isUnparsed: isOpaqueType, krm, deferFrom })
  const { output, source, documents, report } = await transformInput(read, options)
  const rest = { source, documents, report }
  return output === undefined ? rest : { ...rest, output: concatChunks(output) }
}

/**
 * Reads a stream of manifests: the first step of `transform`. Besides invalid YAML, its diagnostics report an unexpected or
 * invalid ResourceList, and Secrets whose values are masked.
 * @param file the file name of the input, for diagnostics; absent for standard input
 * @param options by default, large documents of types that never hold an image are not parsed, and a ResourceList is an error
 * @throws {PinpullError} INPUT_NOT_UTF8
 */
export function readInput(
  bytes: Uint8Array,
  file?: string,
  { krm = false, deferFrom, ...options }: InputOptions = { isUnparsed: isOpaqueType },
): Stream {
  const source = readSource(bytes, file)
  const rejected: Diagnostic[] = []
  const inspect = (documents: readonly YamlDocument[]): void => {
    rejected.push(
      ...resourceListDiagnostics(documents, source, krm),
      ...maskedSecretDiagnostics(documents, source),
    )
  }
  // Whether a ResourceList is expected depends on all documents.
  const isDeferred = !krm && deferFrom !== undefined && bytes.length > deferFrom
  const { documents, diagnostics, readDeferred } = readDocuments(source, {
    ...options,
    onDeferredRead: isDeferred ? (document) => inspect([document]) : undefined,
  })
  if (!isDeferred) inspect(documents)
  return new InputStream(source, documents, () => {
    readDeferred()
    return [...explainLogLines(explainTemplateErrors(diagnostics, source), source), ...rejected]
  })
}

/** A class, because V8 keeps what a getter of an object literal refers to until it collects all garbage. */
class InputStream implements Stream {
  readonly source: Source
  readonly documents: readonly YamlDocument[]
  readonly #findDiagnostics: () => readonly Diagnostic[]

  /** @param findDiagnostics is called again each time, because documents are parsed on first use, which adds some */
  constructor(
    source: Source,
    documents: readonly YamlDocument[],
    findDiagnostics: () => readonly Diagnostic[],
  ) {
    this.source = source
    this.documents = documents
    this.#findDiagnostics = findDiagnostics
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#findDiagnostics()
  }
}

/**
 * Transforms an input that `readInput` has read: decides, resolves, and edits. If the input has RESOURCE_LIST_UNEXPECTED, it does
 * none of that, and the report only has the diagnostics of reading.
 * @returns the report, and the output in chunks unless the report has an error
 * @throws {UsageError} USAGE if the profile demands signatures, and there is no verifier
 * @throws {InternalError} if the output does not parse as planned
 */
export async function transformInput(input: Stream, options: TransformOptions): Promise<TransformedInput> {
  const { profile } = options
  const { denyDigests } = profile
  const resolver =
    denyDigests === undefined ? options.resolver : withDeniedDigests(options.resolver, denyDigests)
  const { source, documents } = input

  const { signal, wantPlatforms, platform = profile.platform } = options
  const resolveOptions = { signal, wantPlatforms, platform }
  const planning: Planning = {
    ...options,
    resolver,
    resolveOptions,
    requests: new ImageRequests(resolver, resolveOptions),
    known: new KnownDocuments(profile),
  }
  const windows = windowsOf(input, planning)
  // A ResourceList that the caller has not announced may be an attack: no registry is contacted for it.
  if (windows.length === 1 && isRefused(input)) return refusal(input, profile)
  const ahead = resolver.isLocal === true ? undefined : await decideAhead(input, planning)
  const forget = (window: readonly YamlDocument[]): void => {
    if (windows.length === 1) return
    // First: if no node is alive when garbage is collected, V8 throws away the code that it has optimized for nodes.
    options.afterWindow?.(sizeOf(window))
    for (const document of window) document.forget?.()
  }
  const planned: PlannedWindow[] = []
  let fails = windows.length === 1 && hasError(input.diagnostics, profile)
  for (const window of windows) {
    const one = await planWindow(input, window, planning, fails, ahead)
    planned.push(one)
    fails ||= one.isFailing
    forget(window)
  }
  // The documents of several windows were read one after another.
  if (isRefused(input)) return refusal(input, profile)
  // What later windows have may concern earlier ones.
  for (const [index, window] of windows.entries()) {
    const { state } = planned[index] as PlannedWindow
    if (!mustPlanAgain(state, planning.known)) continue
    planned[index] = await planWindow(input, window, planning, fails)
    forget(window)
  }

  const diagnostics = finishDiagnostics(
    input,
    [...input.diagnostics, ...planned.flatMap((window) => window.diagnostics)],
    profile,
  )
  const findFields = (): readonly ImageField[] =>
    decideImageFields(input, options).fields.map(({ decision }) => decision.field)
  const report = { profile: profile.name, images: planned.flatMap(({ entries }) => entries), diagnostics }
  const transformed = { source, documents, findFields, report }
  if (diagnostics.some(({ severity }) => severity === 'error')) return transformed
  const edits = planned.flatMap((window) => window.edits ?? unplanned())
  return { ...transformed, output: spliceEdits(source.bytes, edits) }
}

function sizeOf(window: readonly YamlDocument[]): number {
  return window.reduce((sum, { start, end }) => sum + end - start, 0)
}

function isRefused({ diagnostics }: Stream): boolean {
  return diagnostics.some(({ code }) => code === 'RESOURCE_LIST_UNEXPECTED')
}

function refusal(input: Stream, profile: Profile): TransformedInput {
  const { source, documents } = input
  const diagnostics = applySeverities(sortByPosition(input.diagnostics), profile)
  const report = { profile: profile.name, images: [], diagnostics }
  return { source, documents, findFields: () => [], report }
}

/** What the windows of one stream share. */
interface Planning extends TransformOptions {
  readonly resolveOptions: ResolveOptions
  readonly requests: ImageRequests
  readonly known: KnownDocuments
}

/**
 * A stream with many megabytes is planned in windows, if nothing has to be waited for: its records are smaller than what is made of
 * them. Otherwise it is planned as a whole, and so it is for the checks that compare all images.
 */
function windowsOf(
  { source, documents }: Stream,
  { resolver, checkDigests, findBlock, profile, windowBytes }: Planning,
): readonly (readonly YamlDocument[])[] {
  const { denyDigests, verify } = profile
  const isPlain =
    checkDigests !== true && findBlock === undefined && denyDigests === undefined && verify.length === 0
  const isLarge = source.bytes.length > (windowBytes ?? LARGE_STREAM_BYTES)
  return isLarge && resolver.isLocal === true && isPlain
    ? divideIntoWindows(documents, windowBytes ?? WINDOW_BYTES)
    : [documents]
}

/** What is kept of a window: no nodes. */
interface PlannedWindow {
  readonly entries: readonly ImageEntry[]
  readonly diagnostics: readonly Diagnostic[]
  /** Proven; undefined if the run fails, so that nothing is edited. */
  readonly edits: readonly Edit[] | undefined
  /** Whether the run fails because of it, whatever other windows have. */
  readonly isFailing: boolean
  readonly state: WindowState
}

/** Decides about the whole stream while its images are resolved: the first answer of a registry takes five round trips. */
function decideAhead(input: Stream, planning: Planning): Promise<StreamDecisions> {
  const { profile, findWriter, known, requests, windowBytes = WINDOW_BYTES } = planning
  return decideWhileResolving(input, { profile, findWriter }, known, requests, windowBytes)
}

/**
 * @param fails whether the run fails because of what was found before
 * @param ahead the decisions about the documents, if they were made before
 */
async function planWindow(
  input: Stream,
  documents: readonly YamlDocument[],
  planning: Planning,
  fails: boolean,
  ahead?: StreamDecisions,
): Promise<PlannedWindow> {
  const { profile, resolver, signal, findWriter, resolveOptions, requests, known } = planning
  const { denyDigests } = profile
  const { source } = input
  const window = { source, documents, diagnostics: [] }

  // Find the image fields, and decide about each: pin, keep or skip.
  const decided = ahead ?? decideImageFields(window, { profile, findWriter }, known)
  const decisions = decided.fields.map(({ decision }) => decision)
  known.add(decided)

  // Resolve each distinct reference once. Only this step waits for registries.
  requests.start(decisions)
  const results = await requests.finish()

  // Verify the digests that are going to be written, and those that are there already.
  const verified =
    profile.verify.length === 0
      ? undefined
      : await verifyImages(input, decided, results, {
          profile,
          verifier: planning.verifier,
          platform: resolveOptions.platform,
          signal,
        })

  // Plan the changes of each field, and merge those of fields that share an anchored value.
  const planned = decided.fields.map((field) => planField(field, profile, results, source, verified))
  const merged = mergeChanges(
    planned.flatMap(({ changes }) => changes),
    source,
  )

  // Collect all diagnostics, so that one run reports every problem.
  const diagnostics = [
    ...manifestDiagnostics(window, decided, { profile }, input),
    ...decided.fields.flatMap((field) => field.diagnostics),
    ...planned.flatMap((field) => field.diagnostics),
    ...(verified?.diagnostics ?? []),
    // With `output: as-written` no image changes, so no copy of one is left behind.
    ...(profile.output === 'as-written' ? [] : copyDiagnostics(decided)),
    ...(await resolutionDiagnostics(input, decisions, results, planning)),
    ...(denyDigests === undefined
      ? []
      : [
          ...deniedDigestDiagnostics(decided, denyDigests, true),
          ...unknownManifestDiagnostics(decided, results),
          ...(await deniedChildDiagnostics(decided, profile, resolver, resolveOptions)),
        ]),
    ...merged.diagnostics,
  ]

  // Make the edits. Each edited document is parsed again and compared with the plan.
  const isWrong = hasError(diagnostics, profile)
  return {
    entries: planned.map(({ entry }) => entry),
    diagnostics,
    edits: fails || isWrong ? undefined : provenEdits(source, documents, merged.changes),
    isFailing: isWrong && !decided.dependsOnOthers,
    state: windowState(decided, known),
  }
}

function hasError(diagnostics: readonly Diagnostic[], profile: Profile): boolean {
  return applySeverities(diagnostics, profile).some(({ severity }) => severity === 'error')
}

function unplanned(): never {
  throw new InternalError('a window of the stream was not planned')
}
