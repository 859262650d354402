import { readDocuments } from '../src/yaml/documents.ts'
import { type JsonValue, toJsonValue } from '../src/yaml/json-value.ts'
import { readSource } from '../src/yaml/source.ts'

/** A field of a CustomResourceDefinition that is related to images by its name or location. */
export interface SchemaField {
  readonly group: string
  /** In lower case. */
  readonly kind: string
  /** `spec.jobs[].image`; `{}` for the values of a map. */
  readonly path: string
  /** The class that the extractor of the schemas gave it. */
  readonly class: string
  readonly type: string
  /** The pull policy keys next to it, separated by commas. */
  readonly policies: string
}

/** The parts of an OpenAPI schema that are searched for fields. */
interface Schema {
  readonly type?: string
  readonly description?: string
  readonly properties?: { readonly [key: string]: Schema }
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
}

interface CustomResourceDefinition {
  readonly kind?: string
  readonly spec?: {
    readonly group?: string
    readonly names?: { readonly kind?: string }
    readonly validation?: { readonly openAPIV3Schema?: Schema }
    readonly versions?: readonly { readonly schema?: { readonly openAPIV3Schema?: Schema } }[]
  }
}

/** A field with its schema. */
export interface DescribedField extends SchemaField {
  readonly description: string
}

/**
 * Finds the fields of the CustomResourceDefinitions in a YAML stream that are related to images by their name or location: of all
 * versions together, each once, in the order of the schema. Unreadable documents are skipped, because projects keep
 * templates among their manifests.
 */
export function schemaFields(bytes: Uint8Array): readonly DescribedField[] {
  const { documents } = readDocuments(readSource(bytes))
  return documents.flatMap(({ contents }) =>
    contents === undefined ? [] : definitionFields(toJsonValue(contents)),
  )
}

function definitionFields(document: JsonValue): readonly DescribedField[] {
  const { kind, spec } = (document ?? {}) as CustomResourceDefinition
  const name = spec?.names?.kind
  if (kind !== 'CustomResourceDefinition' || spec?.group === undefined || name === undefined) return []
  const type = { group: spec.group, kind: name.toLowerCase() }
  // A patch of a definition may have any value here.
  const versions = Array.isArray(spec.versions) ? spec.versions : []
  const schemas = [spec.validation, ...versions.map(({ schema }) => schema)]
  const found = new Map<string, DescribedField>()
  for (const schema of schemas) {
    for (const field of fieldsIn(schema?.openAPIV3Schema, '', [])) {
      if (!found.has(field.path)) found.set(field.path, { ...type, ...field })
    }
  }
  return [...found.values()]
}

type Placed = Omit<DescribedField, 'group' | 'kind'>

/** @param keys the path to the schema, without `[]` and `{}` for items and values */
function fieldsIn(schema: Schema | undefined, path: string, keys: readonly string[]): readonly Placed[] {
  if (schema === undefined || path === 'status' || path === 'metadata') return []
  const { properties = {}, items, additionalProperties } = schema
  const more = typeof additionalProperties === 'object' ? additionalProperties : undefined
  return [
    ...Object.entries(properties).flatMap(([key, value]) => [
      ...fieldAt(properties, value, `${path}${path === '' ? '' : '.'}${key}`, [...keys, key]),
      ...fieldsIn(value, `${path}${path === '' ? '' : '.'}${key}`, [...keys, key]),
    ]),
    ...valuesAt(items, `${path}[]`, keys),
    ...valuesAt(more, `${path}{}`, keys),
  ]
}

/** The items of a sequence, or the values of a map: strings under a key that names images are images. */
function valuesAt(schema: Schema | undefined, path: string, keys: readonly string[]): readonly Placed[] {
  if (schema === undefined) return []
  const key = keys.at(-1) ?? ''
  const own = schema.type === 'string' && isImageKey(key) ? [placed(schema, path, 'values', 'str', '')] : []
  return [...own, ...fieldsIn(schema, path, keys)]
}

function fieldAt(
  siblings: Readonly<Record<string, Schema>>,
  schema: Schema,
  path: string,
  keys: readonly string[],
): readonly Placed[] {
  const key = keys.at(-1) ?? ''
  if (!isImageKey(key)) return []
  const policies = Object.keys(siblings).filter((one) =>
    /^(?:imagePullPolicy|image_pull_policy|pullPolicy|packagePullPolicy)$/.test(one),
  )
  const said = policies.join(',')
  if (schema.type === 'string')
    return [placed(schema, path, key === 'image' ? 'string' : `named:${key}`, 'str', said)]
  const parts = Object.entries(schema.properties ?? {})
    .filter(([, { type }]) => type === 'string')
    .map(([name]) => name)
    .sort()
  if (parts.length === 0) return []
  if (parts.every((one) => one === 'pullPolicy' || one === 'reference')) {
    return [placed(schema, path, 'oci-volume(reference/pullPolicy)', `obj:${parts.join(',')}`, said)]
  }
  return isInParts(parts) ? [placed(schema, path, 'object', `obj:${parts.join(',')}`, said)] : []
}

/** Whether the keys form a reference: a name and a tag, version or digest. */
export function isInParts(keys: readonly string[]): boolean {
  return (
    keys.some((key) => /^(?:repository|repo|registry|name|image)$/i.test(key)) &&
    keys.some((key) => /tag|digest|version/i.test(key))
  )
}

function isImageKey(key: string): boolean {
  return /image/i.test(key)
}

function placed(schema: Schema, path: string, kind: string, type: string, policies: string): Placed {
  const isBlockDevice = /(?:^|\.)rbd\.image$/.test(path)
  return {
    path,
    class: isBlockDevice ? 'FP:ceph-rbd' : kind,
    type,
    policies,
    description: (schema.description ?? '').replace(/\s+/g, ' '),
  }
}
