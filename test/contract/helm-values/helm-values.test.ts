import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { diffArrays } from 'diff'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { editChartValues } from '../../../src/sources/helm/helm-editor.ts'
import type { SourceEdit } from '../../../src/sources/source-edit.ts'
import { applyEdits } from '../../../src/yaml/edit/splice.ts'
import { describeShared } from '../../support/shared.ts'
import { GO_TOOLS, goTool } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'
import { OWN_CHARTS, type OwnChart } from './charts.ts'
import { digestOf, editSession } from './edit-session.ts'

const needs = { helm3: await goTool(GO_TOOLS.helm3), helm4: await goTool(GO_TOOLS.helm4) }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Renders a chart with Helm itself, without anything of Pinpull between. */
function render(helm: string, chart: string, values: readonly string[], options: readonly string[]): string {
  const files = values.flatMap((path) => ['--values', path])
  return execFileSync(helm, ['template', 'own', chart, ...files, ...options], {
    env: { PATH: process.env['PATH'], HOME: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 28,
  }).toString()
}

const PINNED = /[^\s"',=|]+@sha256:[a-f0-9]{64}/g

/**
 * Asserts that two renderings differ in images alone: each has the digest of the image that was there, and its tag or none. Lines that
 * differ from rendering to rendering are left out.
 * @returns the images of the first rendering that got a digest
 */
function imagesWithDigest(before: string, after: string, again: string): string[] {
  const [old, now, other] = [before, after, again].map((text) => text.split('\n')) as [
    string[],
    string[],
    string[],
  ]
  expect(now).toHaveLength(old.length)
  return old.flatMap((line, i) => {
    const changed = now[i] as string
    if (line === changed || line !== other[i]) return []
    const images: string[] = []
    const restored = changed.replaceAll(PINNED, (text) => {
      const [name = '', digest] = text.split('@')
      const found = [...line.matchAll(/[^\s"',=|]+/g)]
        .map(([word]) => word)
        .find((word) => word === name || (word.startsWith(`${name}:`) && digestOf(word) === digest))
      if (found === undefined || digestOf(found) !== digest) return text
      images.push(found)
      return found
    })
    expect(restored).toBe(line)
    return images
  })
}

/** The lines that an edit adds or replaces. None may be lost without one in its place. */
function addedLines(before: string, after: string): string[] {
  return diffArrays(before.split('\n'), after.split('\n'))
    .filter(({ removed }) => !removed)
    .flatMap(({ added, value }) => (added ? value : []))
}

const write = (path: string, text: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** Applies an edit of one file, or of none. */
function edited({ files }: SourceEdit, bytes: Uint8Array): Uint8Array {
  return files[0] === undefined ? bytes : applyEdits(bytes, files[0].edits)
}

describeWith(needs, 'pinning the values of charts', ({ helm3, helm4 }) => {
  const majors = [
    ['Helm 3', helm3],
    ['Helm 4', helm4],
  ] as const

  describe.each(majors)('%s: charts of our own', (major, helm) => {
    test.each(OWN_CHARTS.map((chart) => [chart.shape, chart] as const))('%s', async (shape, own) => {
      const chart = join(folder, major, shape)
      writeChart(chart, own)
      const path = join(chart, own.override === undefined ? 'values.yaml' : 'ours.yaml')
      const bytes = readFileSync(path)
      const options = own.options ?? []
      const source = {
        chart,
        helm: { release: 'own', options },
        values: [{ file: { path, bytes }, isEdited: true, isChart: own.override === undefined }],
        isNamed: true,
      }
      const edit = await editChartValues(source, editSession(helm, own.mayAdd))

      const after = edited(edit, bytes)
      expect(addedLines(bytes.toString(), Buffer.from(after).toString())).toEqual(own.added.map(withDigests))
      const left = edit.images.filter(({ outcome }) => outcome === 'not written')
      const reasons = Object.fromEntries(left.map(({ before, reason }) => [before, reason]))
      expect(reasons).toEqual(
        Object.fromEntries(
          Object.entries(own.left ?? {}).map(([image, reason]) => [image, expect.stringContaining(reason)]),
        ),
      )

      // The same with Helm alone: the files as the edit leaves them.
      const overrides = own.override === undefined ? [] : [path]
      const first = render(helm, chart, overrides, options)
      const again = render(helm, chart, overrides, options)
      write(path, after)
      const second = render(helm, chart, overrides, options)
      const pinned = await editSession(helm).transform(Buffer.from(first))
      const wanted = pinned.report.images
        .filter(({ rule, outcome }) => rule !== 'R7' && outcome === 'pinned')
        .map(({ image }) => image)
      expect(
        [...imagesWithDigest(first, second, again), ...left.map(({ before }) => before)].toSorted(),
      ).toEqual(wanted.toSorted())
    })
  })

  describeShared('charts', 'charts of others', (charts) => {
    const names = readdirSync(charts, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const options = ['--kube-version', '1.31.0']

    test.each(majors)('%s', async (_, helm) => {
      const written: string[] = []
      const left: string[] = []
      for (const { name } of names) {
        const chart = join(folder, 'others', name)
        rmSync(chart, { recursive: true, force: true })
        cpSync(join(charts, name), chart, { recursive: true })
        const path = join(chart, 'values.yaml')
        const bytes = readFileSync(path)
        const source = {
          chart,
          helm: { release: 'own', options },
          values: [{ file: { path, bytes }, isEdited: true, isChart: true }],
          isNamed: true,
        }
        const edit = await editChartValues(source, editSession(helm))
        const first = render(helm, chart, [], options)
        const again = render(helm, chart, [], options)
        write(path, edited(edit, bytes))
        const changed = imagesWithDigest(first, render(helm, chart, [], options), again)
        const of = (outcome: string): string[] =>
          edit.images.filter((image) => image.outcome === outcome).map(({ before }) => `${name}: ${before}`)
        for (const { before, outcome } of edit.images) {
          if (outcome === 'written') expect(changed).toContain(before)
        }
        written.push(...of('written'), ...of('unchanged'))
        left.push(...of('not written'))
      }
      expect([written.length, left]).toEqual([
        61,
        [
          'istio-discovery: registry.istio.io/testing/pilot:latest',
          'linkerd2-cni: cr.l5d.io/linkerd/cni-plugin:v1.7.0-alpha.1',
          'postgres-operator: ghcr.io/zalando/spilo-18:4.1-p2',
          'postgres-operator: ghcr.io/zalando/postgres-operator/logical-backup:v2.0.1',
          'postgres-operator: ghcr.io/zalando/postgres-operator/pgbouncer:v2.0.1',
        ],
      ])
    })
  })
})

function writeChart(chart: string, { files, override }: OwnChart): void {
  write(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: own\nversion: 0.1.0\nappVersion: 1.9.0\n')
  for (const [path, text] of Object.entries(files)) write(join(chart, path), text)
  if (override !== undefined) write(join(chart, 'ours.yaml'), override)
}

/** Fills in `D(image)`, the digest of an image, and `HEX(image)`, its digits. */
function withDigests(line: string): string {
  return line
    .replaceAll(/\bD\((\S+?)\)/g, (_, image: string) => digestOf(image))
    .replaceAll(/HEX\((\S+?)\)/g, (_, image: string) => digestOf(image).slice('sha256:'.length))
}
