import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from './bench.ts'
import { startRegistries } from './world/registries.ts'

/** A lock file, as flags of the filter: with them it contacts no registry. */
export interface Lock {
  readonly flags: readonly string[]
}

/** Locked beside the images of the stream, which may have none: `lock` does not write an empty file. */
const EXTRA_IMAGE = 'registry.example.com/bench/extra:1'

/** Locks every image of a stream, with Pinpull and a registry that has all images. */
export async function lockFor(bench: Bench, input: string): Promise<Lock> {
  const file = join(bench.folder, 'pinpull.lock.yaml')
  rmSync(file, { force: true })
  const registries = await startRegistries({ count: 1, roundTrip: 0, secured: false }, bench.folder)
  try {
    const mirror = `*=${registries.urls[0]}`
    const flags = ['--lock-file', file, '--mirror', mirror, '--image', EXTRA_IMAGE, '-']
    const command = [...bench.pinpull, 'lock', ...flags] as const
    bench.runner.time({ command, input })
  } finally {
    registries.stop()
  }
  return { flags: ['--locked', '--lock-file', file] }
}

/** A lock file for images that no registry has, all with the same digest. */
export function lockText(images: readonly string[], digest: string): string {
  const entries = images.map(
    (reference) => `  - reference: ${reference}
    digest: ${digest}
    mediaType: application/vnd.oci.image.index.v1+json
    platforms: [linux/amd64]
    source: registry.example.com
    resolvedAt: "2026-11-20T08:00:00Z"
`,
  )
  return `apiVersion: pinpull.dev/v1alpha1
kind: Lock
metadata:
  name: pinpull
  annotations:
    config.kubernetes.io/local-config: "true"
images:
${entries.join('')}`
}
