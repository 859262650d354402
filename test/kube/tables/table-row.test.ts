import { describe, expect, test } from 'vitest'
import { parseTableRow, type TableRow } from '../../../src/kube/tables/table-row.ts'

/** What a row says, in one line. */
function describeRow(row: TableRow): string {
  const { group, kind, object } = row
  const names = object === undefined ? '' : ` ${object.namespace ?? '(any)'}/${object.name}`
  const type = `${row.action}: "${group}" ${kind}${names}`
  if (row.action === 'skip') return `${type}: ${row.reason}`
  const path = `${type} ${row.path.text}`
  if (row.action === 'pod-spec') return path
  if (row.action === 'warn') return `${path}: ${row.reason}`
  if (row.action === 'deny') return `${path}${row.anywhere ? ' (anywhere)' : ''}: ${row.reason}`
  const conditions = [...row.conditions].map((one) => ` ${one}`).join('')
  const policy = row.policy === undefined ? '' : ` ${row.policy.key}=${row.policy.allowed.join('|')}`
  if (row.action === 'pin-split') return `${path}${policy} ${JSON.stringify(row.keys)}${conditions}`
  const text = row.text === undefined ? '' : ` ${row.text.format}(${row.text.path?.text ?? ''})`
  return `${path}${text}${policy}${conditions}`
}

test.each<[line: string, rows: readonly string[]]>([
  ['a.example  Foo  spec.image  pin', ['pin: "a.example" Foo spec.image']],
  [
    'a.example,b.example  Foo,Bar*  spec.{x,y.z}  pin  -  tagged',
    ['a.example', 'b.example'].flatMap((group) =>
      ['Foo', 'Bar*'].flatMap((kind) =>
        ['spec.x', 'spec.y.z'].map((path) => `pin: "${group}" ${kind} ${path} tagged`),
      ),
    ),
  ],
  [
    'a.example  Foo  spec.image  pin  imagePullPolicy  optional,keep-tag',
    ['pin: "a.example" Foo spec.image imagePullPolicy=Always|IfNotPresent|Never optional keep-tag'],
  ],
  [
    'a.example  Foo  spec.image  pin  policy(Always,IfNotPresent)',
    ['pin: "a.example" Foo spec.image policy=Always|IfNotPresent'],
  ],
  ['core  ConfigMap/settings  data.image  pin', ['pin: "" ConfigMap (any)/settings data.image']],
  ['core  ConfigMap/system/settings*  data.image  pin', ['pin: "" ConfigMap system/settings* data.image']],
  [
    'core  ConfigMap/x  data["a.json"](json).side.image  pin  pullPolicy',
    ['pin: "" ConfigMap (any)/x data["a.json"] json(side.image) pullPolicy=Always|IfNotPresent|Never'],
  ],
  ['core  ConfigMap/x  data.*(yaml)  pin', ['pin: "" ConfigMap (any)/x data.* yaml()']],
  [
    'a.example  Foo  spec.image  pin  pullPolicy  optional,{repository}:{tag}',
    [
      'pin-split: "a.example" Foo spec.image pullPolicy=Always|IfNotPresent|Never {"repository":"repository","tag":"tag"} optional',
    ],
  ],
  [
    'a.example  Foo  spec.image  pin  -  {host}/{new|old}:{tag}@{digest}',
    [
      'pin-split: "a.example" Foo spec.image {"repository":"new","tag":"tag","registry":"host","oldRepository":"old","digest":"digest"}',
    ],
  ],
  [
    'a.example  Foo  spec.{a,b}  deny  what a build is pushed to',
    [
      'deny: "a.example" Foo spec.a: what a build is pushed to',
      'deny: "a.example" Foo spec.b: what a build is pushed to',
    ],
  ],
  ['core  ConfigMap/x  data.values  warn  in parts', ['warn: "" ConfigMap (any)/x data.values: in parts']],
  ['*  *  **.rbd.image  deny  a block device', ['deny: "*" * rbd.image (anywhere): a block device']],
  ['apps  A  spec.template.spec  pod-spec', ['pod-spec: "apps" A spec.template.spec']],
  [
    'apps  A,B  .  skip  not a manifest',
    ['skip: "apps" A: not a manifest', 'skip: "apps" B: not a manifest'],
  ],
])('%s', (line, rows) => {
  expect(parseTableRow(line).map(describeRow)).toEqual(rows)
})

describe('a malformed line is a defect', () => {
  test.each([
    ['a missing column', 'example.com  Thing  spec.image'],
    ['a column too many', 'example.com  Thing  spec.image  pin  -  optional  more'],
    ['an unknown condition', 'example.com  Thing  spec.image  pin  -  often'],
    ['no reason', 'example.com  Thing  spec.image  deny'],
    ['no reason for a warning', 'example.com  Thing  spec.image  warn'],
    ['an unknown action', 'example.com  Thing  spec.image  keep'],
    ['a path of a skipped type', 'example.com  Thing  spec.image  skip  a reason'],
    ['more about a PodSpec', 'example.com  Thing  spec  pod-spec  a reason'],
    ['parts without a tag', 'example.com  Thing  spec.image  pin  -  {repository}'],
  ])('%s', (_name, line) => {
    expect(() => parseTableRow(line)).toThrowError(expect.objectContaining({ code: 'INTERNAL' }))
  })
})
