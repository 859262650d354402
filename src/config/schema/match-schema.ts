import type { ContainerType } from '../../kube/image-field.ts'
import type { TagKind } from '../../reference/reference.ts'
import type { MatchSpec } from '../matcher.ts'
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
    labelSelector: {
      tier: 3,
      type: 'object',
      description: "A Kubernetes LabelSelector over the object's own labels.",
      additionalProperties: true,
    },
    container: { ...oneOrMany({ ...GLOB, minLength: 1 }, "The container's or volume's name."), tier: 3 },
    containerType: {
      ...oneOrMany({ type: 'string', enum: CONTAINER_TYPES }, 'What uses the image.'),
      tier: 3,
    },
  },
}
