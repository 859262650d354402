import { CONFIG_API_VERSION, CONFIG_KIND, type ConfigObject } from '../config.ts'
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
    apiVersion: { type: 'string', enum: [CONFIG_API_VERSION] },
    kind: { type: 'string', enum: [CONFIG_KIND] },
    metadata: { type: 'object', description: 'Kubernetes ObjectMeta.', additionalProperties: true },
    spec: {
      type: 'object',
      additionalProperties: false,
      properties: {
        defaultProfile: {
          type: 'string',
          minLength: 1,
          description: 'The profile of those who choose none with --profile or PINPULL_PROFILE.',
        },
        lockFile: {
          type: 'string',
          minLength: 1,
          description:
            "The lock file, relative to this file's folder; pinpull.lock.yaml beside it by default.",
        },
        profiles: { type: 'array', items: PROFILE_SCHEMA },
        registries: { type: 'array', items: REGISTRY_SCHEMA },
        fields: FIELDS_SCHEMA,
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
  return `${JSON.stringify(document, undefined, 2)}\n`
}
