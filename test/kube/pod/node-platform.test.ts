import { expect, test } from 'vitest'
import { nodePlatforms } from '../../../src/kube/pod/node-platform.ts'
import { fieldsOf } from '../find/found.ts'

const affinity = (...terms: string[]): string =>
  `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [${terms.join(', ')}]}}}`
const term = (...expressions: [key: string, operator: string, values: string][]): string =>
  `{matchExpressions: [${expressions.map(([key, operator, values]) => `{key: ${key}, operator: ${operator}, values: [${values}]}`).join(', ')}]}`

test.each<[string, string, readonly string[]]>([
  ['nothing said', '', []],
  ['an architecture', 'nodeSelector: {kubernetes.io/arch: arm64}', ['linux/arm64']],
  ['a system', 'nodeSelector: {kubernetes.io/os: windows}', ['windows']],
  ['both', 'nodeSelector: {kubernetes.io/arch: amd64, kubernetes.io/os: windows}', ['windows/amd64']],
  [
    'former labels',
    'nodeSelector: {beta.kubernetes.io/arch: s390x, beta.kubernetes.io/os: linux}',
    ['linux/s390x'],
  ],
  ['other labels', 'nodeSelector: {disktype: ssd}', []],
  ['os.name', 'os: {name: windows}', ['windows']],
  [
    'a choice of architectures',
    affinity(term(['kubernetes.io/arch', 'In', 'amd64, arm64'])),
    ['linux/amd64', 'linux/arm64'],
  ],
  [
    'either term',
    affinity(term(['kubernetes.io/arch', 'In', 'amd64']), term(['kubernetes.io/arch', 'In', 'arm64'])),
    ['linux/amd64', 'linux/arm64'],
  ],
  [
    'a term that leaves it open adds nothing',
    affinity(term(['kubernetes.io/arch', 'In', 'arm64']), term(['zone', 'In', 'a'])),
    ['linux/arm64'],
  ],
  [
    'all expressions of a term',
    affinity(
      term(['kubernetes.io/arch', 'In', 'amd64, arm64'], ['kubernetes.io/os', 'In', 'linux, windows']),
    ),
    ['linux/amd64', 'linux/arm64', 'windows/amd64', 'windows/arm64'],
  ],
  [
    'expressions that narrow one another',
    affinity(
      term(['kubernetes.io/arch', 'In', 'amd64, arm64'], ['kubernetes.io/arch', 'In', 'arm64, s390x']),
    ),
    ['linux/arm64'],
  ],
  [
    'nodeSelector and affinity together',
    `nodeSelector: {kubernetes.io/arch: arm64}, ${affinity(term(['kubernetes.io/arch', 'In', 'amd64, arm64']))}`,
    ['linux/arm64'],
  ],
  [
    'what can never be',
    `nodeSelector: {kubernetes.io/arch: s390x}, ${affinity(term(['kubernetes.io/arch', 'In', 'amd64']))}`,
    [],
  ],
  ['other operators leave it open', affinity(term(['kubernetes.io/arch', 'NotIn', 'arm64'])), []],
  [
    'what is only preferred',
    'affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [arm64]}]}}]}}',
    [],
  ],
  [
    'odd shapes',
    'nodeSelector: [a], affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [x, {matchExpressions: y}]}}}',
    [],
  ],
])('%s', (_, spec, expected) => {
  const field = fieldsOf(
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{image: a}], ${spec}}\n`,
  )[0]!
  const found = nodePlatforms(field.podSpec!).map(({ os, architecture }) =>
    architecture === undefined ? os : `${os}/${architecture}`,
  )
  expect(found).toEqual(expected)
})
