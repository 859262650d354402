import { describe, expect, test } from 'vitest'
import { readInput } from '../../src/transform.ts'

/** What is said of a text, a line each. */
const saidOf = (text: string): string[] =>
  readInput(new TextEncoder().encode(text), 'a.yaml').diagnostics.map(
    ({ code, args, at }) => `${code} ${at?.line} ${args['action'] ?? ''}`,
  )

const TEMPLATE = `{{- if .Values.web.größe }}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "shop.fullname" . }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
---
{{- end }}
kind: {{ .Values.kind }}: x
`

describe('a template that was not rendered', () => {
  test('is said to be one, once', () => {
    expect(saidOf(TEMPLATE)).toEqual(['TEMPLATE_UNRENDERED 1 {{- if .Values.web.größe }}'])
    expect(saidOf(TEMPLATE.replaceAll('\n', '\r\n'))).toEqual(saidOf(TEMPLATE))
  })

  test('is named at the first error that an action makes', () => {
    expect(saidOf('kind: Pod\nmetadata:\n{{ include "labels" . }}\n')).toEqual([
      'TEMPLATE_UNRENDERED 3 {{ include "labels" . }}',
    ])
  })

  test('an action of several lines is shown as far as its line goes', () => {
    expect(saidOf('{{- /*\nA comment.\n*/}}\nkind: [\n')[0]).toBe('TEMPLATE_UNRENDERED 1 {{- /*')
  })
})

describe('what is rendered keeps its errors', () => {
  test.each<[name: string, text: string]>([
    ['no braces', 'kind: [\n'],
    ['braces in a text that is well', 'data:\n  rule: |\n    {{ $labels.instance }}\n---\nkind: [\n'],
    ['braces on the line of an error alone', 'summary: {{ $labels.instance }} is down\n'],
  ])('%s', (_, text) => {
    expect(new Set(saidOf(text).map((line) => line.split(' ')[0]))).toEqual(new Set(['YAML_INVALID']))
  })

  test('and a template that is YAML as it stands has none', () => {
    expect(saidOf('# {{ .Values.name }}\nname: "{{ .Values.name }}"\n')).toEqual([])
  })
})
