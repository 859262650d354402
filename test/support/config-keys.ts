import type { AnySchema } from '../../src/config/schema/schema.ts'
import type { TrustTier } from '../../src/config/trust.ts'

/** A key of the configuration, or a value of a key that requires another tier than the key. */
export interface ConfigKey {
  /** `spec.registries[].credentials.source`; for a value, followed by ` = helper`. */
  readonly name: string
  /** The lowest tier that may set it, including the tiers of the keys above it. */
  readonly tier: TrustTier
  /** A configuration with only this setting. */
  readonly example: unknown
}

/** Every key at any depth; `metadata` counts as one key. */
export function configKeys(schema: AnySchema): ConfigKey[] {
  return walk(schema, '', 3, (inner) => inner)
}

function walk(
  schema: AnySchema,
  name: string,
  above: TrustTier,
  around: (inner: unknown) => unknown,
): ConfigKey[] {
  if ('anyOf' in schema) return schema.anyOf.flatMap((one) => walk(one, name, above, around))
  if (schema.type === 'array') return walk(schema.items, `${name}[]`, above, (inner) => around([inner]))
  if (schema.type === 'string') {
    return Object.entries(schema.tierOf ?? {}).map(([value, tier]) => ({
      name: `${name} = ${value}`,
      tier: lower(above, tier as TrustTier),
      example: around(value),
    }))
  }
  if (schema.type !== 'object') return []
  const { properties = {}, additionalProperties: others } = schema
  if (typeof others === 'object')
    return walk(others, `${name}.*`, above, (inner) => around({ IMAGE_LATEST: inner }))
  return Object.entries(properties).flatMap(([key, property]) => {
    const at = name === '' ? key : `${name}.${key}`
    const tier = lower(above, property.tier)
    const inside = (inner: unknown) => around({ [key]: inner })
    return [{ name: at, tier, example: inside(null) }, ...walk(property, at, tier, inside)]
  })
}

function lower(a: TrustTier, b: TrustTier): TrustTier {
  return a < b ? a : b
}
