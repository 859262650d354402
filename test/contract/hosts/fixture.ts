import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the fixture, absolute. Not to be rendered in place: Helm writes beside a chart. */
const FIXTURE: string = fileURLToPath(new URL('fixture/', import.meta.url))

/** The age key that decrypts the Secrets of the fixture; absolute path of the file. */
export const AGE_KEY: string = join(FIXTURE, 'age.key')

/** What Argo CD and others say of a cluster, for `--kube-version` and `--api-versions`. */
export const CLUSTER_FACTS = {
  kubeVersion: '1.37.2',
  apiVersions: ['v1', 'apps/v1', 'batch/v1', 'policy/v1', 'monitoring.coreos.com/v1'],
} as const

/**
 * Copies the fixture that every host renders, with and without Pinpull: `chart` (it needs `sidecar` beside it, by
 * `helm dependency build`), `values-prod.yaml`, `empty`, and `kustomize/overlay`. Its README says what is in it.
 *
 * @param folder absolute; the parts of the fixture come to stand in it
 */
export function copyFixture(folder: string): void {
  cpSync(FIXTURE, folder, { recursive: true })
  // Readers of lines stop at 64 KiB.
  writeFileSync(join(folder, 'kustomize/base/large.txt'), '0123456789'.repeat(7000))
}
