import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../../src/config/builtin-profiles.ts'
import { findImages } from '../../../src/kube/find/find-images.ts'
import { findUnmatched } from '../../../src/kube/find/unmatched.ts'
import { check } from '../../../src/plan/check.ts'
import { readInput } from '../../../src/transform.ts'
import { formatPath } from '../../../src/yaml/lookup.ts'

/**
 * The annotation `config.kubernetes.io/local-config` keeps an object from being applied by kustomize and kpt alone, and
 * stands in the manifest itself: it must not hide an image from a proof where kubectl applies what comes out.
 */
const ANNOTATED = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', annotations: { 'config.kubernetes.io/local-config': 'true' } },
  spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] },
}
const LIST = { apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList' }
const list = (items: readonly unknown[]): unknown => ({ apiVersion: 'v1', kind: 'List', items })

/** Every place of an image that is found. */
function found(object: unknown): string[] {
  return foundIn(JSON.stringify(object))
}

function foundIn(text: string): string[] {
  const { documents, source } = readInput(Buffer.from(text), undefined, { krm: true })
  return findImages(documents, source).fields.map(({ path }) => formatPath(path))
}

describe('an object with local-config is judged like any other', () => {
  const POD = 'spec.containers[0].image'
  const argo = (manifest: unknown): unknown => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    spec: { templates: [{ resource: { action: 'create', manifest: JSON.stringify(manifest) } }] },
  })
  const work = (object: unknown): unknown => ({
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    spec: { workload: { manifests: [object] } },
  })
  const MANIFEST = 'spec.templates[0].resource.manifest'
  test.each<[name: string, object: unknown, places: readonly string[]]>([
    ['alone', ANNOTATED, [POD]],
    ['in a list', list([ANNOTATED]), [`items[0].${POD}`]],
    ['in a list in a list', list([list([ANNOTATED])]), [`items[0].items[0].${POD}`]],
    [
      'in a list of its kind',
      {
        apiVersion: 'v1',
        kind: 'PodList',
        items: [{ ...ANNOTATED, apiVersion: undefined, kind: undefined }],
      },
      [`items[0].${POD}`],
    ],
    [
      'in a template',
      { apiVersion: 'template.openshift.io/v1', kind: 'Template', objects: [ANNOTATED] },
      [`objects[0].${POD}`],
    ],
    ['in another object', work(ANNOTATED), [`spec.workload.manifests[0].${POD}`]],
    ['in a text', argo(ANNOTATED), [`${MANIFEST}.${POD}`]],
    ['in a ResourceList in a text', argo({ ...LIST, items: [ANNOTATED] }), [`${MANIFEST}.items[0].${POD}`]],
    ['in a list in a ResourceList', { ...LIST, items: [list([ANNOTATED])] }, [`items[0].items[0].${POD}`]],
    [
      'in an object in a ResourceList',
      { ...LIST, items: [work(ANNOTATED)] },
      [`items[0].spec.workload.manifests[0].${POD}`],
    ],
    [
      'in a ResourceList of another group',
      { apiVersion: 'example.com/v1', kind: 'ResourceList', items: [ANNOTATED] },
      [`items[0].${POD}`],
    ],
  ])('%s', (_, object, places) => {
    expect(found(object)).toEqual(places)
  })

  test('but the item of a ResourceList, which kustomize and kpt leave out', () => {
    expect(found({ ...LIST, items: [ANNOTATED] })).toEqual([])
    expect(foundIn(JSON.stringify({ ...LIST, items: [ANNOTATED] }).replaceAll('/', '\\/'))).toEqual([])
    const { documents, source } = readInput(Buffer.from(JSON.stringify({ ...LIST, items: [ANNOTATED] })))
    const left = findUnmatched(documents, source, {}, findImages(documents, source))
    expect(left.map(({ text, reason }) => `${text}: ${reason}`)).toEqual([
      'nginx:1.27: the object is skipped: config.kubernetes.io/local-config says that it is not applied',
    ])
  })
})

describe('a proof', () => {
  const profile = BUILTIN_PROFILES.get('dev') as NonNullable<ReturnType<typeof BUILTIN_PROFILES.get>>
  const codes = (object: unknown, krm: boolean): string[] => {
    const input = readInput(Buffer.from(JSON.stringify(object)), undefined, { krm })
    return check(input, { profile, requirePinned: true }).diagnostics.flatMap(({ code, severity }) =>
      severity === 'error' ? [code] : [],
    )
  }

  test('fails on an image of an object with local-config', () => {
    expect(codes(ANNOTATED, false)).toEqual(['IMAGE_UNPINNED'])
  })

  test('fails on a ResourceList that nobody expects', () => {
    expect(codes({ ...LIST, items: [ANNOTATED] }, false)).toEqual([
      'RESOURCE_LIST_UNEXPECTED',
      'IMAGE_UNPINNED',
    ])
  })

  test('fails on what only kustomize and kpt leave out', () => {
    expect(codes({ ...LIST, items: [ANNOTATED] }, true)).toEqual(['IMAGE_UNPINNED'])
  })
})
