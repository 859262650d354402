import { describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

interface Owner {
  readonly kind: string
  readonly name: string
  readonly controller?: boolean
}

function pod(name: string, image: string, owner?: Owner, labels: object = {}, namespace = 'shop'): object {
  const ownerReferences = owner && [{ apiVersion: 'v1', uid: 'x', controller: true, ...owner }]
  return {
    metadata: { name, namespace, labels, ...(ownerReferences && { ownerReferences }) },
    spec: { containers: [{ name: 'web', image, imagePullPolicy: 'IfNotPresent' }] },
  }
}

/** As `kubectl get pods -o json` prints it. */
async function check(pods: readonly object[], ...args: readonly string[]) {
  const items = pods.map((one) => ({ apiVersion: 'v1', kind: 'Pod', ...one }))
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 4)
  return runInProcess(['check', ...args], { input, cwd: temporaryFolder() })
}

const REPLICA_SET: Owner = { kind: 'ReplicaSet', name: 'web-5d4f8c' }
const HASH = { 'pod-template-hash': '5d4f8c' }

describe('checked Pods of a cluster', () => {
  test('of one owner are one entry', async () => {
    const { code, stdout } = await check([
      pod('web-5d4f8c-a', 'nginx:1.27', REPLICA_SET, HASH),
      pod('web-5d4f8c-b', 'nginx:1.27', REPLICA_SET, HASH),
      pod('db-0', 'postgres:17', { kind: 'StatefulSet', name: 'db' }),
    ])
    expect(code).toBe(1)
    expect(stdout.match(/^ {2}[A-Z].*/gm)).toEqual([
      '  Deployment shop/web (2 Pods), container web, spec.containers[0].image',
      '  StatefulSet shop/db (1 Pod), container web, spec.containers[0].image',
    ])
    expect(stdout).toContain('error IMAGE_UNPINNED: "nginx:1.27" is not pinned to a digest')
  })

  test.each([
    ['other images', pod('web-5d4f8c-b', 'nginx:1.28', REPLICA_SET, HASH)],
    ['another namespace', pod('web-5d4f8c-a', 'nginx:1.27', REPLICA_SET, HASH, 'test')],
    ['another owner', pod('web-6', 'nginx:1.27', { kind: 'ReplicaSet', name: 'web-6' }, HASH)],
    ['no owner', pod('alone', 'nginx:1.27')],
    [
      'an owner that is no controller',
      pod('alone', 'nginx:1.27', { ...REPLICA_SET, controller: false }, HASH),
    ],
  ])('with %s are two', async (_, other) => {
    const { stdout } = await check([pod('web-5d4f8c-a', 'nginx:1.27', REPLICA_SET, HASH), other])
    expect(stdout.match(/^ {2}[A-Z].*/gm)).toHaveLength(2)
    expect(stdout).toContain('Deployment shop/web (1 Pod)')
  })

  test('are all in the formats for programs', async () => {
    const pods = ['a', 'b'].map((name) => pod(name, 'nginx:1.27', REPLICA_SET, HASH))
    const { stdout } = await check(pods, '--output', 'json')
    expect(stdout.match(/IMAGE_UNPINNED/g)).toHaveLength(2)
    expect(stdout).not.toContain('"Deployment"')
  })
})
