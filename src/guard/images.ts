import { MAX_PATH_LENGTH, MAX_TEXT_LENGTH } from '../reference/grammar.ts'
import {
  allOf,
  anyOf,
  type Condition,
  call,
  choose,
  formatBlock,
  formatCondition,
  formatRecord,
  indent,
  matches,
  not,
  relation,
} from './cel.ts'
import { FIELD, IMAGE } from './condition.ts'
import {
  COMMIT,
  DATE_OR_BUILD,
  DIGEST,
  DOCKER_HUB_PREFIX,
  DOMAIN_PREFIX,
  FULL_VERSION,
  IMAGE_ID,
  IPV6_PREFIX,
  MOVING,
  NAME,
  PLACEHOLDER,
} from './expressions.ts'

/** A variable of an admission policy: an expression that is evaluated once for each request, if it is needed. */
export interface Variable {
  readonly name: string
  readonly expression: string
}

/** The fields that an image has from its object; the others are added by `references` and `images`. */
const GIVEN = ['type', 'container', 'image', 'policy'] as const

/** Formats a step that makes a list of images from another. */
export function mapImages(from: string, fields: Readonly<Record<string, string>>): string {
  const kept = Object.fromEntries(GIVEN.map((key) => [key, FIELD[key]]))
  return `variables.${from}.map(${IMAGE}, ${formatRecord({ ...kept, ...fields })})`
}

/** Formats a step that keeps some of a list of images. */
export function filterImages(from: string, condition: Condition): string {
  return `variables.${from}.filter(${IMAGE}, ${formatBlock(condition)})`
}

function isNotIn(list: string): Condition {
  return not(relation(`${IMAGE} in variables.${list}`))
}

/**
 * A Pod, or the template of an object that makes Pods. It is no optional value: a selection from a variable that holds one
 * (`variables.template.?spec`) finds nothing, though the same selection from the expression itself does.
 */
function podTemplate(root: string): string {
  return `(
  request.kind.kind == 'Pod' ? dyn(${root}) :
  request.kind.kind == 'PodTemplate' ? dyn(${root}).?template.orValue({}) :
  request.kind.kind == 'CronJob' ? dyn(${root}).?spec.?jobTemplate.?spec.?template.orValue({}) :
  dyn(${root}).?spec.?template.orValue({})
)`
}

/** The lists of a PodSpec that hold containers, with the type of container of each. */
export const CONTAINER_LISTS = [
  ['containers', 'container'],
  ['initContainers', 'initContainer'],
  ['ephemeralContainers', 'ephemeralContainer'],
] as const

/** All images of a Pod or template: those of its containers, and those of its image volumes. */
function imagesOf(template: string): string {
  const containers = CONTAINER_LISTS.map(([list, type]) => {
    const fields = { container: 'c.?name', image: 'c.?image', policy: 'c.?imagePullPolicy' }
    return `variables.${template}.?spec.?${list}.orValue([]).map(c, ${given(type, fields)})`
  })
  const fields = { container: 'v.?name', image: 'v.image.?reference', policy: 'v.image.?pullPolicy' }
  const volumes = `variables.${template}.?spec.?volumes.orValue([]).filter(v, has(v.image)).map(v, ${given('imageVolume', fields)})`
  return [...containers, volumes].join(' +\n')
}

function given(type: string, fields: Readonly<Record<string, string>>): string {
  const values = Object.entries(fields).map(([key, path]) => `'${key}': string(${path}.orValue(''))`)
  return `{\n  'type': '${type}',\n  ${values.join(',\n  ')}\n}`
}

/**
 * Whether an injector, which replaces the image `auto`, is to change the Pods of a template: Istio's, by the label or annotation
 * that its documentation names.
 */
const INJECTED = [
  `variables.template.?metadata.?labels[?'sidecar.istio.io/inject'].orValue('') == 'true'`,
  `variables.template.?metadata.?annotations[?'sidecar.istio.io/inject'].orValue('') == 'true'`,
  `variables.template.?metadata.?annotations[?'inject.istio.io/templates'].orValue('') != ''`,
]

const BARE = 'i.bare'
const FULL = 'i.full'

const isOnDockerHub = matches(BARE, DOCKER_HUB_PREFIX)
const hasDomain = matches(BARE, DOMAIN_PREFIX)

/** The name in full (`splitDockerDomain`). */
const FULL_NAME = `(
  ${formatCondition(isOnDockerHub)} ?
    (${BARE}.indexOf('/') == ${BARE}.lastIndexOf('/') ? 'docker.io/library/' : 'docker.io/') + ${BARE}.substring(${BARE}.indexOf('/') + 1) :
  ${formatCondition(hasDomain)} ? ${BARE} :
  ${BARE}.contains('/') ? 'docker.io/' + ${BARE} :
  'docker.io/library/' + ${BARE}
)`

const isPlaceholder = anyOf(
  matches(FIELD.image, PLACEHOLDER),
  allOf(call(`${FIELD.image}.startsWith('[')`), not(matches(FIELD.image, IPV6_PREFIX))),
)

const isReference = allOf(
  relation(`size(${FIELD.image}) <= ${MAX_TEXT_LENGTH}`),
  relation(`size(${FULL}.substring(${FULL}.indexOf('/') + 1).split(':')[0]) <= ${MAX_PATH_LENGTH}`),
  matches(FULL, NAME),
  anyOf(relation(`${FIELD.digest} == ''`), matches(FIELD.digest, DIGEST)),
  not(call(`${FIELD.image}.endsWith('@')`)),
  not(matches(FIELD.image, IMAGE_ID)),
)

/** What makes a tag fixed (`tagKindOf`). */
const isFixed = anyOf(
  matches(FIELD.tag, DATE_OR_BUILD),
  call(
    `${FIELD.tag}.replace('_', '-').replace('.', '-').split('-').exists(p, p.matches('${COMMIT}') && p.matches('[0-9]'))`,
  ),
  choose(matches(FIELD.tag, MOVING), false, matches(FIELD.tag, FULL_VERSION)),
)

const KIND = `(
  i.digest != '' ? 'digest' :
  i.tag == '' ? 'untagged' :
  i.tag == 'latest' ? 'latest' :
  ${indent(formatBlock(isFixed))} ? 'fixed' :
  'floating'
)`

/**
 * The variables that read the images of the object in a request, in the grammar of `src/reference`. Of an update, only the images
 * that it brings are read: an object from before the policy must remain editable, and its finalizers removable. A placeholder may be
 * a reference as well, such as `nginx:CHANGE_ME`: nothing fills it in after admission, and the node pulls it. The last variables are `placeholders`, `invalid` and `images`: the last has the fields of `FIELD`.
 */
export const IMAGE_VARIABLES: readonly Variable[] = [
  { name: 'template', expression: podTemplate('object') },
  {
    name: 'oldTemplate',
    expression: `oldObject == null ? dyn({}) : ${podTemplate('oldObject')}`,
  },
  { name: 'oldImages', expression: imagesOf('oldTemplate') },
  { name: 'allImages', expression: imagesOf('template') },
  {
    name: 'isInjected',
    expression: `request.kind.kind != 'Pod' && (\n  ${INJECTED.join(' ||\n  ')}\n)`,
  },
  {
    name: 'newImages',
    // The comparison of both lists costs little, so that a Pod of any size from before the policy stays below the limits.
    expression: `variables.allImages == variables.oldImages ? [] : ${filterImages(
      'allImages',
      allOf(
        not(relation(`${IMAGE} in variables.oldImages`)),
        not(allOf(call('variables.isInjected'), relation(`${FIELD.image} == 'auto'`))),
      ),
    )}`,
  },
  { name: 'placeholders', expression: filterImages('newImages', isPlaceholder) },
  {
    name: 'split',
    expression: mapImages('newImages', {
      bare: `${FIELD.image}.split('@', 2)[0]`,
      digest: `${FIELD.image}.contains('@') ? ${FIELD.image}.substring(${FIELD.image}.indexOf('@') + 1) : ''`,
    }),
  },
  { name: 'named', expression: mapImages('split', { digest: FIELD.digest, full: FULL_NAME }) },
  { name: 'references', expression: filterImages('named', isReference) },
  { name: 'invalid', expression: filterImages('named', allOf(isNotIn('references'), not(isPlaceholder))) },
  {
    name: 'tagged',
    expression: mapImages('references', {
      repository: `${FULL}.lastIndexOf(':') > ${FULL}.lastIndexOf('/') ? ${FULL}.substring(0, ${FULL}.lastIndexOf(':')) : ${FULL}`,
      tag: `${FULL}.lastIndexOf(':') > ${FULL}.lastIndexOf('/') ? ${FULL}.substring(${FULL}.lastIndexOf(':') + 1) : ''`,
      digest: FIELD.digest,
    }),
  },
  {
    name: 'images',
    expression: mapImages('tagged', {
      repository: FIELD.repository,
      tag: FIELD.tag,
      digest: FIELD.digest,
      kind: KIND,
    }),
  },
]

/** The variables that others need, in their order, since each may use the earlier ones only. */
export function usedVariables(all: readonly Variable[], needed: readonly Variable[]): readonly Variable[] {
  const used = new Set<string>()
  const visit = ({ name, expression }: Variable): void => {
    if (used.has(name)) return
    used.add(name)
    for (const [, other] of expression.matchAll(/\bvariables\.(\w+)/g)) {
      const variable = all.find((one) => one.name === other)
      if (variable !== undefined) visit(variable)
    }
  }
  needed.forEach(visit)
  return all.filter(({ name }) => used.has(name))
}
