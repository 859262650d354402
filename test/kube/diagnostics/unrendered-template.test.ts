import { describe, expect, test } from 'vitest'
import { readInput } from '../../../src/transform.ts'

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

  test.each<[name: string, text: string, said: string]>([
    [
      'in a value',
      'kind: Pod\nmetadata:\n  name: {{ .Release.Name }}-x\n',
      'TEMPLATE_UNRENDERED 3 {{ .Release.Name }}',
    ],
    ['that trims', 'kind: Pod\nname: {{- .Values.name }}-x\n', 'TEMPLATE_UNRENDERED 2 {{- .Values.name }}'],
    ['of another sort', 'kind: Pod\nimage: {{ image }}:{{ tag }}\n', 'TEMPLATE_UNRENDERED 2 {{ image }}'],
    [
      'of an alert that has no quotes',
      'summary: {{ $labels.instance }} is down\n',
      'TEMPLATE_UNRENDERED 1 {{ $labels.instance }}',
    ],
    [
      'far from the error',
      'a: "{{ .Values.a }}"\nb:\n c: 1\n  d: 2\n',
      'TEMPLATE_UNRENDERED 1 {{ .Values.a }}',
    ],
    [
      'in another document of the file',
      'a: 1\n---\nb: {{ .Values.b }}x\n',
      'TEMPLATE_UNRENDERED 3 {{ .Values.b }}',
    ],
  ])('is known by an action %s', (_, text, said) => {
    expect(saidOf(text)).toEqual([said])
  })

  test('an action of several lines is shown as far as its line goes', () => {
    expect(saidOf('{{- /*\nA comment.\n*/}}\nkind: [\n')[0]).toBe('TEMPLATE_UNRENDERED 1 {{- /*')
  })
})

describe('what is rendered keeps its errors', () => {
  test.each<[name: string, text: string]>([
    ['no braces', 'kind: [\n'],
    ['braces in a text that is well', 'data:\n  rule: |\n    {{ $labels.instance }}\n---\nkind: [\n'],
    ['braces of an alert, and an error far from them', 'a: "{{ $labels.a }}"\nb:\n c: 1\n  d: 2\n'],
  ])('%s', (_, text) => {
    expect(new Set(saidOf(text).map((line) => line.split(' ')[0]))).toEqual(new Set(['YAML_INVALID']))
  })

  test('and a template that is YAML as it stands has none', () => {
    expect(saidOf('# {{ .Values.name }}\nname: "{{ .Values.name }}"\n')).toEqual([])
  })
})
