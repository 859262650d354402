import type { FieldExclusionSpec, FieldRuleSpec, FieldsSpec, KindSpec } from '../field-settings.ts'
import type { WithTier } from '../trust.ts'
import type { ObjectSchema, StringSchema } from './schema.ts'

const GROUP: StringSchema & WithTier = {
  tier: 3,
  type: 'string',
  description: 'API group; the core group is the empty string; *.example.com for every group below one.',
}

const VERSION: StringSchema & WithTier = { tier: 3, type: 'string', minLength: 1 }

const KIND: StringSchema & WithTier = {
  tier: 3,
  type: 'string',
  minLength: 1,
  description: 'Kind; one * at its beginning or end stands for any text.',
}

const NAME: StringSchema & WithTier = {
  tier: 3,
  type: 'string',
  minLength: 1,
  description: 'metadata.name of the object; one * at its beginning or end stands for any text.',
}

const NAMESPACE: StringSchema & WithTier = {
  tier: 3,
  type: 'string',
  minLength: 1,
  description: 'metadata.namespace of the object, as name; an object without one matches as well.',
}

const PATH: StringSchema & WithTier = {
  tier: 3,
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
      tier: 3,
      type: 'string',
      minLength: 1,
      description: "The pull policy: a key beside the image, or a path from the object's root.",
    },
    value: {
      tier: 3,
      type: 'string',
      minLength: 1,
      description: 'A regular expression whose first group is the reference.',
    },
    parts: {
      tier: 3,
      type: 'string',
      minLength: 1,
      description:
        'How the keys of a mapping at the path form a reference, as {registry}/{repository}:{tag}@{digest}.',
    },
    embedded: {
      tier: 3,
      type: 'object',
      additionalProperties: false,
      required: ['format'],
      properties: { format: { tier: 3, type: 'string', enum: ['json', 'yaml'] }, path: PATH },
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
  description: 'Image fields besides the built-in ones.',
  additionalProperties: false,
  properties: {
    optional: {
      tier: 3,
      type: 'array',
      items: KIND_SCHEMA,
      description: 'Types whose optional fields are found as well: docs/image-fields.md lists them.',
    },
    rules: { tier: 3, type: 'array', items: RULE_SCHEMA, description: 'Fields that hold an image.' },
    exclude: { tier: 3, type: 'array', items: EXCLUSION_SCHEMA, description: 'Fields to skip.' },
    copies: {
      tier: 3,
      type: 'string',
      enum: ['report', 'pin'],
      description:
        'What to do about strings elsewhere that equal a pinned image: report them, or pin them as well.',
    },
  },
}
