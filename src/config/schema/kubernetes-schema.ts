import type { IObjectMeta } from '@kubernetes-models/apimachinery/apis/meta/v1/ObjectMeta'
import type { LabelSelector } from '../label-selector.ts'
import type { WithTier } from '../trust.ts'
import type {
  ArraySchema,
  BooleanSchema,
  IntegerSchema,
  MapSchema,
  ObjectSchema,
  Schema,
  StringSchema,
} from './schema.ts'

/*
 * Types of Kubernetes' apimachinery that a configuration uses. `nullable` is set where Go's decoder takes null for an
 * absent value. test/config/kubernetes-types.test.ts compares them with @kubernetes-models/apimachinery, which is
 * generated from Kubernetes' own schemas.
 */

const TEXT: StringSchema & WithTier = { tier: 3, type: 'string', nullable: true }

const REQUIRED_TEXT: StringSchema & WithTier = { tier: 3, type: 'string' }

const INTEGER: IntegerSchema & WithTier = { tier: 3, type: 'integer', nullable: true }

const FLAG: BooleanSchema & WithTier = { tier: 3, type: 'boolean', nullable: true }

const TEXTS: ArraySchema<string> & WithTier = listOf({ type: 'string' })

const TEXT_MAP: MapSchema & WithTier = {
  tier: 3,
  type: 'object',
  nullable: true,
  additionalProperties: { type: 'string' },
}

/** RFC 3339, as `metav1.Time` reads it. */
const TIME: StringSchema & WithTier = {
  ...TEXT,
  pattern:
    '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$',
  patternErrorMessage: 'a time such as 2026-11-27T09:00:00Z',
}

/** `metav1.ObjectMeta`. */
export const OBJECT_META_SCHEMA: ObjectSchema<IObjectMeta> = {
  type: 'object',
  description: 'Kubernetes ObjectMeta.',
  additionalProperties: false,
  properties: {
    name: TEXT,
    namespace: TEXT,
    labels: TEXT_MAP,
    annotations: TEXT_MAP,
    generateName: TEXT,
    creationTimestamp: TIME,
    deletionGracePeriodSeconds: INTEGER,
    deletionTimestamp: TIME,
    finalizers: TEXTS,
    generation: INTEGER,
    managedFields: listOf({
      type: 'object',
      additionalProperties: false,
      properties: {
        apiVersion: TEXT,
        fieldsType: TEXT,
        fieldsV1: { tier: 3, type: 'object', nullable: true, additionalProperties: true },
        manager: TEXT,
        operation: TEXT,
        subresource: TEXT,
        time: TIME,
      },
    }),
    ownerReferences: listOf({
      type: 'object',
      additionalProperties: false,
      required: ['apiVersion', 'kind', 'name', 'uid'],
      properties: {
        apiVersion: REQUIRED_TEXT,
        blockOwnerDeletion: FLAG,
        controller: FLAG,
        kind: REQUIRED_TEXT,
        name: REQUIRED_TEXT,
        uid: REQUIRED_TEXT,
      },
    }),
    resourceVersion: TEXT,
    selfLink: TEXT,
    uid: TEXT,
  },
}

/** `metav1.LabelSelector`. What the schema cannot say is checked in `label-selector.ts`. */
export const LABEL_SELECTOR_SCHEMA: ObjectSchema<LabelSelector> = {
  type: 'object',
  description: "A Kubernetes LabelSelector over the object's own labels.",
  additionalProperties: false,
  properties: {
    matchLabels: TEXT_MAP,
    matchExpressions: listOf({
      type: 'object',
      additionalProperties: false,
      required: ['key', 'operator'],
      properties: { key: REQUIRED_TEXT, operator: REQUIRED_TEXT, values: TEXTS },
    }),
  },
}

/** A list that may be null or absent, as lists in Kubernetes' types are. */
function listOf<E>(items: Schema<E>): ArraySchema<E> & WithTier {
  return { tier: 3, type: 'array', nullable: true, items }
}
