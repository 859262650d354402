import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { KubernetesObject } from './support/cluster/cluster-client.ts'
import { celEnvironment } from './support/go-tool.ts'
import { guardObjects } from './support/guard/bound-guard.ts'
import { CONFIGURATIONS, DIGESTS } from './support/guard/guard-configurations.ts'
import { pod } from './support/guarded-cluster.ts'
import { describeWith } from './support/need.ts'

/** What is found about one policy in one version. */
interface Found {
  readonly minor: number
  readonly policy: string
  readonly errors: readonly string[]
  readonly cost: number
}

/** The versions that `pinpull guard --kubernetes` takes, up to the newest one whose environment is known. */
const VERSIONS = {
  ValidatingAdmissionPolicy: [30, 31, 32, 33, 34, 35, 36, 37],
  MutatingAdmissionPolicy: [36, 37],
} as const

/** Of one binding in one request (apis/cel/config.go, `RuntimeCELCostBudget`). */
const BUDGET = 10_000_000

/** 50 containers whose images have 128 characters and more. */
const LARGE = pod(
  [...Array(50).keys()].map((index) => ({
    name: `c${index}`,
    image: `registry-${index}.example.com/${'team/'.repeat(20)}app:1.2.3@${DIGESTS[0]}`,
    imagePullPolicy: 'IfNotPresent',
  })),
)

describeWith(
  { program: await celEnvironment() },
  'the guard in the versions of Kubernetes',
  ({ program }) => {
    const judge = (minors: readonly number[], policies: readonly KubernetesObject[]): readonly Found[] => {
      const params = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'lock' }, data: {} }
      const input = JSON.stringify({ minors, policies, pod: LARGE, params })
      const { status, stdout, stderr } = spawnSync(program, { input, encoding: 'utf8', maxBuffer: 1 << 26 })
      expect(status, stderr).toBe(0)
      return JSON.parse(stdout)
    }

    const objects = CONFIGURATIONS.flatMap(guardObjects)

    test.each(Object.entries(VERSIONS))(
      '%s: every expression is accepted, and cheap enough',
      (kind, minors) => {
        const policies = objects.filter((object) => object.kind === kind)
        const found = judge(minors, policies)
        expect(found).toHaveLength(minors.length * policies.length)
        expect(found.filter(({ errors }) => errors.length > 0)).toEqual([])
        const [dearest] = found.toSorted((a, b) => b.cost - a.cost)
        console.log(
          `${found.length} policies; the dearest in 1.${dearest?.minor} is ${dearest?.policy}: ${dearest?.cost}`,
        )
        expect(dearest?.cost).toBeLessThan(BUDGET)
        expect(found.every(({ cost }) => cost > 0)).toBe(true)
      },
    )

    test('an expression of a later version is found', () => {
      const policy = (expression: string): KubernetesObject => ({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'later' },
        spec: { validations: [{ expression, messageExpression: "'no'" }] },
      })
      // Comprehensions with an index are in 1.33 and later.
      const found = judge([30, 37], [policy('[1, 2].all(index, value, index < value)')])
      expect(found.map(({ errors }) => errors.length)).toEqual([1, 0])
    })

    test('an expression that costs too much is found', () => {
      const policy: KubernetesObject = {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'dear' },
        spec: {
          validations: [
            {
              expression:
                'object.spec.containers.all(a, object.spec.containers.all(b, object.spec.containers.all(c, object.spec.containers.all(d, a.image + b.image != c.image + d.image + "x"))))',
              messageExpression: "'no'",
            },
          ],
        },
      }
      expect(judge([37], [policy])[0]?.errors.join()).toMatch(/cost/)
    })
  },
)
