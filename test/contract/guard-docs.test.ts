import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatLock } from '../../src/lock/format.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { createSandbox, type Ran, type Sandbox } from '../support/sandbox.ts'
import { type Cluster, startCluster } from './support/cluster/cluster.ts'
import { etcd, kubeApiserver, kubectl } from './support/go-tool.ts'
import { pod, textOf } from './support/guarded-cluster.ts'
import { describeWith } from './support/need.ts'

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/guard.md', import.meta.url)), 'utf8')
const DIGEST = `sha256:${'a'.repeat(64)}` as Digest

/** The commands of a section, one text a block. */
function commandsOf(heading: string): string[] {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, commands = '']) => commands)
}

/** docs/guard.md, read from the beginning to the end by a user with a cluster. */
describeWith(
  { kubeApiserver: await kubeApiserver(), etcd: await etcd(), kubectl: await kubectl() },
  'docs/guard.md, step by step',
  (programs) => {
    let cluster: Cluster
    let sandbox: Sandbox
    beforeAll(async () => {
      cluster = await startCluster(programs)
      sandbox = createSandbox({ KUBECONFIG: cluster.kubeconfig })
      sandbox.addCommand('kubectl', programs.kubectl)
      const lock = {
        reference: 'docker.io/library/nginx:1.27',
        digest: DIGEST,
        mediaType: 'application/json',
      }
      sandbox.write('pinpull.lock.yaml', formatLock([lock]))
      // It runs before there is a guard, as the Pods of a Deployment do.
      const ownerReferences = ['a', 'b'].map(() => [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d4f8c', uid: 'x', controller: true },
      ])
      for (const [index, name] of ['web-5d4f8c-a', 'web-5d4f8c-b'].entries()) {
        const labels = { 'pod-template-hash': '5d4f8c' }
        const object = pod([{ name: 'web', image: 'nginx:1.27' }], {
          name,
          labels,
          ownerReferences: ownerReferences[index],
        })
        expect(textOf(await cluster.client.create(object))).toBe('')
      }
    }, 150_000)
    afterAll(async () => {
      sandbox?.remove()
      await cluster?.stop()
    })

    const steps = commandsOf('From warnings to denial in four steps')
    const [withLock = ''] = commandsOf('With a lock file')
    const [open = ''] = commandsOf('In an emergency')
    const [remove = ''] = commandsOf('To remove or reduce it')

    const apply = (image: string): Promise<Ran> =>
      sandbox.bash('kubectl apply --dry-run=server -f -', {
        input: JSON.stringify(pod([{ name: 'web', image }], { name: 'new' })),
      })

    const message = 'IMAGE_UNPINNED: container web: "nginx:1.27" is not pinned to a digest'

    test('the page has the commands that are run here', () => {
      expect([steps.length, [withLock, open, remove].includes('')]).toEqual([3, false])
    })

    test('1: the preflight shows what runs, by owner', async () => {
      const { code, stdout } = await sandbox.bash(steps[0] ?? '')
      expect(code).toBe(1)
      expect(stdout).toContain('error IMAGE_UNPINNED: "nginx:1.27"')
      expect(stdout).toContain('  Deployment default/web (2 Pods), container web, spec.containers[0].image\n')
    })

    test('2: violations are warnings', async () => {
      const { code, stderr } = await sandbox.bash(steps[1] ?? '')
      expect([code, stderr]).toEqual([0, ''])
      await expect
        .poll(() => apply('nginx:1.27'), { timeout: 300_000, interval: 500 })
        .toMatchObject({
          code: 0,
          stderr: expect.stringContaining(message),
        })
      expect(await apply(`nginx:1.27@${DIGEST}`)).toMatchObject({ code: 0, stderr: '' })
    })

    test('3: the Pods that the preflight shows can be deleted', async () => {
      const { code } = await sandbox.bash('kubectl delete pods --all --force')
      expect(code).toBe(0)
      expect(await sandbox.bash(steps[0] ?? '')).toMatchObject({ code: 0 })
    })

    test('4: violations are denied', async () => {
      const { code, stderr } = await sandbox.bash(steps[2] ?? '')
      expect([code, stderr]).toEqual([0, ''])
      await expect
        .poll(() => apply('nginx:1.27'), { timeout: 300_000, interval: 500 })
        .toMatchObject({
          code: 1,
          stderr: expect.stringContaining(message),
        })
    })

    test('with the lock, Pods are pinned', async () => {
      const { code, stderr } = await sandbox.bash(withLock)
      expect([code, stderr]).toEqual([0, ''])
      await expect
        .poll(() => apply('nginx:1.27'), { timeout: 300_000, interval: 500 })
        .toMatchObject({ code: 0 })
      const stored = await sandbox.bash(
        'kubectl create --dry-run=server -o jsonpath={.spec.containers[0].image} -f -',
        {
          input: JSON.stringify(pod([{ name: 'web', image: 'nginx:1.27' }])),
        },
      )
      expect(stored.stdout).toBe(`nginx:1.27@${DIGEST}`)
      expect(await apply('redis:7')).toMatchObject({ code: 1 })
    })

    test('in an emergency, everything passes until the guard is applied again', async () => {
      expect(await sandbox.bash(open)).toMatchObject({ code: 0, stderr: '' })
      await expect
        .poll(() => apply('redis:7'), { timeout: 300_000, interval: 500 })
        .toMatchObject({ code: 0 })
      expect(await sandbox.bash(withLock)).toMatchObject({ code: 0, stderr: '' })
      await expect
        .poll(() => apply('redis:7'), { timeout: 300_000, interval: 500 })
        .toMatchObject({ code: 1 })
    })

    test('without the ConfigMap everything is denied, and nothing if the guard warns', async () => {
      expect(
        (await sandbox.bash('kubectl delete configmap --namespace kube-system pinpull-prod-lock')).code,
      ).toBe(0)
      await expect
        .poll(() => apply(`nginx:1.27@${DIGEST}`), { timeout: 300_000, interval: 500 })
        .toMatchObject({ code: 1, stderr: expect.stringContaining('no params found') })
      const warning = 'pinpull guard --profile prod --pin | kubectl apply --server-side -f -'
      expect((await sandbox.bash(warning)).code).toBe(0)
      expect(
        (await sandbox.bash('kubectl delete configmap --namespace kube-system pinpull-prod-lock')).code,
      ).toBe(0)
      await expect
        .poll(() => apply('redis:7'), { timeout: 300_000, interval: 500 })
        .toMatchObject({ code: 0 })
    })

    test('removed, it does nothing', async () => {
      expect(await sandbox.bash(withLock)).toMatchObject({ code: 0, stderr: '' })
      await expect
        .poll(() => apply('redis:7'), { timeout: 300_000, interval: 500 })
        .toMatchObject({ code: 1 })
      expect((await sandbox.bash(remove)).code).toBe(0)
      await expect
        .poll(() => apply('redis:7'), { timeout: 300_000, interval: 500 })
        .toEqual(expect.objectContaining({ code: 0, stderr: '' }))
      const left = await sandbox.bash(
        'kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings,mutatingadmissionpolicies,mutatingadmissionpolicybindings,configmaps -A -o name --selector app.kubernetes.io/managed-by=pinpull',
      )
      expect([left.code, left.stdout]).toEqual([0, ''])
    })
  },
)
