import { seeded } from '../random.ts'
import { renderCrd } from './crds.ts'
import { imageNames } from './images.ts'
import { podObject } from './json-list.ts'
import { application, renderApplication } from './workloads.ts'

const SEED = 20_261_120
const KB = 1000
const MB = 1_000_000

/** The kind of content of a stream. */
export type Shape = 'workloads' | 'crds' | 'json'

/**
 * A rendered chart with one application per image, about 3 KB each.
 * @param images in the order in which they appear
 */
export function chart(images: readonly string[]): string {
  const random = seeded(SEED)
  return images.map((image, index) => renderApplication(application(random, index, [image]), random)).join('')
}

/** The 60 KB chart of the budgets: 20 images, 80 documents. */
export function smallChart(): string {
  return chart(imageNames(seeded(SEED), 20))
}

/** The same chart with one document that the scanner does not support: an explicit key, a tag and an anchor. */
export function chartForReferenceReader(): string {
  return `${smallChart()}---
apiVersion: v1
kind: Pod
metadata: &meta
  name: odd
spec:
  containers:
    - ? name
      : odd
      ? !!str image
      : ${imageNames(seeded(SEED), 1)[0]}
`
}

/**
 * A stream of about that many bytes. Images repeat from a pool of 280 names, as in a real cluster.
 * @param shape `workloads` has an image every 3 KB; `crds` is nine tenths schemas; `json` is one pretty-printed List
 */
export function stream(shape: Shape, bytes: number): string {
  const random = seeded(SEED + bytes)
  const images = imageNames(seeded(SEED), 280)
  const parts: string[] = []
  let length = 0
  const add = (part: string): void => {
    parts.push(part)
    length += part.length
  }
  if (shape === 'json') {
    while (length < bytes) {
      const pod = podObject(random, parts.length, images[parts.length % images.length] ?? '')
      add(JSON.stringify(pod, null, 4).replaceAll(/^/gm, '        '))
    }
    return `{\n    "apiVersion": "v1",\n    "items": [\n${parts.join(',\n')}\n    ],\n    "kind": "List"\n}\n`
  }
  while (length < bytes) {
    const index = parts.length
    if (shape === 'crds' && length < 0.9 * bytes) {
      add(renderCrd(random, index, Math.min(600 * KB, bytes / 12)))
    } else {
      add(renderApplication(application(random, index, [images[index % images.length] ?? '']), random))
    }
  }
  return parts.join('')
}

/** The sizes of the growth curve. */
export const CURVE_BYTES: readonly number[] = [60 * KB, 250 * KB, MB, 4 * MB, 10 * MB, 50 * MB]
