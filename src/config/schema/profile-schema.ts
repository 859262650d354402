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
import { VERIFY_PROPERTIES } from './verify-schema.ts'

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
  description: 'Which image fields. All conditions have to hold; a list holds alternatives.',
  minProperties: 1,
  additionalProperties: false,
  properties: {
    reference: {
      ...oneOrMany({ type: 'string', enum: TAG_KINDS }, 'Kind of reference, by its tag.'),
      tier: 3,
    },
    image: { ...oneOrMany(IMAGE_PATTERN, 'Patterns of image names.'), tier: 3 },
    group: { ...oneOrMany(GLOB, 'API group; the core group is the empty string.'), tier: 3 },
    version: { ...oneOrMany(GLOB, 'API version, as v1.'), tier: 3 },
    kind: { ...oneOrMany({ ...GLOB, minLength: 1 }, 'Kind, as Deployment.'), tier: 3 },
    namespace: { ...oneOrMany(GLOB, 'Namespace; empty for an object without one.'), tier: 3 },
    name: { ...oneOrMany({ ...GLOB, minLength: 1 }, "The object's name."), tier: 3 },
    labelSelector: { ...LABEL_SELECTOR_SCHEMA, tier: 3 },
    container: { ...oneOrMany({ ...GLOB, minLength: 1 }, "The container's or volume's name."), tier: 3 },
    containerType: {
      ...oneOrMany(
        { type: 'string', enum: CONTAINER_TYPES },
        'Kind of container or volume that uses the image.',
      ),
      tier: 3,
    },
  },
}

const PIN: StringSchema<PinMode> = {
  type: 'string',
  enum: ['always', 'locked', 'never'],
  description:
    'Whether tags are resolved to digests; locked: from the lock file only, without network access.',
}

const POLICY_MODE: StringSchema<PolicyMode> = {
  type: 'string',
  enum: ['override', 'default', 'preserve'],
  description:
    'override: set the policy; default: only if there is none; preserve: keep it, or write the default that Kubernetes applies to the original reference.',
}

export const PULL_POLICY: StringSchema<ImagePullPolicy> = {
  type: 'string',
  enum: ['Always', 'IfNotPresent', 'Never'],
}

const ACTION: StringSchema<Action> = { type: 'string', enum: ['allow', 'warn', 'deny'] }

const WARN_OR_DENY: StringSchema<'warn' | 'deny'> = { type: 'string', enum: ['warn', 'deny'] }

const UNRESOLVED = {
  ...WARN_OR_DENY,
  description: 'If an image cannot be resolved: warn and leave it unchanged, or fail.',
}

/** A configuration that comes with the manifests may make a diagnostic an error, but not less severe. */
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
      description: 'The name to write in its place, as registry.example.com/hub.',
    },
  },
}

export const RULE_SCHEMA: ObjectSchema<RuleSpec> = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: { tier: 3, type: 'string', minLength: 1, description: 'Name of the rule in explanations.' },
    match: { ...MATCH_SCHEMA, tier: 3 },
    pin: {
      tier: 3,
      type: 'string',
      enum: ['always', 'never'],
      description: 'Whether tags are resolved, in the way of the profile.',
    },
    policyMode: { ...POLICY_MODE, tier: 3 },
    pullPolicy: { ...PULL_POLICY, tier: 3 },
    unresolved: { ...UNRESOLVED, tier: 3 },
    mutableTags: { ...ACTION, tier: 3 },
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
        'The profile that missing settings come from; by default the built-in one of this name, else prod.',
    },
    pin: { ...PIN, tier: 3 },
    output: {
      tier: 3,
      type: 'string',
      enum: ['tag-digest', 'digest', 'as-written'],
      description: 'Form of a pinned reference; as-written: resolved, but not changed.',
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
      description: 'One policy for all, or one for each kind of reference in the output.',
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
      description: 'What to do about tags that are expected to move: one action, or one for each kind.',
      anyOf: [
        ACTION,
        {
          type: 'object',
          additionalProperties: false,
          minProperties: 1,
          properties: {
            untagged: { ...ACTION, tier: 3 },
            latest: { ...ACTION, tier: 3 },
            floating: { ...ACTION, tier: 3 },
          },
        },
      ],
    },
    invalid: {
      ...WARN_OR_DENY,
      tier: 3,
      description: 'What to do about a value that is not an image reference.',
    },
    placeholders: {
      ...WARN_OR_DENY,
      tier: 3,
      description: 'What to do about a value that a later step fills in, as an unexpanded variable.',
    },
    annotations: {
      tier: 3,
      type: 'string',
      enum: ['obey', 'ignore'],
      description: 'Whether annotations in manifests (pinpull.dev/skip and others) have an effect.',
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
      description: 'Change these image fields only.',
    },
    exclude: {
      tier: 3,
      type: 'array',
      items: { anyOf: [IMAGE_PATTERN, MATCH_SCHEMA] },
      description: 'Skip these image fields.',
    },
    rules: {
      tier: 3,
      type: 'array',
      items: RULE_SCHEMA,
      description: 'Each setting comes from the first rule that matches and has it.',
    },
    rewrite: {
      tier: 2,
      type: 'array',
      items: REWRITE_SCHEMA,
      description: 'Names to write in place of others, for a private mirror.',
    },
    ...VERIFY_PROPERTIES,
    findings: {
      tier: 3,
      type: 'object',
      description: 'Severities of diagnostics of pinpull check that differ from the default.',
      propertyNames: { type: 'string', enum: Object.keys(policyCodes) },
      additionalProperties: SEVERITY,
    },
  },
}
