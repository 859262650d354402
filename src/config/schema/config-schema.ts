import { CONFIG_API_VERSION, CONFIG_KIND, type ConfigObject } from '../config.ts'
import type { Trusted } from '../trust.ts'
import { FIELDS_SCHEMA } from './fields-schema.ts'
import { PROFILE_SCHEMA } from './profile-schema.ts'
import { REGISTRY_SCHEMA } from './registry-schema.ts'
import type { ObjectSchema } from './schema.ts'

/** The schema of the whole configuration, as it is enforced. */
export const CONFIG_SCHEMA: ObjectSchema<ConfigObject> = {
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind'],
  properties: {
    apiVersion: { tier: 3, type: 'string', enum: [CONFIG_API_VERSION] },
    kind: { tier: 3, type: 'string', enum: [CONFIG_KIND] },
    metadata: { tier: 3, type: 'object', description: 'Kubernetes ObjectMeta.', additionalProperties: true },
    spec: {
      tier: 3,
      type: 'object',
      additionalProperties: false,
      properties: {
        defaultProfile: {
          tier: 3,
          type: 'string',
          minLength: 1,
          description: 'The profile of those who choose none with --profile or PINPULL_PROFILE.',
        },
        lockFile: {
          tier: 2,
          type: 'string',
          minLength: 1,
          description:
            "The lock file, relative to this file's folder; pinpull.lock.yaml beside it by default.",
        },
        profiles: { tier: 3, type: 'array', items: PROFILE_SCHEMA },
        registries: { tier: 2, type: 'array', items: REGISTRY_SCHEMA },
        fields: { ...FIELDS_SCHEMA, tier: 3 },
      },
    },
  },
}

/** The schema as it is published for editors: a JSON Schema draft-07 document. */
export function formatConfigSchema(): string {
  const document = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Pinpull configuration',
    ...CONFIG_SCHEMA,
  }
  return `${JSON.stringify(document, publish, 2)}\n`
}

/** Says in words who may set a key: tiers are no keyword of JSON Schema. */
function publish(key: string, value: unknown): unknown {
  if (key === 'tier' || key === 'tierOf') return undefined
  const { tier, description, ...rest } = (value ?? {}) as Partial<Trusted & { readonly description: string }>
  if (tier !== 1) return value
  const note = 'Only in a file that --config or PINPULL_CONFIG names.'
  return { ...rest, description: description === undefined ? note : `${description} ${note}` }
}
