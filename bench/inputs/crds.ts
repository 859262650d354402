import type { Random } from '../random.ts'

const WORDS =
  'the of a controller that reconciles when set field selector template workload pod container image name optional default list value reference cluster namespace'.split(
    ' ',
  )
const FIELDS = [
  'image',
  'containers',
  'template',
  'selector',
  'matchLabels',
  'replicas',
  'volumes',
  'affinity',
  'tolerations',
  'resources',
  'securityContext',
  'strategy',
] as const

/**
 * A CustomResourceDefinition like a generated one: deep schemas with descriptions, in which `image` and `containers`
 * are names of properties and never images.
 * @param bytes the approximate length
 */
export function renderCrd(random: Random, index: number, bytes: number): string {
  const kind = `Widget${index}`
  const plural = kind.toLowerCase()
  let text = `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    controller-gen.kubebuilder.io/version: v0.16.1
  name: ${plural}s.example.com
spec:
  group: example.com
  names:
    kind: ${kind}
    plural: ${plural}s
    singular: ${plural}
  scope: Namespaced
  versions:
    - name: v1alpha1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          description: ${sentence(random, 12)}
          type: object
          properties:
`
  while (text.length < bytes) text += property(random, `field${random.hex(6)}`, 12, 0)
  return text
}

function property(random: Random, name: string, indent: number, depth: number): string {
  const pad = ' '.repeat(indent)
  const lines = [
    `${pad}${name}:`,
    `${pad}  description: |-`,
    `${pad}    ${sentence(random, 14)}`,
    `${pad}    ${sentence(random, 11)}`,
  ]
  if (depth === 5 || random.oneIn(4)) {
    return `${[...lines, `${pad}  type: ${random.pick(['string', 'integer', 'boolean'])}`].join('\n')}\n`
  }
  const children = FIELDS.slice(0, 2 + random.below(3))
    .map((_, at) =>
      property(random, FIELDS[(at + random.below(10)) % FIELDS.length] ?? 'image', indent + 4, depth + 1),
    )
    .join('')
  return `${[...lines, `${pad}  type: object`, `${pad}  properties:`].join('\n')}\n${children}`
}

function sentence(random: Random, words: number): string {
  return Array.from({ length: words }, () => random.pick(WORDS)).join(' ')
}
