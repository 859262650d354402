import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { tryParseReference } from '../../reference/parse.ts'
import type { ImageEntry } from '../../report/report.ts'
import { readDocuments } from '../../yaml/documents.ts'
import { readSource } from '../../yaml/source.ts'
import type { SourceFile, SourceImage } from '../source-edit.ts'
import { addOverrides, type NewOverride, overrideLines } from './added-override.ts'
import { rootsOf } from './kustomization.ts'
import { nameOf, type OverrideEdits } from './override-edits.ts'

/** What becomes of the images that only the resources of a kustomization name. */
export interface AddedImages {
  /** The kustomization with the new entries; absent if it gets none. */
  readonly bytes?: Uint8Array | undefined
  readonly images: readonly SourceImage[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Adds an entry of `images` for each image that only the resources of a kustomization name, or says what to add.
 * @param before the kustomization with its other changes; undefined if it has none
 * @param rendered what this run makes of the images that the kustomization makes with all changes of the run
 * @param planned the entries that it has
 */
export function addLeftImages(
  {
    file,
    overrides,
  }: { readonly file: SourceFile; readonly overrides: readonly { readonly name: string }[] },
  before: Uint8Array | undefined,
  rendered: readonly ImageEntry[],
  planned: OverrideEdits,
  mayAdd: boolean,
): AddedImages {
  const known = new Set([
    ...overrides.map(({ name }) => name),
    ...planned.images.map((one) => nameOf(one.before)),
  ])
  // A copy of an image (rule R7) is no field that kustomize sets.
  const left = rendered.filter(
    (one) => one.image !== one.result && one.rule !== 'R7' && !known.has(nameOf(one.image)),
  )
  const byName = Map.groupBy(left, ({ image }) => nameOf(image))
  const single: (readonly [ImageEntry, NewOverride])[] = []
  const several: (readonly [string, readonly string[]])[] = []
  for (const [name, entries] of byName) {
    const texts = [...new Set(rendered.map(({ image }) => image).filter((image) => nameOf(image) === name))]
    const override = newOverride(name, entries[0] as ImageEntry)
    if (texts.length > 1 || override === undefined) several.push([name, texts])
    else single.push([entries[0] as ImageEntry, override])
  }
  const bytes =
    mayAdd && single.length > 0
      ? withEntries(
          file,
          before,
          single.map(([, added]) => added),
        )
      : undefined
  const at = { file: file.path }
  const results = [
    ...single.map(([entry, added]) =>
      bytes === undefined ? leftImage(entry, added, mayAdd, at) : addedImage(entry, at),
    ),
    ...several.map(([name, texts]) => ambiguous(name, texts, at)),
  ]
  return {
    bytes,
    images: results.map(({ image }) => image),
    diagnostics: results.flatMap(({ diagnostic }) => diagnostic ?? []),
  }
}

function newOverride(name: string, { result }: ImageEntry): NewOverride | undefined {
  const reference = tryParseReference(result)
  // With another name, the entry would also need a new name: people have to decide that.
  if (reference?.digest === undefined || nameOf(result) !== name) return undefined
  return { name, tag: reference.tag, digest: reference.digest }
}

function withEntries(
  file: SourceFile,
  before: Uint8Array | undefined,
  added: readonly NewOverride[],
): Uint8Array | undefined {
  const source = readSource(before ?? file.bytes, file.path)
  const [root] = rootsOf(readDocuments(source).documents)
  return root === undefined ? undefined : addOverrides(source, root[1], added)
}

interface Result {
  readonly image: SourceImage
  readonly diagnostic?: Diagnostic
}

function addedImage({ image, result }: ImageEntry, at: SourceImage['at']): Result {
  return { image: { at, before: image, after: result, outcome: 'written' } }
}

function leftImage(
  { image }: ImageEntry,
  added: NewOverride,
  mayAdd: boolean,
  at: SourceImage['at'],
): Result {
  const reason = mayAdd ? 'its list of images is written in brackets' : 'only the resources name it'
  const instead = `images:\n${overrideLines(added).join('\n')}\n`
  const entry = overrideLines(added)
    .map((line) => line.slice(2))
    .join(', ')
  const advice = `add {${entry}} to images${mayAdd ? '' : ', which --add does'}`
  return {
    image: { at, before: image, after: image, outcome: 'not written', reason, instead },
    diagnostic: { code: 'SOURCE_IMAGE_LEFT', severity: 'warning', args: { image, reason, advice }, at },
  }
}

function ambiguous(name: string, texts: readonly string[], at: SourceImage['at']): Result {
  const reason = `the resources have it as ${texts.join(', ')}, and an entry of images sets one tag and no other name`
  const advice = 'pin it where it is written, or pin what is rendered: kustomize build FOLDER | pinpull'
  return {
    image: { at, before: name, after: name, outcome: 'not written', reason },
    diagnostic: { code: 'SOURCE_IMAGE_LEFT', severity: 'warning', args: { image: name, reason, advice }, at },
  }
}
