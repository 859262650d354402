import { expect, test } from 'vitest'
import { readInput } from '../../../src/transform.ts'

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n'

/** The reason of every error, from the line of a log on. */
function advice(text: string): (string | undefined)[] {
  return readInput(Buffer.from(text)).diagnostics.map(
    ({ args }) => /(?<=; )line \d+ is a message.*/.exec(String(args['reason']))?.[0],
  )
}

test.each<[name: string, text: string, line: number, quoted: string]>([
  [
    'logrus',
    `time="2026-01-02T15:04:05Z" level=info msg="pulling"\n${POD}`,
    1,
    'time="2026-01-02T15:04:05Z" level=info msg="pulling"',
  ],
  [
    'Helm',
    `walk.go:74: found symbolic link in path: /a resolves to /b\n${POD}`,
    1,
    'walk.go:74: found symbolic link in path: /a resolves to /b',
  ],
  [
    'klog',
    `W0102 15:04:05.123456    7 warnings.go:70] old\n${POD}`,
    1,
    'W0102 15:04:05.123456    7 warnings.go:70] old',
  ],
  ["Go's log", `2026/01/02 15:04:05 done\n${POD}`, 1, '2026/01/02 15:04:05 done'],
  ['another time', `2026-01-02T15:04:05Z INFO start\n${POD}`, 1, '2026-01-02T15:04:05Z INFO start'],
  ['a level', `# Source: a\nWARN something\n${POD}`, 2, 'WARN something'],
  ['two of them', `[debug] one: x\n[debug] two: y\n${POD}`, 1, '[debug] one: x'],
  ['a later document', `${POD}---\nlevel=warn msg=old\n${POD}`, 6, 'level=warn msg=old'],
  [
    'a manifest that a message divides',
    `apiVersion: v1\nlevel=warn msg=old\nkind: Pod\n`,
    2,
    'level=warn msg=old',
  ],
  ["helmfile's", `Templating release=x, chart=y\n${POD}`, 1, 'Templating release=x, chart=y'],
  [
    'a program with its name',
    `# Source: a\nkustomize: warning: field is deprecated: bases\n${POD}`,
    2,
    'kustomize: warning: field is deprecated: bases',
  ],
  ['a program within an object', `kind: Pod\nSaving 1 charts\nspec: {}\n`, 2, 'Saving 1 charts'],
  ['a program with a byte order mark', `\ufeffSaving 1 charts\n${POD}`, 1, 'Saving 1 charts'],
  ['a long one', `ERROR ${'x'.repeat(80)}\n${POD}`, 1, `ERROR ${'x'.repeat(54)}…`],
])('a line of %s among the manifests is named', (_, text, line, quoted) => {
  expect(advice(text)[0]).toBe(
    `line ${line} is a message ("${quoted}"): did 2>&1 put it among the manifests?`,
  )
})

test.each<[name: string, text: string]>([
  ['without a message', 'a: "b\nc: d\n'],
  ['with one behind the error', 'a: "b" c\nd: e\nlevel=warn msg=old\n'],
  ['of a key', 'kind: Pod\napiVersion: v1: b\n'],
  ['of a key that has no colon', 'kind: Pod\nmeta\n'],
  ['of an item', 'a:\n- b: c: d\n'],
  ['of a mark', 'a: 1\n%TAG x\nb: "c" d\n'],
  ['with one in a text that is indented', 'a: |\n  level=warn msg=old\nb: "c" d\n'],
])('an error %s is left as it is', (_, text) => {
  expect(advice(text)[0]).toBeUndefined()
})
