import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
// @ts-expect-error: a script, which has no types
import { bundleModules } from './scripts/bundle-modules.mjs'
import suites from './vitest.config.ts'

/** The rooms with checks for security or for the integrity of manifests. */
const ROOMS = ['credentials', 'files', 'plan', 'reference', 'registry', 'yaml']

const sources = fileURLToPath(new URL('src', import.meta.url))
const bundled: string = await bundleModules()

/** Replaces imports of sources with the bundled modules. */
const plugin = {
  name: 'sources as they are bundled',
  enforce: 'pre' as const,
  resolveId(source: string, importer: string | undefined) {
    if (!source.startsWith('.') || importer === undefined) return undefined
    const path = relative(sources, resolve(dirname(importer), source))
    return path.startsWith('..') ? undefined : join(bundled, path.replace(/\.ts$/, '.mjs'))
  },
}

/** The unit suites on the bundled code (`npm run test:bundled`). */
export default defineConfig({
  plugins: [plugin],
  test: {
    ...suites.test,
    // Node itself loads the bundled library, which is CommonJS.
    server: { deps: { external: [/\/dist\/bundle\/yaml\.cjs$/] } },
    include: ROOMS.map((room) => `test/${room}/**/*.test.ts`),
  },
})
