import type { IObjectMeta } from '@kubernetes-models/apimachinery/apis/meta/v1/ObjectMeta'
import type { ConfigSpec } from '../config.ts'
import type { LockRuleSpec, LockSpec } from '../lock-settings.ts'
import type { RegistrySettings } from '../registry-settings.ts'
import type { WithTier } from '../trust.ts'
import { FIELDS_SCHEMA } from './fields-schema.ts'
import { OBJECT_META_SCHEMA } from './kubernetes-schema.ts'
import { IMAGE_PATTERN, PROFILE_SCHEMA } from './profile-schema.ts'
import { type ObjectSchema, oneOrMany, type StringSchema } from './schema.ts'

export const CONFIG_API_VERSION = 'pinpull.dev/v1alpha1'
export const CONFIG_KIND = 'Pinpull'

/** The configuration as it is written: one Kubernetes-style object. `docs/config.md` explains every key. */
export interface ConfigObject {
  readonly apiVersion: typeof CONFIG_API_VERSION
  readonly kind: typeof CONFIG_KIND
  readonly metadata?: IObjectMeta
  readonly spec?: ConfigSpec
}

const FILE: StringSchema = { type: 'string', minLength: 1 }

const VARIABLE: StringSchema = {
  type: 'string',
  pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
  patternErrorMessage: 'the name of an environment variable',
}

export const REGISTRY_SCHEMA: ObjectSchema<RegistrySettings> = {
  type: 'object',
  additionalProperties: false,
  required: ['host'],
  properties: {
    host: {
      tier: 2,
      type: 'string',
      pattern: '^(\\*|[^\\s/@*]+)$',
      patternErrorMessage: 'a host with or without a port, or *',
      description:
        'As docker.io or registry.example.com:5000; * for every registry without an entry of its own.',
    },
    mirrors: {
      tier: 2,
      type: 'array',
      minItems: 1,
      description: 'Tried in this order, before the registry itself.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['url'],
        properties: {
          url: {
            tier: 2,
            type: 'string',
            pattern: '^https?://[^\\s/?#@%\\\\]+(/[^\\s?#@\\\\]*)?$',
            patternErrorMessage: 'an http or https URL without credentials, query and fragment',
          },
          namespaceParameter: {
            tier: 2,
            type: 'boolean',
            description: "Send containerd's ?ns=HOST, for a mirror of many registries.",
          },
        },
      },
    },
    ca: {
      ...FILE,
      tier: 1,
      description: "A PEM file of certificate authorities, trusted in addition to the system's.",
    },
    clientCertificate: {
      tier: 1,
      type: 'object',
      additionalProperties: false,
      required: ['certificate', 'key'],
      properties: { certificate: { ...FILE, tier: 1 }, key: { ...FILE, tier: 1 } },
    },
    plainHttp: {
      tier: 1,
      type: 'boolean',
      description: 'Use plain HTTP. By default only loopback addresses may.',
    },
    skipTlsVerify: { tier: 1, type: 'boolean', description: "Do not verify the server's certificate." },
    credentials: {
      tier: 2,
      type: 'object',
      additionalProperties: false,
      properties: {
        source: {
          tier: 2,
          type: 'string',
          enum: ['docker', 'helper', 'environment', 'anonymous'],
          tierOf: { helper: 1, environment: 1 },
          description: 'Where the credential comes from; by default the usual places are searched.',
        },
        file: { ...FILE, tier: 1, description: 'For docker: a config.json other than the usual ones.' },
        helper: {
          tier: 1,
          type: 'string',
          pattern: '^[A-Za-z0-9_-]+$',
          patternErrorMessage: 'the name after docker-credential-',
          description: 'For helper: as ecr-login.',
        },
        usernameVariable: { ...VARIABLE, tier: 1, description: 'For environment.' },
        passwordVariable: { ...VARIABLE, tier: 1, description: 'For environment.' },
        onFailure: {
          tier: 1,
          type: 'string',
          enum: ['anonymous'],
          description: 'Access the registry anonymously if the credential is missing or rejected.',
        },
      },
    },
    concurrency: {
      tier: 2,
      type: 'integer',
      minimum: 1,
      description: 'Maximum number of concurrent requests.',
    },
  },
}

const MIN_AGE: StringSchema = {
  type: 'string',
  pattern: '^(0|([0-9]{1,4}[wdhm])+)$',
  patternErrorMessage: 'a time such as 7d or 36h, or 0',
  description: 'How long a digest must have been seen under its tag before lock --update takes it, as 7d.',
}

const MIN_AGE_NEW: StringSchema<'allow' | 'deny'> = {
  type: 'string',
  enum: ['allow', 'deny'],
  description: 'Whether an image that is not in the lock file yet may be locked without --now.',
}

const LOCK_RULE_SCHEMA: ObjectSchema<LockRuleSpec> = {
  type: 'object',
  additionalProperties: false,
  required: ['image'],
  properties: {
    image: { ...oneOrMany(IMAGE_PATTERN, 'Patterns of image names.'), tier: 2 },
    minAge: { ...MIN_AGE, tier: 2 },
    minAgeNew: { ...MIN_AGE_NEW, tier: 2 },
  },
}

/** No tier below 2 may set any of it: it decides when a digest is old enough to be used. */
const LOCK_SCHEMA: ObjectSchema<LockSpec> = {
  type: 'object',
  additionalProperties: false,
  properties: {
    file: {
      ...FILE,
      tier: 2,
      description: "The lock file, relative to this file's folder; another name of spec.lockFile.",
    },
    minAge: { ...MIN_AGE, tier: 2 },
    minAgeNew: { ...MIN_AGE_NEW, tier: 2 },
    rules: {
      tier: 2,
      type: 'array',
      items: LOCK_RULE_SCHEMA,
      description: 'Exceptions: each setting comes from the first rule that matches the image and has it.',
    },
  },
}

/** The schema of the whole configuration, as it is enforced. */
export const CONFIG_SCHEMA: ObjectSchema<ConfigObject> = {
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind'],
  properties: {
    apiVersion: { tier: 3, type: 'string', enum: [CONFIG_API_VERSION] },
    kind: { tier: 3, type: 'string', enum: [CONFIG_KIND] },
    metadata: { ...OBJECT_META_SCHEMA, tier: 3 },
    spec: {
      tier: 3,
      type: 'object',
      additionalProperties: false,
      properties: {
        defaultProfile: {
          tier: 3,
          type: 'string',
          minLength: 1,
          description: 'The profile to use without --profile and PINPULL_PROFILE.',
        },
        lockFile: {
          tier: 2,
          type: 'string',
          minLength: 1,
          description:
            "The lock file, relative to this file's folder; pinpull.lock.yaml beside it by default.",
        },
        lock: {
          ...LOCK_SCHEMA,
          tier: 2,
          description: 'The lock file, and how old a digest must be before it replaces another.',
        },
        profiles: { tier: 3, type: 'array', items: PROFILE_SCHEMA },
        registries: { tier: 2, type: 'array', items: REGISTRY_SCHEMA },
        fields: { ...FIELDS_SCHEMA, tier: 3 },
        denyDigests: {
          tier: 3,
          type: 'array',
          items: { type: 'string', minLength: 1 },
          description: 'Digests that no image may have: of indexes, or of manifests in them.',
        },
        denyDigestsFile: {
          ...FILE,
          tier: 2,
          description: "More of them, relative to this file's folder: one digest a line, # begins a comment.",
        },
      },
    },
  },
}

/** Identifies the published schema. It is a name and no address: nothing is fetched from it. */
export const CONFIG_SCHEMA_ID = 'urn:pinpull:config:v1alpha1'

/** The schema as it is published for editors: a JSON Schema draft-07 document. */
export function formatConfigSchema(): string {
  const document = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: CONFIG_SCHEMA_ID,
    title: 'Pinpull configuration',
    ...CONFIG_SCHEMA,
  }
  return `${JSON.stringify(document, publish, 2)}\n`
}

/** Replaces what is not a keyword of JSON Schema: `nullable` by a type, the first tier by a sentence. */
function publish(key: string, value: unknown): unknown {
  if (key === 'tier' || key === 'tierOf' || key === 'otherNames') return undefined
  if (isNullable(value)) {
    const { nullable, type, ...others } = value
    return { type: [type, 'null'], ...others }
  }
  const { tier, description, ...rest } = (value ?? {}) as Partial<WithTier & { readonly description: string }>
  if (tier !== 1) return value
  const note = 'Only in a file that --config or PINPULL_CONFIG names.'
  return { ...rest, description: description === undefined ? note : `${description} ${note}` }
}

function isNullable(value: unknown): value is { readonly nullable: true; readonly type: string } {
  return typeof value === 'object' && value !== null && 'nullable' in value && value.nullable === true
}
