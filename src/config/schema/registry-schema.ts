import type { RegistrySettings } from '../registry-settings.ts'
import type { ObjectSchema, StringSchema } from './schema.ts'

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
      type: 'string',
      pattern: '^(\\*|[^\\s/@*]+)$',
      patternErrorMessage: 'a host with or without a port, or *',
      description:
        'As docker.io or registry.example.com:5000; * for every registry without an entry of its own.',
    },
    mirrors: {
      type: 'array',
      minItems: 1,
      description: 'Asked in this order, before the registry itself.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['url'],
        properties: {
          url: {
            type: 'string',
            pattern: '^https?://[^\\s/?#@%\\\\]+(/[^\\s?#@\\\\]*)?$',
            patternErrorMessage: 'an http or https URL without credentials, query and fragment',
          },
          namespaceParameter: {
            type: 'boolean',
            description: "Send containerd's ?ns=HOST, for a mirror of many registries.",
          },
        },
      },
    },
    ca: { ...FILE, description: 'A PEM file of authorities trusted besides the system’s.' },
    clientCertificate: {
      type: 'object',
      additionalProperties: false,
      required: ['certificate', 'key'],
      properties: { certificate: FILE, key: FILE },
    },
    plainHttp: {
      type: 'boolean',
      description: 'Speak plain HTTP. Without it that is done on loopback alone.',
    },
    skipTlsVerify: { type: 'boolean', description: "Do not check the server's certificate." },
    credentials: {
      type: 'object',
      additionalProperties: false,
      properties: {
        source: {
          type: 'string',
          enum: ['docker', 'helper', 'environment', 'anonymous'],
          description: 'Without it, the usual places are searched.',
        },
        file: { ...FILE, description: 'For docker: a config.json other than the usual ones.' },
        helper: {
          type: 'string',
          pattern: '^[A-Za-z0-9_-]+$',
          patternErrorMessage: 'the name after docker-credential-',
          description: 'For helper: as ecr-login.',
        },
        usernameVariable: { ...VARIABLE, description: 'For environment.' },
        passwordVariable: { ...VARIABLE, description: 'For environment.' },
        onFailure: {
          type: 'string',
          enum: ['anonymous'],
          description: 'Ask without a credential where none works or none can be had.',
        },
      },
    },
    concurrency: { type: 'integer', minimum: 1, description: 'Requests under way to it at a time.' },
  },
}
