import { describe, expect, test } from 'vitest'
import { openShownInputs, type ReportedInput } from '../../src/excerpts/shown-input.ts'
import type { Stream } from '../../src/plan/stream-decisions.ts'
import type { ShownDiffLine, ShownLine } from '../../src/report/html/shown-input.ts'
import { readInput } from '../../src/transform.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

const openShownInput = ({ input, ...rest }: Omit<ReportedInput, 'read'> & { input: Stream }) =>
  openShownInputs([{ ...rest, read: () => input }])[0]!

/** A line as text: `[…]` around what is marked, `•` for what is hidden. */
const textOf = ({ number, parts }: ShownLine) => {
  if (parts === undefined) return `${number} Secret`
  const shown = parts.map(({ text, isHidden, isMarked }) => {
    const value = isHidden ? '•' : text
    return isMarked ? `[${value}]` : value
  })
  return `${number} ${shown.join('')}`
}

const open = (before: string, after?: string) =>
  openShownInput({
    input: readInput(bytes(before)),
    output: after === undefined ? undefined : [bytes(after)],
    fields: {},
  })

/** The lines around a place. */
const excerpt = (input: string, line: number, column: number, told: readonly string[] = []) =>
  open(input).excerpt({ line, column }, told).map(textOf)

/** All lines of an input that is no longer than an excerpt. */
const linesOf = (input: string) =>
  input
    .trimEnd()
    .split('\n')
    .map((_, index) =>
      textOf(
        open(input)
          .excerpt({ line: index + 1 }, [])
          .find(({ number }) => number === index + 1)!,
      ),
    )

describe('what is shown of a manifest', () => {
  test('keys, names, images and pull policies; no other value, and no comment', () => {
    expect(
      linesOf(`# the password is hunter2
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations: {pinpull.dev/skip: "true", note: hunter2}
spec:
  containers:
  - name: app # hunter2
    image: nginx:1.27
    imagePullPolicy: Always
    args: [--password=hunter2, "hunter2", 'x']
    env:
    - name: DB_PASSWORD
      value: hunter2
    command:
    - |
      export PASSWORD=hunter2

      run
    - >-
      hunter2
      hunter2
    ports: [{containerPort: 80}]
    tty: &t true
    stdin: *t
    resources: {}
    hunter two hunter two: x
`),
    ).toEqual([
      '1 # •',
      '2 apiVersion: v1',
      '3 kind: Pod',
      '4 metadata:',
      '5   name: web',
      '6   annotations: {pinpull.dev/skip: "true", note: •}',
      '7 spec:',
      '8   containers:',
      '9   - name: app # •',
      '10     image: nginx:1.27',
      '11     imagePullPolicy: Always',
      '12     args: [•, •, •]',
      '13     env:',
      '14     - name: DB_PASSWORD',
      '15       value: •',
      '16     command:',
      '17     - •',
      '18       •',
      '19 ',
      '20       •',
      '21     - •',
      '22       •',
      '23       •',
      '24     ports: [{containerPort: •}]',
      '25     tty: &t •',
      '26     stdin: *t',
      '27     resources: {}',
      '28     •: •',
    ])
  })

  test.each<[name: string, secret: string]>([
    ['a Secret', 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  hunter2: aHVudGVyMg==\n'],
    ['one with a comment', '# hunter2\napiVersion: v1\nkind: Secret\nstringData: {p: hunter2}\n'],
    ['a list of Secrets', 'apiVersion: v1\nkind: SecretList\nitems:\n- data: {p: hunter2}\n'],
    ['the kind last', 'stringData: {hunter2: hunter2}\napiVersion: v1\nkind: "Secr\\u0065t"\n'],
    ['a broken one', 'apiVersion: v1\nkind: Secret\nstringData:\n  hunter2: hunter2\n bad: [\n'],
  ])('no line of %s', (_, secret) => {
    const lines = linesOf(`${secret}---\napiVersion: v1\nkind: Pod\n`)
    const own = secret.trimEnd().split('\n').length
    expect(lines.slice(0, own)).toEqual(Array.from({ length: own }, (_, index) => `${index + 1} Secret`))
    expect(lines.at(-1)).toBe(`${own + 3} kind: Pod`)
  })

  test.each([undefined, 1])(
    'no line of a broken Secret that seems to end early (windows of %s)',
    (windowBytes) => {
      const broken =
        'apiVersion: v1\nkind: Secret\nstringData:\n  key: "\n---\nhunter2: x\n"\n---\nkind: Pod\n'
      const input = readInput(bytes(broken), undefined, { deferFrom: windowBytes })
      const shown = openShownInput({ input, fields: {} }).excerpt({ line: 6 }, [])
      expect(shown.map(textOf)).toEqual([
        '3 Secret',
        '4 Secret',
        '5 Secret',
        '6 Secret',
        '7 Secret',
        '8 ---',
        '9 kind: Pod',
      ])
    },
  )

  test('no line of a Secret in a list, and every other one', () => {
    const list = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Secret
  stringData: {p: hunter2}
- apiVersion: v1
  kind: Pod
`
    expect(linesOf(list)).toEqual([
      '1 apiVersion: v1',
      '2 kind: List',
      '3 items:',
      '4 Secret',
      '5 Secret',
      '6 Secret',
      '7 - apiVersion: v1',
      '8   kind: Pod',
    ])
  })

  test('the keys of a document with errors', () => {
    expect(linesOf('kind: Pod\nspec:\n  - image: nginx\n    value: hunter2\n  hunter2\n "x: [\n')).toEqual([
      '1 kind: •',
      '2 spec:',
      '3   - image: •',
      '4     value: •',
      '5   •',
      '6  •',
    ])
  })

  test('an image within a text, and nothing else of it', () => {
    const map = `apiVersion: v1
kind: ConfigMap
metadata: {name: m, labels: {a: b}}
data:
  pod.yaml: |
    apiVersion: v1
    kind: Pod
    spec: {containers: [{name: a, image: nginx:1, args: [hunter2]}]}
`
    const fields = {
      rules: [
        {
          selector: { kind: 'ConfigMap' },
          path: {
            text: "data['pod.yaml']",
            steps: [
              { kind: 'key', key: 'data' },
              { kind: 'key', key: 'pod.yaml' },
            ],
          },
          embedded: { format: 'yaml' },
        },
      ],
    }
    const input = openShownInput({ input: readInput(bytes(map)), fields: fields as never })
    expect(textOf(input.excerpt({ line: 8 }, []).find(({ number }) => number === 8)!)).toBe('8     •nginx:1•')
  })
})

describe('the lines around a place', () => {
  const POD =
    'a: 1\nb: 2\nc: 3\nspec:\n  containers:\n  - image: NGINX é\n    name: "ü"\n    value: x\ne: 5\nf: 6\n'

  test('three before and three after, with the value marked', () => {
    expect(excerpt(POD, 8, 12)).toEqual([
      '5   containers:',
      '6   - image: •',
      '7     name: •',
      '8     value: [•]',
      '9 e: •',
      '10 f: •',
    ])
  })

  test('a value that the message names is shown', () => {
    expect(excerpt(POD, 6, 12, ['NGINX é'])[3]).toBe('6   - image: [NGINX é]')
    expect(excerpt(POD, 6, 12, ['NGINX'])[3]).toBe('6   - image: [•]')
  })

  test('a key is marked, too', () => {
    expect(excerpt(POD, 4, 1)[3]).toBe('4 [spec]:')
  })

  test('the rest of a line where nothing begins', () => {
    expect(excerpt('a: b c\n', 1, 5)).toEqual(['1 a: [•]'])
    expect(excerpt('[a]\n---\n"x: [\n', 3, 3)[2]).toBe('3 [•]')
  })

  test.each([
    ['carriage returns', 'a: 1\r\nkind: Pod\r\n', 2, 7, ['1 a: •', '2 kind: [Pod]']],
    ['a byte order mark', '\ufeffkind: Pod\n', 1, 7, ['1 \ufeffkind: [Pod]']],
    ['no line break at the end', 'kind: Pod', 1, 7, ['1 kind: [Pod]']],
    ['characters of several bytes', 'kind: {é𝒳: Pod, kind: Job}\n', 1, 23, ['1 kind: {•: •, kind: [Job]}']],
    ['the end of the input', 'kind: Pod\n', 2, 1, []],
  ] as const)('%s', (_, input, line, column, lines) => {
    expect(excerpt(input, line, column)).toEqual(lines)
  })

  test('no line at all', () => {
    expect(open(POD).excerpt({}, [])).toEqual([])
  })
})

describe('the changes', () => {
  const signs = { same: ' ', removed: '-', added: '+' }
  const diff = (before: string, after: string) =>
    open(before, after).hunks.map((hunk) =>
      hunk.map((line: ShownDiffLine) => `${signs[line.kind]}${textOf(line)}`),
    )

  const pod = (image: string, more = '') =>
    `apiVersion: v1\nkind: Secret\ndata: {p: hunter2}\n---\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: ${image}\n${more}    args: [hunter2]\n`

  test('a digest and a pull policy', () => {
    expect(diff(pod('nginx:1'), pod('nginx:1@sha256:12', '    imagePullPolicy: Always\n'))).toEqual([
      [
        ' 6 kind: Pod',
        ' 7 spec:',
        ' 8   containers:',
        '-9   - image: nginx:1',
        '+9   - image: nginx:1[@sha256:12]',
        '+10     imagePullPolicy: Always',
        ' 11     args: [•]',
      ],
    ])
  })

  test('next to a Secret', () => {
    const before =
      'apiVersion: v1\nkind: Secret\ndata: {p: hunter2}\n---\nspec: {containers: [{image: acme:1}]}\n'
    const after = before.replace('acme:1', 'acme:2')
    expect(diff(before, after)).toEqual([
      [
        ' 2 Secret',
        ' 3 Secret',
        ' 4 ---',
        '-5 spec: {containers: [{image: acme:[1]}]}',
        '+5 spec: {containers: [{image: acme:[2]}]}',
      ],
    ])
  })

  test('none without an output, and none where it is the input', () => {
    const input = readInput(bytes('kind: Pod\n'))
    expect(openShownInput({ input, fields: {} }).hunks).toEqual([])
    expect(openShownInput({ input, output: [input.source.bytes], fields: {} }).hunks).toEqual([])
  })
})
