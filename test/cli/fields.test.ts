import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'

const stream = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: c
          image: ghcr.io/acme/web:1
          env: [{name: SELF, value: ghcr.io/acme/web:1}]
      volumes:
        - {name: v, rbd: {image: disk}}
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: p}
spec: {image: quay.io/prometheus/prometheus:v3}
---
apiVersion: pg.example.com/v1
kind: Database
metadata: {name: d}
spec: {engine: ghcr.io/acme/db:1, image: " "}
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-fields-'))
  writeFileSync(join(folder, 'all.yaml'), stream)
  writeFileSync(
    join(folder, 'own.yaml'),
    'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {fields: {copies: pin, rules: [{kind: Database, path: spec.engine}]}}\n',
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

const run = (...args: readonly string[]) => runInProcess(args, { cwd: folder, input: '', env: {} })

describe('pinpull fields', () => {
  test('shows which rule found each image, and which strings are ignored and why', async () => {
    const { code, stdout, stderr } = await run('fields', 'all.yaml')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(`RULE  IMAGE                             POLICY           FIELD
R1    ghcr.io/acme/web:1                imagePullPolicy  all.yaml:9:18: Deployment web, container c, spec.template.spec.containers[0].image
R5    quay.io/prometheus/prometheus:v3  imagePullPolicy  all.yaml:17:15: Prometheus p, spec.image

NOT MATCHED         REASON                                                                  FIELD
ghcr.io/acme/web:1  a copy of an image of this stream: spec.fields.copies can pin it alike  all.yaml:10:37: Deployment web, spec.template.spec.containers[0].env[0].value
disk                a Ceph block device                                                     all.yaml:12:34: Deployment web, spec.template.spec.volumes[0].rbd.image
`)
  })

  test('goes by the configuration', async () => {
    const { stdout } = await run('fields', '--config', 'own.yaml', '-o', 'json', 'all.yaml')
    const { found, left } = JSON.parse(stdout) as {
      found: Record<string, unknown>[]
      left: Record<string, unknown>[]
    }
    expect(found.map(({ rule, image, policy }) => [rule, image, policy])).toEqual([
      ['R1', 'ghcr.io/acme/web:1', 'imagePullPolicy'],
      ['R7', 'ghcr.io/acme/web:1', undefined],
      ['R5', 'quay.io/prometheus/prometheus:v3', 'imagePullPolicy'],
      ['R6', 'ghcr.io/acme/db:1', undefined],
    ])
    expect(left.map(({ text }) => text)).toEqual(['disk'])
    expect(found[3]?.['at']).toMatchObject({ file: 'all.yaml', document: 3, line: 22, path: 'spec.engine' })
  })

  test('broken YAML lists nothing', async () => {
    writeFileSync(join(folder, 'broken.yaml'), 'a: [')
    const { code, stdout, stderr } = await run('fields', 'all.yaml', 'broken.yaml')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^(?:\S+: )?error YAML_INVALID: /)
  })
})

describe('pinpull images', () => {
  const unknown =
    'apiVersion: a.example/v1\nkind: Thing\nmetadata: {name: t}\nspec: {image: "ghcr.io/acme/thing:1"}\n'
  const both = `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: "a:1"}]}\n---\n${unknown}`
  const list = (...args: readonly string[]) =>
    runInProcess(['images', ...args], { cwd: folder, input: both, env: {} })

  test('lists strings that look like images separately', async () => {
    const { code, stdout, stderr } = await list()
    expect(code).toBe(0)
    expect(stdout).toBe(`IMAGE  USED BY
a:1    <stdin>:4:38: Pod p, container c, spec.containers[0].image

IN UNKNOWN FIELDS     USED BY
ghcr.io/acme/thing:1  <stdin>:9:15: Thing t, spec.image
`)
    expect(stderr).toContain('warning FIELD_UNKNOWN: "ghcr.io/acme/thing:1" looks like an image')
  })

  test('marks it in JSON, and leaves it out of the lines', async () => {
    const { stdout } = await list('-o', 'json')
    const { images } = JSON.parse(stdout) as { images: { image: string; isUnknown?: boolean }[] }
    expect(images.map(({ image, isUnknown }) => [image, isUnknown])).toEqual([
      ['a:1', undefined],
      ['ghcr.io/acme/thing:1', true],
    ])
    expect((await list('-o', 'name')).stdout).toBe('a:1\n')
  })
})

test('what the proof fails on is listed by pinpull fields', async () => {
  const input = `apiVersion: operator.victoriametrics.com/v1beta1
kind: VMAlertmanager
metadata: {name: a}
spec: {image: {repository: prom/alertmanager, tag: v0.27.0}}
---
apiVersion: datadoghq.com/v2alpha1
kind: DatadogAgent
metadata: {name: b}
spec: {override: {nodeAgent: {image: {name: "gcr.io/datadoghq/agent:7.26.0"}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: d}
spec:
  containers:
  - name: a
    env:
    - name: KAFKA_IMAGES
      value: |
        4.1.0=quay.io/acme/kafka:0.1-4.1.0
        4.2.0=quay.io/acme/kafka:0.1-4.2.0
    - {name: PROXY_IMAGE, value: "busybox:1.36"}
`
  const { stdout } = await runInProcess(['fields', '-o', 'json'], { cwd: folder, input, env: {} })
  const { left } = JSON.parse(stdout) as { left: { text: string; reason: string }[] }
  expect(left.map(({ text, reason }) => `${text}: ${reason}`)).toEqual([
    'prom/alertmanager:v0.27.0: an optional field: spec.fields.optional can ask for it',
    'gcr.io/datadoghq/agent:7.26.0: no rule knows this field',
    '4.1.0=quay.io/acme/kafka:0.1-4.1.0: given to a program: spec.fields.rules can name it',
    '4.2.0=quay.io/acme/kafka:0.1-4.2.0: given to a program: spec.fields.rules can name it',
    'busybox:1.36: given to a program: spec.fields.rules can name it',
    '(nothing): an image is required here',
  ])
})
