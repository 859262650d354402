import type { Profile } from './config/profile.ts'
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
import { resolveDistinct, resolveRequestsFor } from './plan/resolve-result.ts'
import type { FindRegistryBlock, ResolveOptions, Resolver } from './plan/resolver.ts'
import { applySeverities, sortByPosition } from './plan/severity.ts'
import {
  copyDiagnostics,
  decideImageFields,
  finishDiagnostics,
  manifestDiagnostics,
  type Stream,
} from './plan/stream-decisions.ts'
import { verifyImages } from './plan/verified-images.ts'
import type { Verifier } from './plan/verifier.ts'
import type { Report } from './report/report.ts'
import { type ReadOptions, readDocuments } from './yaml/documents.ts'
import { spliceChanges } from './yaml/edit/document-edit.ts'
import { type Chunks, concatChunks } from './yaml/edit/splice.ts'
import { readSource } from './yaml/source.ts'

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
}

/** The options of `readInput`. */
export interface InputOptions extends ReadOptions {
  /** Whether the input may be a ResourceList, which kustomize and kpt pass to a KRM function; an error otherwise. */
  readonly krm?: boolean | undefined
}

/** The result of `transformInput`. */
export interface TransformedInput extends Pick<Stream, 'source' | 'documents'> {
  /** The fields of the report's images, in their order. */
  readonly fields: readonly ImageField[]
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
  const { file, krm } = options
  const read = readInput(input, file, { isUnparsed: isOpaqueType, krm })
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
  options: InputOptions = { isUnparsed: isOpaqueType },
): Stream {
  const source = readSource(bytes, file)
  const { documents, diagnostics } = readDocuments(source, options)
  const rejected = [
    ...resourceListDiagnostics(documents, source, options.krm === true),
    ...maskedSecretDiagnostics(documents, source),
  ]
  return {
    source,
    documents,
    // A getter, because documents are parsed on first use, which adds diagnostics.
    get diagnostics() {
      return [...explainLogLines(explainTemplateErrors(diagnostics, source), source), ...rejected]
    },
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
  const { profile, signal, wantPlatforms, findWriter } = options
  const { denyDigests } = profile
  const resolver =
    denyDigests === undefined ? options.resolver : withDeniedDigests(options.resolver, denyDigests)
  const { source, documents } = input

  // A ResourceList that the caller has not announced may be an attack: no registry is contacted for it.
  if (input.diagnostics.some(({ code }) => code === 'RESOURCE_LIST_UNEXPECTED')) {
    const diagnostics = applySeverities(sortByPosition(input.diagnostics), profile)
    return { source, documents, fields: [], report: { profile: profile.name, images: [], diagnostics } }
  }

  // Find the image fields, and decide about each: pin, keep or skip.
  const decided = decideImageFields(input, { profile, findWriter })
  const decisions = decided.fields.map(({ decision }) => decision)
  const fields = decisions.map(({ field }) => field)

  // Resolve each distinct reference once. Only this step waits for registries.
  const requests = decisions.flatMap(resolveRequestsFor)
  const resolveOptions = { signal, wantPlatforms, platform: options.platform ?? profile.platform }
  const results = await resolveDistinct(requests, resolver, resolveOptions)

  // Verify the digests that are going to be written, and those that are there already.
  const verified =
    profile.verify.length === 0
      ? undefined
      : await verifyImages(input, decided, results, {
          profile,
          verifier: options.verifier,
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
  const diagnostics = finishDiagnostics(
    input,
    [
      ...manifestDiagnostics(input, decided, { profile }),
      ...decided.fields.flatMap((field) => field.diagnostics),
      ...planned.flatMap((field) => field.diagnostics),
      ...(verified?.diagnostics ?? []),
      // With `output: as-written` no image changes, so no copy of one is left behind.
      ...(profile.output === 'as-written' ? [] : copyDiagnostics(decided)),
      ...(await resolutionDiagnostics(input, decisions, results, { ...options, resolver, resolveOptions })),
      ...(denyDigests === undefined
        ? []
        : [
            ...deniedDigestDiagnostics(decided, denyDigests, true),
            ...unknownManifestDiagnostics(decided, results),
            ...(await deniedChildDiagnostics(decided, profile, resolver, resolveOptions)),
          ]),
      ...merged.diagnostics,
    ],
    profile,
  )
  const report = { profile: profile.name, images: planned.map(({ entry }) => entry), diagnostics }
  if (diagnostics.some(({ severity }) => severity === 'error')) return { source, documents, fields, report }

  // Splice the changes into the source text. Each edited document is parsed again and compared with the plan.
  return { source, documents, fields, output: spliceChanges(source, documents, merged.changes), report }
}
