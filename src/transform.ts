import type { Profile } from './config/profile.ts'
import type { Diagnostic } from './diagnostics/diagnostic.ts'
import { triggerFindings } from './kube/diagnostics/image-trigger.ts'
import { nameLogLine } from './kube/diagnostics/log-line.ts'
import { maskedSecretFindings } from './kube/diagnostics/masked-secret.ts'
import { documentFindings } from './kube/diagnostics/non-kubernetes.ts'
import { unexpectedListFindings } from './kube/diagnostics/resource-list.ts'
import { refusedTextFindings } from './kube/diagnostics/unreadable-text.ts'
import { nameTemplate, unrenderedFindings } from './kube/diagnostics/unrendered-template.ts'
import { findImages } from './kube/find/find-images.ts'
import { findPullSecrets } from './kube/pod/pull-secrets.ts'
import { isOpaqueType } from './kube/tables/lookup.ts'
import { readAnnotationOverrides } from './plan/annotation-overrides.ts'
import { decide } from './plan/decision.ts'
import { digestDiagnostics } from './plan/digest-check.ts'
import { fieldDiagnostics } from './plan/field-diagnostics.ts'
import { planField } from './plan/planned-field.ts'
import { mergeChanges } from './plan/requested-change.ts'
import {
  assumedRewriteDiagnostics,
  blockedDiagnostics,
  platformDiagnostics,
  pullSecretDiagnostics,
} from './plan/resolution-diagnostics.ts'
import { requestsFor, resolveDistinct } from './plan/resolve-result.ts'
import type { FindBlock, ResolveOptions, Resolver } from './plan/resolver.ts'
import { applySeverities, sortByPosition } from './plan/severity.ts'
import { copyDiagnostics, dropCopiesOfUnpinned } from './plan/stream-decisions.ts'
import type { Report } from './report/report.ts'
import { type ReadOptions, readDocuments } from './yaml/documents.ts'
import { spliceChanges } from './yaml/edit/document-edit.ts'
import { joinPieces, type Pieces } from './yaml/edit/splice.ts'
import type { YamlDocument } from './yaml/nodes.ts'
import { readSource, type Source } from './yaml/source.ts'

export interface TransformOptions extends Pick<ResolveOptions, 'platform' | 'wantPlatforms' | 'signal'> {
  readonly profile: Profile
  readonly resolver: Resolver
  /** What nodes would not pull. Images that nobody is asked for are held against it, too. */
  readonly findBlock?: FindBlock
  /** The input's file name, for diagnostics; absent for standard input. */
  readonly file?: string
  /** Whether the input is a ResourceList of KRM functions, which is an error otherwise. */
  readonly krm?: boolean
  /** Also asks whether digests of the input and of the lock file exist, and whether their tags still name them. */
  readonly checkDigests?: boolean
  /** Called after each answer of a registry. */
  readonly onProgress?: (answered: number, all: number) => void
}

/** An input as it was read, whatever can be read of it. */
export interface Input {
  readonly source: Source
  readonly documents: readonly YamlDocument[]
  /** What is wrong with the documents that cannot be read, as far as they have been. */
  readonly diagnostics: readonly Diagnostic[]
}

/** How an input is read. */
export interface InputOptions extends ReadOptions {
  /** Whether the caller has said that it is a ResourceList, as kustomize and kpt hand it to a function. */
  readonly krm?: boolean
}

/** What became of an input. */
export interface TransformedInput {
  /** The input as it was read. */
  readonly source: Source
  readonly documents: readonly YamlDocument[]
  /** The output; absent where the report has an error. The very bytes that came in, alone, where nothing changes. */
  readonly output?: Pieces
  readonly report: Report
}

export interface Transformed extends Omit<TransformedInput, 'output'> {
  /** The output; absent where the report has an error. The very bytes that came in where nothing changes. */
  readonly output?: Uint8Array
}

/**
 * The whole path: reads a stream of manifests, finds its images, decides about each, resolves each distinct
 * reference once, and splices the results into the text.
 * @param input UTF-8 YAML or JSON, any number of documents
 * @returns the output, or an error among the report's diagnostics; never both
 * @throws {PinpullError} INPUT_NOT_UTF8
 * @throws {InternalError} when the output does not read back as planned
 */
export async function transform(input: Uint8Array, options: TransformOptions): Promise<Transformed> {
  const { output, ...rest } = await transformInput(
    readInput(input, options.file, { isOpaque: isOpaqueType, krm: options.krm === true }),
    options,
  )
  return output === undefined ? rest : { ...rest, output: joinPieces(output) }
}

/**
 * The first step of the path.
 * @param file the input's name, for diagnostics; absent for standard input
 * @param options which types of documents may be passed over unread: those that hold no image, unless it says otherwise;
 *   whether the caller has said that the input is a ResourceList
 * @throws {PinpullError} INPUT_NOT_UTF8
 */
export function readInput(
  bytes: Uint8Array,
  file?: string,
  options: InputOptions = { isOpaque: isOpaqueType },
): Input {
  const source = readSource(bytes, file)
  const { documents, diagnostics } = readDocuments(source, options)
  const refused = [
    ...unexpectedListFindings(documents, source, options.krm === true),
    ...maskedSecretFindings(documents, source),
  ]
  return {
    source,
    documents,
    get diagnostics() {
      return [...nameLogLine(nameTemplate(diagnostics, source), source), ...refused]
    },
  }
}

/**
 * The path from there on, for callers that have to look at the input before they know the options.
 * @throws {InternalError} when the output does not read back as planned
 */
export async function transformInput(input: Input, options: TransformOptions): Promise<TransformedInput> {
  const { profile, resolver } = options
  const { source, documents } = input
  // Who sends one would have it obeyed: nobody is asked for anything on its account.
  if (input.diagnostics.some(({ code }) => code === 'RESOURCE_LIST_UNEXPECTED')) {
    const diagnostics = applySeverities(sortByPosition(input.diagnostics), profile)
    return { source, documents, report: { profile: profile.name, images: [], diagnostics } }
  }

  const found = findImages(documents, source, profile.fields)
  const { fields, copies, refused } = found
  const { byField, diagnostics: annotated } = readAnnotationOverrides(fields, source, profile)

  const decided = dropCopiesOfUnpinned(
    fields.map((field) => decide(field, profile, byField.get(field), source)),
  )
  const decisions = decided.map(({ decision }) => decision)
  const questions = decisions.flatMap((decision) => requestsFor(decision))
  const platform = options.platform ?? profile.platform
  const { signal, wantPlatforms = false } = options
  const asking = { signal, wantPlatforms, ...(platform === undefined ? {} : { platform }) }
  const outcomes = await resolveDistinct(questions, resolver, asking, options.onProgress)
  const checked =
    options.checkDigests === true
      ? await digestDiagnostics(
          decisions,
          profile,
          outcomes,
          {
            resolver,
            options: asking,
            onAnswer: (answered, all) => options.onProgress?.(outcomes.size + answered, outcomes.size + all),
          },
          source,
        )
      : []
  const findSecrets = () => findPullSecrets(documents)

  const completed = decided.map(({ decision }) =>
    planField(decision, profile, byField.get(decision.field), outcomes, source),
  )
  const keptEntries = completed.flatMap(({ entry }, index) =>
    decisions[index]?.kind === 'keep' ? [entry] : [],
  )
  const granted = mergeChanges(
    completed.flatMap(({ changes }) => changes),
    source,
  )

  const findings = [
    ...input.diagnostics,
    ...documentFindings(input, { isStrict: profile.unresolved === 'deny', requirePinned: false }),
    ...refusedTextFindings(refused, false, source),
    ...fieldDiagnostics(found, { profile, requirePinned: false }, source),
    ...triggerFindings(fields, source),
    ...annotated,
    ...decided.flatMap((one) => one.diagnostics),
    ...completed.flatMap((one) => one.diagnostics),
    ...copyDiagnostics(copies, decisions, source),
    ...decisions.flatMap((one) => platformDiagnostics(one, outcomes, source)),
    ...decisions.flatMap((one) => assumedRewriteDiagnostics(one, profile, outcomes, source)),
    ...checked,
    ...(options.findBlock === undefined
      ? []
      : await blockedDiagnostics(keptEntries, profile, options.findBlock)),
    ...(await pullSecretDiagnostics(decisions, outcomes, findSecrets, resolver, asking, source)),
    ...granted.diagnostics,
  ]
  const diagnostics = applySeverities(
    sortByPosition([...findings, ...unrenderedFindings(input, findings)]),
    profile,
  )
  const report = { profile: profile.name, images: completed.map(({ entry }) => entry), diagnostics }
  if (diagnostics.some(({ severity }) => severity === 'error')) return { source, documents, report }
  return { source, documents, output: spliceChanges(source, documents, granted.changes), report }
}
