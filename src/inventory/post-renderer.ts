import type { Location, ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { parseApiVersion } from '../kube/gvk.ts'
import type { JsonValue } from '../yaml/json-value.ts'
import type { FieldPath } from '../yaml/nodes.ts'
import { formatYaml } from '../yaml/yaml-text.ts'
import { applyEntries, imageEntry, type KustomizeImage, matchesEntry } from './kustomize-images.ts'

/** An image of a rendered chart, before and after pinning. */
export interface RenderedImage {
  /** With an empty name if no patch can select the object. */
  readonly resource: ResourceIdentifier
  /** From the object's own root. */
  readonly path: FieldPath
  /** The whole value of the field. */
  readonly before: string
  /** The same as `before` if it is not pinned. */
  readonly after: string
  /** Absent if the field holds nothing but the image. */
  readonly within?: 'text' | 'parts' | undefined
  /** Where it is in the input. */
  readonly at: Location
}

/** What pins the images of a rendered chart as `postRenderers` of its HelmRelease. */
export interface PostRenderer {
  readonly images: readonly KustomizeImage[]
  /** The fields that `images` does not reach, or would write wrongly. */
  readonly patches: readonly RenderedImage[]
  /** The fields that neither can write. */
  readonly leftOut: readonly RenderedImage[]
}

/**
 * Plans a post-renderer. An image gets an entry of `images` if that writes what is wanted into every field that it reaches, and else
 * a patch for each of its fields: an entry has one tag and one digest for a name, so that it is of no use for a name with two tags,
 * or one that is not pinned everywhere.
 *
 * @param rendered all images, those included that stay as they are
 */
export function planPostRenderer(rendered: readonly RenderedImage[]): PostRenderer {
  const reached = rendered.filter(isReached)
  let images = distinctEntries(reached)
  // Where an entry is dropped, one behind it may reach more than before.
  for (;;) {
    const wrong = reached
      .filter((one) => !isRight(one, images))
      .flatMap(({ before, after }) => [before, after])
    const right = images.filter((entry) => !wrong.some((image) => reachesEntry(image, entry, images)))
    if (right.length === images.length) break
    images = right
  }
  const missed = rendered.filter(
    (one) => one.before !== one.after && !(isReached(one) && applyEntries(one.before, images) === one.after),
  )
  return {
    images,
    patches: missed.filter(isPatchable),
    leftOut: missed.filter((one) => !isPatchable(one)),
  }
}

/** An entry for each name, from the first field that has it. */
function distinctEntries(images: readonly RenderedImage[]): readonly KustomizeImage[] {
  const byName = new Map<string, KustomizeImage>()
  for (const { before, after } of images) {
    if (before === after) continue
    const entry = imageEntry(before, after)
    // To kustomize a name is a regular expression, which one with the brackets of an IPv6 address would not match.
    const isName = /^[\w./:-]+$/.test(entry.name)
    if (isName && !byName.has(entry.name) && matchesEntry(before, entry)) byName.set(entry.name, entry)
  }
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Whether a field can end as wanted beside these entries: by them, or by a patch, which kustomize applies before them. */
function isRight(one: RenderedImage, entries: readonly KustomizeImage[]): boolean {
  const { before, after } = one
  if (applyEntries(before, entries) === after) return true
  const patched = isPatchable(one) ? after : before
  return applyEntries(patched, entries) === patched
}

/** Whether an entry applies to an image, or to what the entries before it make of it. */
function reachesEntry(image: string, entry: KustomizeImage, entries: readonly KustomizeImage[]): boolean {
  return matchesEntry(applyEntries(image, entries.slice(0, entries.indexOf(entry))), entry)
}

/**
 * Whether `images` looks at a field (kustomize 5.8, api/filters/imagetag/legacy.go and internal/konfig/builtinpluginconsts/images.go):
 * at containers and init containers at any depth of an object, and at the image volumes of Pods and of templates.
 */
function isReached({ path, within }: RenderedImage): boolean {
  const text = path.map((key) => (typeof key === 'number' ? '*' : key)).join('/')
  return within === undefined && (CONTAINER.test(text) || IMAGE_VOLUME.test(text))
}

const CONTAINER = /(?:^|\/)(?:containers|initContainers)\/\*\/image$/
const IMAGE_VOLUME = /^spec\/(?:template\/spec\/)?volumes\/\*\/image\/reference$/

/** Whether a patch can select the object and replace the value. */
function isPatchable({ resource, within }: RenderedImage): boolean {
  return within === undefined && resource.name !== ''
}

/** Why a field is left out, in a few words. */
export function obstacleOf({ within }: RenderedImage): string {
  switch (within) {
    case 'text':
      return 'it is part of a text'
    case 'parts':
      return 'its parts are in several fields'
    case undefined:
      return 'no patch can select its object'
  }
}

/**
 * Formats a post-renderer as a HelmRelease that holds nothing else: a patch for the real one.
 *
 * @param policies how many pull policies Pinpull would set, which it does not
 */
export function formatPostRenderer({ images, patches }: PostRenderer, policies: number): string {
  const kustomize = {
    ...(images.length === 0 ? {} : { images: images.map((entry) => ({ ...entry })) }),
    ...(patches.length === 0 ? {} : { patches: patchesByObject(patches) }),
  }
  const hasContent = Object.keys(kustomize).length > 0
  const release: JsonValue = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'any' },
    spec: { postRenderers: hasContent ? [{ kustomize }] : [] },
  }
  const left =
    policies === 0
      ? ''
      : `# Pull policies are left as the chart sets them: pinpull would set ${policies} of them.\n`
  return `# Pins the images of one version of a chart. Written by "pinpull inventory -o flux-images": write it again for another version.
# Name this file in "patches" of a kustomization.yaml, with the HelmRelease as the target, or copy "postRenderers" into it.
${left}${formatYaml(release)}`
}

/** One patch for each object. It tests the old value, so that a release fails whose chart no longer renders it there. */
function patchesByObject(patches: readonly RenderedImage[]): JsonValue[] {
  const byObject = new Map<string, RenderedImage[]>()
  for (const one of patches) {
    const { apiVersion, kind, namespace, name } = one.resource
    const key = [apiVersion, kind, namespace, name].join('\n')
    byObject.set(key, [...(byObject.get(key) ?? []), one])
  }
  return [...byObject.values()].map((ofObject) => ({
    target: targetOf((ofObject[0] as RenderedImage).resource),
    patch: formatYaml(ofObject.flatMap(operations)).trimEnd(),
  }))
}

function targetOf({ apiVersion, kind, namespace, name }: ResourceIdentifier): JsonValue {
  const { group } = parseApiVersion(apiVersion)
  return { ...(group === '' ? {} : { group }), kind, name, ...(namespace === undefined ? {} : { namespace }) }
}

/** RFC 6902; the path is a pointer of RFC 6901. */
function operations({ path: keys, before, after }: RenderedImage): JsonValue[] {
  const path = keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  return [
    { op: 'test', path, value: before },
    { op: 'replace', path, value: after },
  ]
}
