import { PinpullError } from '../diagnostics/errors.ts'
import type { Layout } from '../layout/layout.ts'
import type { Resolver } from '../plan/resolver.ts'
import { canonicalText } from '../reference/reference.ts'

/**
 * Creates a resolver that finds images in local OCI image layouts.
 *
 * @param layouts in the order in which they are searched
 * @param fallback resolves images that no layout has; without it they fail with LAYOUT_IMAGE_MISSING
 */
export function layoutResolver(layouts: readonly Layout[], fallback?: Resolver): Resolver {
  return {
    async resolve(reference, options) {
      for (const layout of layouts) {
        const descriptor = await layout.find(reference, options.platform)
        if (descriptor !== undefined) {
          return { descriptor, origin: { kind: 'layout', from: layout.transport } }
        }
      }
      if (fallback !== undefined) return fallback.resolve(reference, options)
      const paths = layouts.map(({ path }) => path).join(', ')
      throw new PinpullError('LAYOUT_IMAGE_MISSING', { image: canonicalText(reference), paths })
    },
  }
}
