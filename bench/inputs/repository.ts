import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Random, seeded } from '../random.ts'
import { imageNames } from './images.ts'
import { renderCrds, renderServiceVersion } from './operators.ts'
import { application, renderApplication } from './workloads.ts'

/**
 * A class of the files that repositories keep for `kubectl apply`. The numbers were counted in November 2026 over 11,377 files of
 * 56 public projects, 227 MB: nine of ten files are small, and nine tenths of the bytes are schemas and operators.
 */
interface FileClass {
  /** How many of 11,377 files. */
  readonly files: number
  /** The sizes in bytes: the smallest, the median, the 90th percentile and the largest. */
  readonly sizes: readonly [number, number, number, number]
  readonly render: (random: Random, index: number, size: number, images: readonly string[]) => string
}

/** The number of files that were counted. */
export const REPOSITORY_FILES = 11_377

const CLASSES: readonly FileClass[] = [
  { files: 6140, sizes: [90, 405, 1232, 9000], render: renderSettings },
  { files: 1126, sizes: [250, 1204, 3477, 18_000], render: renderSettings },
  { files: 1598, sizes: [300, 1338, 4509, 17_000], render: renderPods },
  {
    files: 878,
    sizes: [600, 2289, 6554, 40_000],
    render: (random, index, size, images) =>
      renderSettings(random, index, size / 2) + renderPods(random, index, size / 2, images),
  },
  {
    files: 911,
    sizes: [5000, 28_397, 105_278, 320_000],
    render: (random, index, size, images) =>
      renderServiceVersion(random, index, pinned(random, images, 8), size),
  },
  {
    files: 628,
    sizes: [1500, 8000, 500_000, 720_000],
    render: (random, index, size) => renderCrds(random, index, 1, size),
  },
  {
    files: 47,
    sizes: [50_000, 450_000, 1_300_000, 1_900_000],
    render: (random, index, size) => renderCrds(random, index, 10, size),
  },
  {
    files: 49,
    sizes: [100_000, 520_000, 1_400_000, 3_700_000],
    render: (random, index, size, images) =>
      renderCrds(random, index, 8, size - 12_000) +
      Array.from({ length: 4 }, (_, at) =>
        renderApplication(application(random, index * 4 + at, [random.pick(images)]), random),
      ).join(''),
  },
]

/**
 * Writes a folder of manifests of the same make-up as the counted ones.
 * @param folder is made
 * @param count the number of files
 * @param seed another one gives other files of the same make-up
 * @returns the size of all files in bytes
 */
export function writeRepository(folder: string, count: number, seed: number): number {
  const random = seeded(seed)
  const images = imageNames(seeded(seed), 3787)
  let total = 0
  for (const [number, { files, sizes, render }] of CLASSES.entries()) {
    const own = Math.max(1, Math.round((files * count) / REPOSITORY_FILES))
    for (let index = 0; index < own; index += 1) {
      const text = render(random, index, quantile(sizes, (index + 0.5) / own), images)
      const below = join(folder, `project-${(index * 7 + number) % 56}`, `part-${index % 9}`)
      mkdirSync(below, { recursive: true })
      writeFileSync(join(below, `${number}-${index}.yaml`), text)
      total += text.length
    }
  }
  return total
}

/** The size at a share of all files, between the four that are given on a logarithmic scale. */
function quantile([least, median, high, largest]: FileClass['sizes'], share: number): number {
  const between = (from: number, to: number, part: number): number => from * (to / from) ** part
  if (share < 0.5) return between(least, median, share * 2)
  if (share < 0.9) return between(median, high, (share - 0.5) / 0.4)
  return between(high, largest, (share - 0.9) * 10)
}

/** Objects without an image, until they are large enough. */
function renderSettings(random: Random, index: number, size: number): string {
  const kinds = [renderConfigMap, renderRole, renderService, renderKustomization] as const
  let text = ''
  while (text.length < size)
    text += `---\n${random.pick(kinds)(random, `part-${index}-${random.hex(4)}`, size - text.length)}`
  return text
}

function renderConfigMap(random: Random, name: string, size: number): string {
  const settings = Array.from(
    { length: 1 + random.below(Math.max(1, Math.floor(size / 40))) },
    () => `  key.${random.hex(6)}: "${random.hex(16)}"\n`,
  )
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${settings.join('')}`
}

function renderRole(random: Random, name: string): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: ${name}
rules:
- apiGroups: [""]
  resources: [pods, services, endpoints]
  verbs: [get, list, ${random.pick(['watch', 'patch'])}]
`
}

function renderService(random: Random, name: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector: {app: ${name}}
  ports:
  - port: ${8000 + random.below(1000)}
`
}

function renderKustomization(_random: Random, name: string): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamePrefix: ${name}-\nresources:\n- deployment.yaml\n`
}

/** Pods, until they are large enough. */
function renderPods(random: Random, index: number, size: number, images: readonly string[]): string {
  const name = `pod-${index}`
  const first = `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
  - name: ${name}
    image: ${random.pick(images)}
`
  let text = first
  while (text.length < size - 300)
    text += `  - name: side-${random.hex(6)}\n    image: ${random.pick(images)}\n    env:\n${Array.from({ length: 12 }, () => `    - name: V_${random.hex(4)}\n      value: "${random.hex(20)}"\n`).join('')}`
  return text
}

/** Images with a digest, as operators name them. */
function pinned(random: Random, images: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, () => `${random.pick(images)}@sha256:${random.hex(64)}`)
}
