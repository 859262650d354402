import type { FieldExclusionSpec, FieldRuleSpec, FieldsSpec, KindSpec } from '../field-settings.ts'
import type { ObjectSchema, StringSchema } from './schema.ts'

const GROUP: StringSchema = {
  type: 'string',
  description: 'API group; the core group is the empty string; *.example.com for every group below one.',
}

const VERSION: StringSchema = { type: 'string', minLength: 1 }

const KIND: StringSchema = {
  type: 'string',
  minLength: 1,
  description: 'Kind; one * at its beginning or end stands for any text.',
}

const NAME: StringSchema = {
  type: 'string',
  minLength: 1,
  description: 'metadata.name of the object; one * at its beginning or end stands for any text.',
}

const NAMESPACE: StringSchema = {
  type: 'string',
  minLength: 1,
  description: 'metadata.namespace of the object, as name; an object without one is covered, too.',
}

const PATH: StringSchema = {
  type: 'string',
  minLength: 1,
  description: "From the object's root, as spec.jobs[].image: * for any key, [] for the items of a list.",
}

const KIND_SCHEMA: ObjectSchema<KindSpec> = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: { group: GROUP, version: VERSION, kind: KIND },
}

const RULE_SCHEMA: ObjectSchema<FieldRuleSpec> = {
  type: 'object',
  additionalProperties: false,
  required: ['path'],
  properties: {
    group: GROUP,
    version: VERSION,
    kind: KIND,
    name: NAME,
    namespace: NAMESPACE,
    path: PATH,
    policyPath: {
      type: 'string',
      minLength: 1,
      description: 'The pull policy: a key beside the image, or a path from the object’s root.',
    },
    value: {
      type: 'string',
      minLength: 1,
      description: 'A regular expression whose first group is the reference.',
    },
    parts: {
      type: 'string',
      minLength: 1,
      description: 'How a mapping at the path spells a reference, as {registry}/{repository}:{tag}@{digest}.',
    },
    embedded: {
      type: 'object',
      additionalProperties: false,
      required: ['format'],
      properties: { format: { type: 'string', enum: ['json', 'yaml'] }, path: PATH },
    },
  },
}

const EXCLUSION_SCHEMA: ObjectSchema<FieldExclusionSpec> = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: { group: GROUP, version: VERSION, kind: KIND, path: PATH },
}

export const FIELDS_SCHEMA: ObjectSchema<FieldsSpec> = {
  type: 'object',
  description: 'Where images are looked for, besides the places that are built in.',
  additionalProperties: false,
  properties: {
    optional: {
      type: 'array',
      items: KIND_SCHEMA,
      description: 'Types whose optional fields are found, too: docs/image-fields.md lists them.',
    },
    rules: { type: 'array', items: RULE_SCHEMA, description: 'Fields that hold an image.' },
    exclude: { type: 'array', items: EXCLUSION_SCHEMA, description: 'Fields that are left alone.' },
    copies: {
      type: 'string',
      enum: ['report', 'pin'],
      description: 'Strings elsewhere that equal a pinned image: reported, or pinned alike.',
    },
  },
}
