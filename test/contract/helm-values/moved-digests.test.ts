import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { runProgram } from '../../support/program.ts'
import { buildImage } from '../../support/registry/image.ts'
import { startRegistry } from '../../support/registry/registry.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { GO_TOOLS, goTool } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'

const needs = { helm: await goTool(GO_TOOLS.helm3) }

const TEMPLATE = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: field
      image: "{{ .Values.field.repository }}:{{ .Values.field.tag }}{{ with .Values.field.digest }}@{{ . }}{{ end }}"
    - name: bare
      image: "{{ .Values.bare.repository }}:{{ .Values.bare.tag }}{{ with .Values.bare.sha }}@sha256:{{ . }}{{ end }}"
    - name: tag
      image: "{{ .Values.tag.repository }}:{{ .Values.tag.tag }}"
    - name: whole
      image: {{ .Values.whole }}
`

describeWith(needs, 'pinpull pin --update with Helm', ({ helm }) => {
  test('a moved tag: every form of a digest is replaced, and nothing else; a second run changes nothing', async () => {
    const registry = await startRegistry()
    try {
      const cwd = temporaryFolder()
      const write = (name: string, text: string): void => {
        mkdirSync(dirname(join(cwd, name)), { recursive: true })
        writeFileSync(join(cwd, name), text)
      }
      const NAMES = ['field', 'bare', 'tag', 'whole']
      const push = (seed: string): void => {
        for (const name of NAMES) registry.push(`acme/${name}:1`, { seed })
      }
      const digest = (seed: string): string => buildImage({ seed }).top.digest
      const values = (pinned: string): string => {
        const behind = pinned === '' ? '' : `@${pinned}`
        return `field: {repository: ${registry.host}/acme/field, tag: "1", digest: "${pinned}"} # one
bare:
  repository: ${registry.host}/acme/bare
  tag: "1"
  sha: "${pinned.replace('sha256:', '')}"
tag:
  repository: ${registry.host}/acme/tag
  tag: '1${behind}'
whole: ${registry.host}/acme/whole:1${behind}
`
      }
      const pin = async (...args: readonly string[]) => {
        const env = { PINPULL_CACHE_TTL: '0', PATH: dirname(helm) }
        const { code, stderr } = await runProgram(['pin', '--write', ...args, 'chart'], { cwd, env })
        return [code, stderr, readFileSync(join(cwd, 'chart/values.yaml'), 'utf8')]
      }
      push('a')
      write('chart/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 0.1.0\n')
      write('chart/templates/web.yaml', TEMPLATE)
      write('chart/values.yaml', values(''))
      expect(await pin()).toEqual([
        0,
        expect.stringContaining('pinpull: pin: 4 images: 4 pinned, proved with Helm v3.21; 1 file written\n'),
        values(digest('a')),
      ])
      push('b')
      const moved = await pin('--update')
      expect(moved).toEqual([
        0,
        expect.stringContaining('proved with Helm v3.21; 1 file written'),
        values(digest('b')),
      ])
      const again = await pin('--update')
      expect(again).toEqual([0, expect.stringContaining('no file changes'), values(digest('b'))])
    } finally {
      await registry.close()
    }
  })
})
