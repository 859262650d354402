import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { GO_TOOLS, goTool, kubeLinter } from './support/go-tool.ts'
import { describeWith } from './support/need.ts'

const needs = { kubeLinter: await kubeLinter(), kubeScore: await goTool(GO_TOOLS.kubeScore) }

/** The chart output of the demo: some twenty images, among them ones without a tag, with `latest`, and with a digest. */
const chart = readFileSync(new URL('../../examples/demo/bookshop.yaml', import.meta.url), 'utf8')

/** kube-linter's checks about images and policies; the second is one that has to be configured. */
const LINTER_CONFIG = `checks:
  doNotAutoAddDefaults: true
  include: [latest-tag]
customChecks:
- name: no-always
  template: image-pull-policy
  params: {forbiddenPolicies: [Always]}
`

const IGNORE = 'kube-score/ignore: container-image-pull-policy'

describeWith(needs, 'what the profile prod writes, to other linters', (paths) => {
  let folder: string
  let registry: TestRegistry
  let pinned: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pinpull-linters-'))
    writeFileSync(join(folder, 'linter.yaml'), LINTER_CONFIG)
    registry = await startRegistry({ anyName: true, mirror: true })
    const run = await runProgram(['--profile', 'prod', '--mirror', `*=${registry.url}`], { input: chart })
    expect(run.code, run.stderr).toBe(0)
    pinned = run.stdout.toString()
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await registry.close()
  })

  /** What kube-linter finds, as `check: object`. */
  function lint(text: string): string[] {
    const file = join(folder, 'manifests.yaml')
    writeFileSync(file, text)
    const { stdout } = spawnSync(
      paths.kubeLinter,
      ['lint', '--format', 'json', '--config', join(folder, 'linter.yaml'), file],
      { encoding: 'utf8', maxBuffer: 1 << 26 },
    )
    const { Reports } = JSON.parse(stdout) as {
      Reports: { Check: string; Object: { K8sObject: { Name: string } } }[] | null
    }
    return (Reports ?? []).map(({ Check, Object: { K8sObject } }) => `${Check}: ${K8sObject.Name}`)
  }

  /** The ids of kube-score's checks about images that some object does not pass. */
  function score(text: string): string[] {
    const { stdout } = spawnSync(paths.kubeScore, ['score', '-o', 'json', '-'], {
      input: text,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    })
    const objects = JSON.parse(stdout) as {
      checks: { check: { id: string }; grade: number; skipped: boolean }[]
    }[]
    const failed = objects
      .flatMap(({ checks }) => checks)
      .filter(({ check, grade, skipped }) => check.id.includes('image') && !skipped && grade < 10)
    return [...new Set(failed.map(({ check }) => check.id))].sort()
  }

  test('kube-linter finds tags that move before, and nothing after', () => {
    expect(lint(chart).filter((one) => one.startsWith('latest-tag: ')).length).toBeGreaterThan(0)
    expect(lint(pinned)).toEqual([])
  })

  test('kube-score is left with its wish for Always, which a digest does not need', () => {
    expect(score(chart)).toEqual(['container-image-pull-policy', 'container-image-tag'])
    expect(score(pinned)).toEqual(['container-image-pull-policy'])
  })

  test('and the annotation of docs/checks.md takes that wish back', () => {
    const annotated = pinned
      .split(/^---\n/m)
      .map((text) => text.replace(/^metadata:\n/m, `metadata:\n  annotations: {${IGNORE}}\n`))
    // Objects that have annotations of their own are beside the point.
    const single = annotated.filter((text) => (text.match(/^ {2}annotations:/gm) ?? []).length === 1)
    expect(single.length).toBeGreaterThan(3)
    expect(score(single.join('---\n'))).toEqual([])
  })
})
