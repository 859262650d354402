import { describe, expect, test } from 'vitest'
import { parseTableRow, type TableRow } from '../../../src/kube/tables/table-row.ts'

/** What a row says, in one line. */
function told(row: TableRow): string {
  const { group, kind, object } = row
  const names = object === undefined ? '' : ` ${object.namespace ?? '(any)'}/${object.name}`
  const type = `${row.row}: "${group}" ${kind}${names}`
  if (row.row === 'skipped') return `${type}: ${row.reason}`
  const path = `${type} ${row.path.text}`
  if (row.row === 'uneditable') return `${path}: ${row.reason}`
  if (row.row === 'left') return `${path}${row.anywhere ? ' (anywhere)' : ''}: ${row.reason}`
  const marks = [...row.conditions].map((mark) => ` ${mark}`).join('')
  const policy = row.policy === undefined ? '' : ` ${row.policy.key}=${row.policy.allowed.join('|')}`
  if (row.row === 'parts') return `${path}${policy} ${JSON.stringify(row.keys)}${marks}`
  const text = row.text === undefined ? '' : ` ${row.text.format}(${row.text.path?.text ?? ''})`
  return `${path}${text}${policy}${marks}`
}

test.each<[line: string, rows: readonly string[]]>([
  ['a.example  Foo  spec.image  -', ['image: "a.example" Foo spec.image']],
  [
    'a.example,b.example  Foo,Bar*  spec.{x,y.z}  -  tagged',
    ['a.example', 'b.example'].flatMap((group) =>
      ['Foo', 'Bar*'].flatMap((kind) =>
        ['spec.x', 'spec.y.z'].map((path) => `image: "${group}" ${kind} ${path} tagged`),
      ),
    ),
  ],
  [
    'a.example  Foo  spec.image  imagePullPolicy  optional,keep-tag',
    ['image: "a.example" Foo spec.image imagePullPolicy=Always|IfNotPresent|Never optional keep-tag'],
  ],
  [
    'a.example  Foo  spec.image  policy(Always,IfNotPresent)',
    ['image: "a.example" Foo spec.image policy=Always|IfNotPresent'],
  ],
  ['core  ConfigMap/settings  data.image  -', ['image: "" ConfigMap (any)/settings data.image']],
  ['core  ConfigMap/system/settings*  data.image  -', ['image: "" ConfigMap system/settings* data.image']],
  [
    'core  ConfigMap/x  data["a.json"](json).side.image  pullPolicy',
    ['image: "" ConfigMap (any)/x data["a.json"] json(side.image) pullPolicy=Always|IfNotPresent|Never'],
  ],
  ['core  ConfigMap/x  data.*(yaml)  -', ['image: "" ConfigMap (any)/x data.* yaml()']],
  [
    'a.example  Foo  spec.image  pullPolicy  optional,{repository}:{tag}',
    [
      'parts: "a.example" Foo spec.image pullPolicy=Always|IfNotPresent|Never {"repository":"repository","tag":"tag"} optional',
    ],
  ],
  [
    'a.example  Foo  spec.image  -  {host}/{new|old}:{tag}@{digest}',
    [
      'parts: "a.example" Foo spec.image {"repository":"new","tag":"tag","registry":"host","oldRepository":"old","digest":"digest"}',
    ],
  ],
  [
    'a.example  Foo  spec.{a,b}  : what a build is pushed to',
    [
      'left: "a.example" Foo spec.a: what a build is pushed to',
      'left: "a.example" Foo spec.b: what a build is pushed to',
    ],
  ],
  ['core  ConfigMap/x  data.values  ! in parts', ['uneditable: "" ConfigMap (any)/x data.values: in parts']],
  ['*  *  **.rbd.image  : a block device', ['left: "*" * rbd.image (anywhere): a block device']],
  [
    'apps  A,B  .  : not a manifest',
    ['skipped: "apps" A: not a manifest', 'skipped: "apps" B: not a manifest'],
  ],
])('%s', (line, rows) => {
  expect(parseTableRow(line).map(told)).toEqual(rows)
})

describe('a malformed line is a defect', () => {
  test.each([
    ['a missing column', 'example.com  Thing  spec.image'],
    ['a column too many', 'example.com  Thing  spec.image  -  optional  more'],
    ['an unknown mark', 'example.com  Thing  spec.image  -  often'],
    ['no reason', 'example.com  Thing  spec.image  :'],
    ['no reason for a warning', 'example.com  Thing  spec.image  !'],
    ['parts without a tag', 'example.com  Thing  spec.image  -  {repository}'],
  ])('%s', (_name, line) => {
    expect(() => parseTableRow(line)).toThrowError(expect.objectContaining({ code: 'INTERNAL' }))
  })
})
