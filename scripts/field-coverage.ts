import { type FoundImages, findImages } from '../src/kube/find/find-images.ts'
import { parseApiVersion } from '../src/kube/gvk.ts'
import type { FieldRule } from '../src/kube/image-field.ts'
import { deniedReason, skippedReason } from '../src/kube/tables/lookup.ts'
import { readDocuments } from '../src/yaml/documents.ts'
import { readSource } from '../src/yaml/source.ts'
import { LEFT_OUT } from './left-out-fields.ts'
import type { SchemaField } from './schema-fields.ts'

/** The result for a field: found by a rule, reported as FIELD_UNKNOWN, skipped for a named reason, or missed. */
export type Fate =
  | { readonly kind: 'found'; readonly by: FieldRule }
  | { readonly kind: 'optional' }
  | { readonly kind: 'warned' }
  | { readonly kind: 'left'; readonly why: string }
  | { readonly kind: 'missed' }

const HEADING = 'group/kind\tpath\tclass\tschema-type\tpull-policy-sibling'

/** The inverse of `parseSchemaFields`. */
export function formatSchemaFields(fields: readonly SchemaField[]): string {
  const lines = fields.map(({ group, kind, path, class: name, type, policies }) =>
    [`${group}/${kind}`, path, name, type, policies].join('\t'),
  )
  return `${[HEADING, ...lines].join('\n')}\n`
}

/** Parses `schema-fields.tsv`: a heading, then one line per field. */
export function parseSchemaFields(tsv: string): readonly SchemaField[] {
  return tsv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [type = '', path = '', kindOfField = '', schema = '', policies = ''] = line.split('\t')
      const slash = type.lastIndexOf('/')
      return {
        group: type.slice(0, slash),
        kind: type.slice(slash + 1),
        path,
        class: kindOfField,
        type: schema,
        policies,
      }
    })
}

/** Runs the finder on an object that has only this field. */
export function fateOf(field: SchemaField): Fate {
  const by = ruleFor(field, false)
  if (by !== undefined) return { kind: 'found', by }
  const gvk = { ...parseApiVersion(`${field.group}/v1`), kind: field.kind }
  const skipped = skippedReason(gvk)
  if (skipped !== undefined) return { kind: 'left', why: `the whole type is skipped: ${skipped}` }
  if (ruleFor(field, true) !== undefined) return { kind: 'optional' }
  const never = deniedReason(gvk, pathOf(field.path))
  if (never !== undefined) return { kind: 'left', why: never }
  const row = LEFT_OUT.find(({ matches }) => matches(field))
  if (row !== undefined) return { kind: 'left', why: row.why }
  return { kind: look(field, false).unknown.length > 0 ? 'warned' : 'missed' }
}

const FATE_NAMES = {
  optional: 'optional: found if the configuration enables it',
  warned: 'reported as `FIELD_UNKNOWN`',
  missed: 'missed',
}

/** Counts the fields by result, the most frequent first. */
export function countFates(fields: readonly SchemaField[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const field of fields) {
    const fate = fateOf(field)
    const name =
      fate.kind === 'found'
        ? `found by ${fate.by}`
        : fate.kind === 'left'
          ? `skipped: ${fate.why}`
          : FATE_NAMES[fate.kind]
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return new Map([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)))
}

/** The shares and counts in Markdown, for `docs/image-fields.md`. */
export function formatCoverage(fields: readonly SchemaField[]): string {
  const fates = fields.map(fateOf)
  const count = (kind: Fate['kind']): number => fates.filter((fate) => fate.kind === kind).length
  const images = fields.length - count('left')
  const share = (number: number): string => `${number} (${((100 * number) / images).toFixed(1)} %)`
  const rows = [...countFates(fields)].map(([fate, number]) => `| ${fate} | ${number} |`)
  return [
    `Of ${fields.length} fields ${images} contain an image: ${share(count('found'))} are found, ${share(count('optional'))} more can be`,
    `enabled, ${share(count('warned'))} cause a warning, and ${share(count('missed'))} are missed.`,
    '',
    '| result | fields |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n')
}

const IMAGE = 'registry.example.com/app:1'

function ruleFor(field: SchemaField, optional: boolean): FieldRule | undefined {
  return look(field, optional).fields[0]?.rule
}

/** Runs the finder on an object that has only this field. */
function look(field: SchemaField, optional: boolean): Pick<FoundImages, 'fields' | 'unknown'> {
  const leaf = leafOf(field)
  if (leaf === undefined) return { fields: [], unknown: [] }
  const object = { apiVersion: `${field.group}/v1`, kind: field.kind, ...(nest(field.path, leaf) as object) }
  const source = readSource(new TextEncoder().encode(JSON.stringify(object)))
  return findImages(readDocuments(source).documents, source, optional ? { optional: [{}] } : {})
}

/** A value of the field's type that names an image, if possible. */
function leafOf({ type, class: kindOfField }: SchemaField): unknown {
  if (kindOfField.startsWith('oci-volume') || (type === 'None' && kindOfField === 'None'))
    return { reference: IMAGE }
  if (type === 'str') return kindOfField === 'named:url' ? `oci://${IMAGE}` : IMAGE
  if (type === 'array') return [IMAGE]
  const keys = type.startsWith('obj:') ? type.slice('obj:'.length).split(',') : []
  return keys.length === 0 ? undefined : Object.fromEntries(keys.flatMap(partOf))
}

/** A key of a reference in parts with a suitable value; pull policies, digests and similar keys are left out. */
function partOf(key: string): (readonly [string, string])[] {
  if (/tag|version/i.test(key)) return [[key, '1']]
  if (/^registry$/i.test(key)) return [[key, 'registry.example.com']]
  if (/^(?:repository|repo|image)$/i.test(key)) return [[key, 'registry.example.com/app']]
  return key === 'name' ? [[key, 'app']] : []
}

function nest(path: string, leaf: unknown): unknown {
  return pathOf(path).reduceRight<unknown>(
    (value, step) => (typeof step === 'number' ? [value] : { [step]: value }),
    leaf,
  )
}

function pathOf(path: string): (string | number)[] {
  return path.split('.').flatMap((part) => {
    const [key = '', ...marks] = part.split(/(?=\[\]|\{\})/)
    return [key, ...marks.map((mark) => (mark === '[]' ? 0 : 'anything'))]
  })
}
