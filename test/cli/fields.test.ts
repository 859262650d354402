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
  test('says which rule found what, and what is left alone and why', async () => {
    const { code, stdout, stderr } = await run('fields', 'all.yaml')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(`RULE  IMAGE                             POLICY           FIELD
R1    ghcr.io/acme/web:1                imagePullPolicy  all.yaml, document 1, line 9, column 18: Deployment web, container c, spec.template.spec.containers[0].image
R5    quay.io/prometheus/prometheus:v3  imagePullPolicy  all.yaml, document 2, line 17, column 15: Prometheus p, spec.image

LEFT ALONE          WHY                                                                     FIELD
ghcr.io/acme/web:1  a copy of an image of this stream: spec.fields.copies can pin it alike  all.yaml, document 1, line 10, column 37: Deployment web, spec.template.spec.containers[0].env[0].value
disk                a Ceph block device                                                     all.yaml, document 1, line 12, column 34: Deployment web, spec.template.spec.volumes[0].rbd.image
`)
  })

  test('goes by the configuration', async () => {
    const { stdout } = await run('fields', '--config', 'own.yaml', '--format', 'json', 'all.yaml')
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
    expect(stderr).toMatch(/^error YAML_INVALID: /)
  })
})
