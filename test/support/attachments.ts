import { expect } from 'vitest'
import type { Attachments } from '../../src/oci/attachment.ts'
import { type Asked, findAttached } from './ask-registry.ts'
import { ATTACHED_TYPES, type Layer } from './registry/attached.ts'
import { closingRegistries } from './registry/closing-registries.ts'
import type { RegistryOptions, TestRegistry } from './registry/registry.ts'

/** A registry with one image, `app:1`. */
export type AppRegistry = TestRegistry & { readonly digest: string }

/** Returns a function that starts registries with an image, which are closed after each test. */
export function appRegistries(): (options?: RegistryOptions) => Promise<AppRegistry> {
  const start = closingRegistries()
  return async (options = {}) => {
    const registry = await start(options)
    return { ...registry, digest: registry.push('app:1').digest }
  }
}

/** A digest in hexadecimal. */
export const HEX: RegExp = /[0-9a-f]{64}/g

/** What a registry, the only endpoint, has attached to `app:1`: see `summary`. */
export async function foundAt(registry: AppRegistry, settings: Asked = {}): Promise<string[]> {
  const [only, ...more] = await findAttached(`${registry.host}/app`, registry.digest, settings)
  expect(more).toEqual([])
  return summary(only as Attachments)
}

/** What was found where, and the searches that found something or have a problem; with digests left out. */
export function summary({ list, searches }: Attachments): string[] {
  const lines = [
    ...list.map(({ kind, place, content }) => `${kind} at ${place}: ${Buffer.from(content)}`),
    ...searches.flatMap(({ place, found, problems }) =>
      found === 0 && problems.length === 0
        ? []
        : [`${place}: ${found}`, ...problems.map((one) => `! ${one}`)],
    ),
  ]
  return lines.map((line) => line.replace(HEX, 'HEX').replace(/(sha256[:-])[0-9a-f]{12}…/g, '$1…'))
}

/** The layer of a signature. */
export function signature(content: string, more: Partial<Layer> = {}): Layer {
  return { mediaType: ATTACHED_TYPES.signature, content, ...more }
}

/** The layer of an attestation. */
export function attestation(content: string, more: Partial<Layer> = {}): Layer {
  return { mediaType: ATTACHED_TYPES.attestation, content, ...more }
}
