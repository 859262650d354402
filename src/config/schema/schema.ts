import type { TrustTier, WithTier } from '../trust.ts'

/**
 * The part of JSON Schema (draft-07, which editors know best) that describes Pinpull's configuration. The schema is
 * plain data with two uses: `pinpull config schema` prints it for editors, and `validate.ts` validates configurations
 * against it, so that what is published and what is enforced cannot drift apart.
 *
 * `Schema<T>` ties a schema to the interface that it describes: a property that one of them lacks does not compile.
 * Nor does a property without the tier of trust that may set it.
 */
export type Schema<T> = [T] extends [boolean]
  ? BooleanSchema
  : [T] extends [number]
    ? IntegerSchema
    : [T] extends [string]
      ? StringSchema<T>
      : [T] extends [readonly (infer E)[]]
        ? ArraySchema<E>
        : [T] extends [object]
          ? ObjectSchema<T> | MapSchema | OpenSchema
          : AnyOfSchema

interface Described {
  readonly description?: string
  /** Null stands for an absent value, as in Kubernetes' own types. */
  readonly nullable?: true
}

export interface BooleanSchema extends Described {
  readonly type: 'boolean'
}

export interface IntegerSchema extends Described {
  readonly type: 'integer'
  readonly minimum?: number
}

export interface StringSchema<T extends string = string> extends Described {
  readonly type: 'string'
  readonly enum?: readonly T[]
  readonly minLength?: number
  readonly pattern?: string
  /** The values that need a more trusted tier than the property itself, each with its tier. */
  readonly tierOf?: { readonly [V in T]?: TrustTier }
  /** The message if `pattern` does not match: a keyword of VS Code's JSON and YAML language servers. */
  readonly patternErrorMessage?: string
}

export interface ArraySchema<E = unknown> extends Described {
  readonly type: 'array'
  readonly items: Schema<E>
  readonly minItems?: number
}

/** A mapping with the keys of `T` and no others. */
export interface ObjectSchema<T = Readonly<Record<string, unknown>>> extends Described {
  readonly type: 'object'
  readonly properties: { readonly [K in keyof T]-?: Schema<Exclude<T[K], undefined>> & WithTier }
  readonly required?: readonly (keyof T & string)[]
  readonly minProperties?: number
  readonly additionalProperties: false
  readonly otherNames?: OtherNames<keyof T & string>
}

/** What other programs call the keys of a mapping: a message about an unknown key names ours. Not published. */
export type OtherNames<K extends string = string> = Readonly<Record<string, K>>

/** A mapping whose keys the user chooses. */
export interface MapSchema extends Described {
  readonly type: 'object'
  readonly propertyNames?: StringSchema
  readonly additionalProperties: AnySchema
}

/** A mapping with any content. */
export interface OpenSchema extends Described {
  readonly type: 'object'
  readonly additionalProperties: true
}

/** Alternatives, distinguished by the kind of node: never two of the same `type`. */
export interface AnyOfSchema extends Described {
  readonly anyOf: readonly AnySchema[]
}

/** A schema of any interface. */
export type AnySchema =
  | BooleanSchema
  | IntegerSchema
  | StringSchema
  | (Described & {
      readonly type: 'array'
      readonly items: AnySchema
      readonly minItems?: number
    })
  | (Described & {
      readonly type: 'object'
      readonly properties?: Readonly<Record<string, AnySchema & WithTier>>
      readonly propertyNames?: StringSchema
      readonly required?: readonly string[]
      readonly minProperties?: number
      readonly additionalProperties: boolean | AnySchema
      readonly otherNames?: OtherNames
    })
  | AnyOfSchema

/** The schema of a value or a list of them, for keys where one is the common case. */
export function oneOrMany(items: StringSchema, description: string): AnyOfSchema {
  return { description, anyOf: [items, { type: 'array', items, minItems: 1 }] }
}
