import { policyCodes } from '../../diagnostics/codes/policy.ts'
import type { ContainerType, ImagePullPolicy } from '../../kube/image-field.ts'
import type { TagKind } from '../../reference/tag-kind.ts'
import type { ProfileSpec } from '../config.ts'
import type { Action, PinMode, PolicyMode, SeverityOverride } from '../enums.ts'
import type { MatchSpec } from '../matcher.ts'
import type { NameRewrite } from '../rewrite.ts'
import type { RuleSpec } from '../rule.ts'
import { LABEL_SELECTOR_SCHEMA } from './kubernetes-schema.ts'
import { type ObjectSchema, oneOrMany, type StringSchema } from './schema.ts'

export const TAG_KINDS: readonly TagKind[] = ['digest', 'latest', 'untagged', 'floating', 'fixed']

export const CONTAINER_TYPES: readonly ContainerType[] = [
  'container',
  'initContainer',
  'ephemeralContainer',
  'imageVolume',
  'custom',
]

const GLOB: StringSchema = { type: 'string' }

export const IMAGE_PATTERN: StringSchema = {
  type: 'string',
  minLength: 1,
  description: 'A pattern of image names: * within a path segment, ** across them, ? for one character.',
}

export const MATCH_SCHEMA: ObjectSchema<MatchSpec> = {
  type: 'object',
  description: 'Which image fields. Every condition has to hold; of a list any will do.',
  minProperties: 1,
  additionalProperties: false,
  properties: {
    reference: {
      ...oneOrMany({ type: 'string', enum: TAG_KINDS }, 'What the reference is, by its tag.'),
      tier: 3,
    },
    image: { ...oneOrMany(IMAGE_PATTERN, 'Patterns of image names.'), tier: 3 },
    group: { ...oneOrMany(GLOB, 'API group; the core group is the empty string.'), tier: 3 },
    version: { ...oneOrMany(GLOB, 'API version, as v1.'), tier: 3 },
    kind: { ...oneOrMany({ ...GLOB, minLength: 1 }, 'Kind, as Deployment.'), tier: 3 },
    namespace: { ...oneOrMany(GLOB, 'Namespace; the empty string where the object names none.'), tier: 3 },
    name: { ...oneOrMany({ ...GLOB, minLength: 1 }, "The object's name."), tier: 3 },
    labelSelector: { ...LABEL_SELECTOR_SCHEMA, tier: 3 },
    container: { ...oneOrMany({ ...GLOB, minLength: 1 }, "The container's or volume's name."), tier: 3 },
    containerType: {
      ...oneOrMany({ type: 'string', enum: CONTAINER_TYPES }, 'What uses the image.'),
      tier: 3,
    },
  },
}

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

const HANDLING: StringSchema<Action> = { type: 'string', enum: ['allow', 'warn', 'deny'] }

const WARN_OR_DENY: StringSchema<'warn' | 'deny'> = { type: 'string', enum: ['warn', 'deny'] }

const UNRESOLVED = { ...WARN_OR_DENY, description: 'An image that does not resolve: kept, or the run fails.' }

/** What comes with the manifests may make a finding an error, and nothing less than it would be. */
const SEVERITY: StringSchema<SeverityOverride> = {
  type: 'string',
  enum: ['error', 'warning', 'info', 'off'],
  tierOf: { warning: 2, info: 2, off: 2 },
}

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
    from: { ...NAME_PREFIX, tier: 2, description: 'As docker.io or ghcr.io/acme; * for every registry.' },
    to: {
      ...NAME_PREFIX,
      tier: 2,
      description: 'What is written in its place, as registry.example.com/hub.',
    },
  },
}

export const RULE_SCHEMA: ObjectSchema<RuleSpec> = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: { tier: 3, type: 'string', minLength: 1, description: 'What explanations call the rule.' },
    match: { ...MATCH_SCHEMA, tier: 3 },
    pin: {
      tier: 3,
      type: 'string',
      enum: ['always', 'never'],
      description: 'Whether tags are resolved, by whatever the profile pins with.',
    },
    policyMode: { ...POLICY_MODE, tier: 3 },
    pullPolicy: { ...PULL_POLICY, tier: 3 },
    unresolved: { ...UNRESOLVED, tier: 3 },
    mutableTags: { ...HANDLING, tier: 3 },
  },
}

export const PROFILE_SCHEMA: ObjectSchema<ProfileSpec> = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: {
      tier: 3,
      type: 'string',
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
      patternErrorMessage: 'lower-case letters, digits and dashes',
      description: 'A built-in name (dev, staging, prod, airgap) refines that profile.',
    },
    extends: {
      tier: 3,
      type: 'string',
      minLength: 1,
      description:
        'The profile that everything left out comes from; else the built-in one of this name, else prod.',
    },
    pin: { ...PIN, tier: 3 },
    output: {
      tier: 3,
      type: 'string',
      enum: ['tag-digest', 'digest', 'as-written'],
      description: 'What a pinned reference looks like; as-written: resolved, but not changed.',
    },
    platform: {
      tier: 3,
      type: 'string',
      minLength: 1,
      description: 'os/architecture[/variant]: pin its manifest rather than the index.',
    },
    policyMode: { ...POLICY_MODE, tier: 3 },
    pullPolicy: {
      tier: 3,
      description: 'One policy for all, or one for each kind of reference as it is written out.',
      anyOf: [
        PULL_POLICY,
        {
          type: 'object',
          additionalProperties: false,
          minProperties: 1,
          properties: {
            digest: { ...PULL_POLICY, tier: 3 },
            latest: { ...PULL_POLICY, tier: 3 },
            untagged: { ...PULL_POLICY, tier: 3 },
            floating: { ...PULL_POLICY, tier: 3 },
            fixed: { ...PULL_POLICY, tier: 3 },
          },
        },
      ],
    },
    unresolved: { ...UNRESOLVED, tier: 3 },
    mutableTags: {
      tier: 3,
      description: 'What is done about tags that are expected to move: one handling, or one for each kind.',
      anyOf: [
        HANDLING,
        {
          type: 'object',
          additionalProperties: false,
          minProperties: 1,
          properties: {
            untagged: { ...HANDLING, tier: 3 },
            latest: { ...HANDLING, tier: 3 },
            floating: { ...HANDLING, tier: 3 },
          },
        },
      ],
    },
    invalid: { ...WARN_OR_DENY, tier: 3, description: 'A value that is no image reference.' },
    placeholders: {
      ...WARN_OR_DENY,
      tier: 3,
      description: 'A value that a later step fills in, as an unexpanded variable.',
    },
    annotations: {
      tier: 3,
      type: 'string',
      enum: ['obey', 'ignore'],
      description: 'Whether annotations in manifests (pinpull.dev/skip and its like) count.',
    },
    allowedRegistries: {
      tier: 3,
      type: 'array',
      items: IMAGE_PATTERN,
      description: 'Where images may come from: hosts, or patterns of image names. Empty: anywhere.',
    },
    include: {
      tier: 3,
      type: 'array',
      items: { anyOf: [IMAGE_PATTERN, MATCH_SCHEMA] },
      description: 'Touch these image fields only.',
    },
    exclude: {
      tier: 3,
      type: 'array',
      items: { anyOf: [IMAGE_PATTERN, MATCH_SCHEMA] },
      description: 'Leave these image fields alone.',
    },
    rules: {
      tier: 3,
      type: 'array',
      items: RULE_SCHEMA,
      description: 'For each setting, the first rule that matches and has it decides.',
    },
    rewrite: {
      tier: 2,
      type: 'array',
      items: REWRITE_SCHEMA,
      description: 'Names to write in place of others, for a private mirror.',
    },
    findings: {
      tier: 3,
      type: 'object',
      description: 'Severities of findings, where they differ from the default.',
      propertyNames: { type: 'string', enum: Object.keys(policyCodes) },
      additionalProperties: SEVERITY,
    },
  },
}
