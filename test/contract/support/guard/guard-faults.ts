import type { Profile } from '../../../../src/config/profile.ts'
import type { KubernetesObject } from '../cluster/cluster-client.ts'

/** Changes compiled objects. */
type ObjectChange = (objects: readonly KubernetesObject[]) => readonly KubernetesObject[]

/** A mistake that a compiler of profiles could make. */
export interface GuardFault {
  readonly name: string
  /** The configuration whose guard has the fault. */
  readonly configuration: string
  /** The namespace, if rules are about it. */
  readonly namespace?: string
  /** Compiles another profile than the one that is asked for. */
  readonly profile?: (profile: Profile) => Profile
  /** Changes the compiled objects. */
  readonly objects?: ObjectChange
}

type Change = (text: string) => string

const replace =
  (from: string, to: string): Change =>
  (text) =>
    text.replaceAll(from, to)

/** Changes all expressions. */
const expressions =
  (...changes: readonly Change[]): ObjectChange =>
  (objects) =>
    objects.map((object) =>
      mapTexts(object, (text) => changes.reduce((result, change) => change(result), text)),
    )

/** Changes one variable. */
const variable =
  (name: string, change: Change): ObjectChange =>
  (objects) =>
    objects.map((object) =>
      mapObjects(object, (one) =>
        one['name'] === name && typeof one['expression'] === 'string'
          ? { ...one, expression: change(one['expression']) }
          : one,
      ),
    )

/** Changes the lists of resources or operations. */
const lists =
  (key: string, change: (items: readonly string[]) => readonly string[]): ObjectChange =>
  (objects) =>
    objects.map((object) =>
      mapObjects(object, (one) =>
        Array.isArray(one[key]) ? { ...one, [key]: change(one[key] as string[]) } : one,
      ),
    )

const without = (item: string) => (items: readonly string[]) => items.filter((one) => one !== item)

/** Twenty and more, each with what it breaks. */
export const FAULTS: readonly GuardFault[] = [
  // Which requests are seen.
  { name: 'a kind is forgotten', configuration: 'prod', objects: lists('resources', without('cronjobs')) },
  {
    name: 'an operation is forgotten: CREATE',
    configuration: 'prod',
    objects: lists('operations', without('CREATE')),
  },
  {
    name: 'an operation is forgotten: UPDATE',
    configuration: 'prod',
    objects: lists('operations', without('UPDATE')),
  },
  {
    name: 'kubectl debug is forgotten',
    configuration: 'prod',
    objects: lists('resources', without('pods/ephemeralcontainers')),
  },
  {
    name: 'a template is read in the wrong place',
    configuration: 'prod',
    objects: expressions(replace('.?jobTemplate.?spec.?template', '.?jobTemplate.?template')),
  },
  // Which images are seen.
  {
    name: 'init containers are forgotten',
    configuration: 'prod',
    objects: variable('allImages', replace('.?initContainers', '.?none')),
  },
  {
    name: 'ephemeral containers are forgotten',
    configuration: 'prod',
    objects: variable('allImages', replace('.?ephemeralContainers', '.?none')),
  },
  {
    name: 'image volumes are forgotten',
    configuration: 'prod',
    objects: variable('allImages', replace('has(v.image)', 'false')),
  },
  {
    name: 'the old object is ignored',
    configuration: 'prod',
    objects: variable(
      'newImages',
      // Both the comparison of the lists and that of their items.
      replace('variables.oldImages', '[]'),
    ),
  },
  {
    name: 'auto passes in a Pod',
    configuration: 'prod',
    objects: variable('isInjected', replace("request.kind.kind != 'Pod' && ", '')),
  },
  // How references are read.
  {
    name: 'the pattern of a name is unanchored',
    configuration: 'prod',
    objects: variable('references', replace("{0,127})?$')", "{0,127})?')")),
  },
  {
    name: 'the pattern of a digest is unanchored',
    configuration: 'prod',
    objects: variable('references', replace("{64})$')", "{64})')")),
  },
  {
    name: '< in place of <=',
    configuration: 'prod',
    objects: variable('references', replace('<= 255', '< 255')),
  },
  {
    name: 'localhost is a repository of Docker Hub',
    configuration: 'registries',
    objects: variable('named', replace('localhost|', '')),
  },
  {
    name: 'an upper-case host is a repository of Docker Hub',
    configuration: 'prod',
    objects: variable('named', replace('[.:A-Z]', '[.:]')),
  },
  {
    name: 'index.docker.io is another registry',
    configuration: 'registries',
    objects: variable('named', replace(String.raw`(?:index\.)?`, '')),
  },
  {
    name: 'official images are not in library/',
    configuration: 'severities',
    objects: variable('named', replace("'docker.io/library/'", "'docker.io/'")),
  },
  {
    name: 'a version that moves is a fixed tag',
    configuration: 'tags',
    objects: variable('images', replace('snapshot|nightly|', '')),
  },
  {
    name: 'a commit is no fixed tag',
    configuration: 'tags',
    objects: variable('images', replace('{7,}', '{17,}')),
  },
  {
    name: 'a digest counts as its tag',
    configuration: 'policies',
    objects: variable('images', replace("i.digest != '' ? 'digest' :", '')),
  },
  {
    name: 'placeholders are references',
    configuration: 'digests',
    objects: variable('placeholders', (text) => `${text}.filter(i, false)`),
  },
  // What is demanded of them.
  { name: 'one violation is none', configuration: 'prod', objects: expressions(replace(') == 0', ') <= 1')) },
  {
    name: 'a default policy is flipped',
    configuration: 'prod',
    objects: variable('pullPolicyUnwanted', replace('!=', '==')),
  },
  {
    name: 'a registry is a prefix of others',
    configuration: 'registries',
    objects: expressions(replace("'quay.io/team/'", "'quay.io/team'")),
  },
  {
    name: 'a glob is unanchored',
    configuration: 'excluded',
    objects: expressions(replace("'^istio-", "'"), replace(String.raw`^quay\.io/`, '')),
  },
  {
    name: 'a rule is about another namespace',
    configuration: 'namespaced',
    namespace: 'namespaced',
    objects: expressions(replace("request.namespace == 'namespaced'", "request.namespace != 'namespaced'")),
  },
  {
    name: 'the last rule that matches wins',
    configuration: 'ordered',
    profile: (profile) => ({ ...profile, rules: profile.rules.toReversed() }),
  },
  {
    name: 'exclude is ignored',
    configuration: 'excluded',
    profile: (profile) => ({ ...profile, exclude: [] }),
  },
  {
    name: 'include is ignored',
    configuration: 'included',
    profile: (profile) => ({ ...profile, include: [] }),
  },
  {
    name: 'findings are ignored',
    configuration: 'severities',
    profile: (profile) => ({ ...profile, findings: {} }),
  },
  { name: 'a warning denies', configuration: 'prod', objects: lists('validationActions', () => ['Deny']) },
  // The lock.
  {
    name: 'every digest is locked',
    configuration: 'prod-locked',
    objects: expressions(replace('.contains(i.digest)', ".contains('sha256:')")),
  },
  {
    name: 'an image without a tag is not looked up',
    configuration: 'prod-pin',
    objects: expressions(replace("(i.tag == '' ? 'latest' : i.tag)", 'i.tag')),
  },
  {
    name: 'the pull policy of a pinned image stays',
    configuration: 'prod-pin',
    objects: expressions(replace('olicy: i.policy', 'olicy: i.given')),
  },
  {
    name: 'output: digest keeps the tag',
    configuration: 'digests-pin',
    objects: expressions(replace('i.image.substring(0, size(i.image) - size(i.tag) - 1)', 'i.image')),
  },
]

/** A copy of a value with every expression in it changed. */
function mapTexts(object: KubernetesObject, change: Change): KubernetesObject {
  return mapObjects(object, (one) => {
    const expression = one['expression']
    return typeof expression === 'string' ? { ...one, expression: change(expression) } : one
  })
}

type Plain = Readonly<Record<string, unknown>>

function mapObjects(object: KubernetesObject, change: (one: Plain) => Plain): KubernetesObject {
  const map = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(map)
    if (typeof value !== 'object' || value === null) return value
    return change(Object.fromEntries(Object.entries(value).map(([key, child]) => [key, map(child)])))
  }
  return map(object) as KubernetesObject
}
