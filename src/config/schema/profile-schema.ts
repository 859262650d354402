import { policyCodes } from '../../diagnostics/codes/policy.ts'
import type { ImagePullPolicy } from '../../kube/image-field.ts'
import type { ProfileSpec } from '../config.ts'
import type { NameRewrite } from '../rewrite.ts'
import type { RuleSpec } from '../rule.ts'
import type { FindingSeverity, Handling, PinMode, PolicyMode } from '../setting.ts'
import { IMAGE_PATTERN, MATCH_SCHEMA } from './match-schema.ts'
import type { ObjectSchema, StringSchema } from './schema.ts'

const PIN: StringSchema<PinMode> = {
  type: 'string',
  enum: ['always', 'locked', 'never'],
  description: 'Whether tags are resolved to digests; locked: by the lock file alone, no socket is opened.',
}

const POLICY_MODE: StringSchema<PolicyMode> = {
  type: 'string',
  enum: ['override', 'default', 'preserve'],
  description:
    'override: write the policy; default: only where none stands; preserve: write what Kubernetes would have made of the original reference.',
}

export const PULL_POLICY: StringSchema<ImagePullPolicy> = {
  type: 'string',
  enum: ['Always', 'IfNotPresent', 'Never'],
}

const HANDLING: StringSchema<Handling> = { type: 'string', enum: ['allow', 'warn', 'deny'] }

const WARN_OR_DENY: StringSchema<'warn' | 'deny'> = { type: 'string', enum: ['warn', 'deny'] }

const UNRESOLVED = { ...WARN_OR_DENY, description: 'An image that does not resolve: kept, or the run fails.' }

const SEVERITY: StringSchema<FindingSeverity> = { type: 'string', enum: ['error', 'warning', 'info', 'off'] }

const NAME_PREFIX: StringSchema = {
  type: 'string',
  pattern: '^(\\*|[^\\s/@*]+(/[^\\s/@:*]+)*)$',
  patternErrorMessage:
    'a registry host, or one with the first segments of a repository, without tag or digest',
}

const REWRITE_SCHEMA: ObjectSchema<NameRewrite> = {
  type: 'object',
  additionalProperties: false,
  required: ['from', 'to'],
  properties: {
    from: { ...NAME_PREFIX, description: 'As docker.io or ghcr.io/acme; * for every registry.' },
    to: { ...NAME_PREFIX, description: 'What is written in its place, as registry.example.com/hub.' },
  },
}

export const RULE_SCHEMA: ObjectSchema<RuleSpec> = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, description: 'What explanations call the rule.' },
    match: MATCH_SCHEMA,
    pin: {
      type: 'string',
      enum: ['always', 'never'],
      description: 'Whether tags are resolved, by whatever the profile pins with.',
    },
    policyMode: POLICY_MODE,
    pullPolicy: PULL_POLICY,
    unresolved: UNRESOLVED,
    mutableTags: HANDLING,
  },
}

export const PROFILE_SCHEMA: ObjectSchema<ProfileSpec> = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: {
      type: 'string',
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
      patternErrorMessage: 'lower-case letters, digits and dashes',
      description: 'A built-in name (dev, staging, prod, airgap) refines that profile.',
    },
    extends: {
      type: 'string',
      minLength: 1,
      description:
        'The profile that everything left out comes from; else the built-in one of this name, else prod.',
    },
    pin: PIN,
    output: {
      type: 'string',
      enum: ['tag-digest', 'digest', 'as-written'],
      description: 'What a pinned reference looks like; as-written: resolved, but not changed.',
    },
    platform: {
      type: 'string',
      minLength: 1,
      description: 'os/architecture[/variant]: pin its manifest rather than the index.',
    },
    policyMode: POLICY_MODE,
    pullPolicy: {
      description: 'One policy for all, or one for each kind of reference as it is written out.',
      anyOf: [
        PULL_POLICY,
        {
          type: 'object',
          additionalProperties: false,
          minProperties: 1,
          properties: {
            digest: PULL_POLICY,
            latest: PULL_POLICY,
            untagged: PULL_POLICY,
            floating: PULL_POLICY,
            fixed: PULL_POLICY,
          },
        },
      ],
    },
    unresolved: UNRESOLVED,
    mutableTags: {
      description: 'What is done about tags that are expected to move: one handling, or one for each kind.',
      anyOf: [
        HANDLING,
        {
          type: 'object',
          additionalProperties: false,
          minProperties: 1,
          properties: { untagged: HANDLING, latest: HANDLING, floating: HANDLING },
        },
      ],
    },
    invalid: { ...WARN_OR_DENY, description: 'A value that is no image reference.' },
    placeholders: {
      ...WARN_OR_DENY,
      description: 'A value that a later step fills in, as an unexpanded variable.',
    },
    allowedRegistries: {
      type: 'array',
      items: IMAGE_PATTERN,
      description: 'Where images may come from: hosts, or patterns of image names. Empty: anywhere.',
    },
    include: {
      type: 'array',
      items: { anyOf: [IMAGE_PATTERN, MATCH_SCHEMA] },
      description: 'Touch these image fields only.',
    },
    exclude: {
      type: 'array',
      items: { anyOf: [IMAGE_PATTERN, MATCH_SCHEMA] },
      description: 'Leave these image fields alone.',
    },
    rules: {
      type: 'array',
      items: RULE_SCHEMA,
      description: 'For each setting, the first rule that matches and has it decides.',
    },
    rewrite: {
      type: 'array',
      items: REWRITE_SCHEMA,
      description: 'Names to write in place of others, for a private mirror.',
    },
    findings: {
      type: 'object',
      description: 'Severities of findings, where they differ from the default.',
      propertyNames: { type: 'string', enum: Object.keys(policyCodes) },
      additionalProperties: SEVERITY,
    },
  },
}
