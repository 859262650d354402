import type { Random } from '../random.ts'
import { renderCrd } from './crds.ts'

/** A ClusterServiceVersion of an operator: a description, examples in JSON, a picture in one long line, and many images. */
export function renderServiceVersion(
  random: Random,
  index: number,
  images: readonly string[],
  bytes: number,
): string {
  const name = `operator-${index}`
  const [main = ''] = images
  const rest = Math.max(0, bytes - 1500 - 90 * images.length)
  return `apiVersion: operators.coreos.com/v1alpha1
kind: ClusterServiceVersion
metadata:
  name: ${name}.v1.${index % 9}.0
  namespace: placeholder
  annotations:
    capabilities: Full Lifecycle
    containerImage: ${main}
    alm-examples: |-
      [
${lines(random, rest / 4, (word) => `        {"apiVersion": "example.com/v1", "kind": "${word}", "metadata": {"name": "${word}-example"}, "spec": {}},`)}
        {}
      ]
spec:
  displayName: Operator ${index}
  version: 1.${index % 9}.0
  description: |
${lines(random, rest / 4, (word) => `    The ${word} operator reconciles ${word} objects and their ${word} when a field of the template is set.`)}
  icon:
    - base64data: ${'iVBORw0KGgoAAAANSUhEUgAAA'.repeat(Math.ceil(rest / 4 / 25))}
      mediatype: image/png
  install:
    strategy: deployment
    spec:
      clusterPermissions:
        - serviceAccountName: ${name}
          rules:
${lines(random, rest / 4, (word) => `            - apiGroups: ["${word}.example.com"]\n              resources: [${word}s, ${word}s/status]\n              verbs: [get, list, watch]`)}
      deployments:
        - name: ${name}
          spec:
            replicas: 1
            selector: {matchLabels: {app: ${name}}}
            template:
              metadata: {labels: {app: ${name}}}
              spec:
                serviceAccountName: ${name}
                containers:
                  - name: manager
                    image: ${main}
                    args: [--leader-elect]
  relatedImages:
${images.map((image, at) => `    - name: image-${at}\n      image: ${image}\n`).join('')}`
}

function lines(random: Random, bytes: number, line: (word: string) => string): string {
  const all: string[] = []
  for (let length = 0; length < bytes; length += (all.at(-1) as string).length) all.push(line(random.hex(8)))
  return all.join('\n')
}

/** Definitions of custom resources, each beginning with its `---` line. */
export function renderCrds(random: Random, index: number, count: number, bytes: number): string {
  return Array.from({ length: count }, (_, at) => renderCrd(random, index * 100 + at, bytes / count)).join('')
}
