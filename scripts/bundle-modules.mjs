// Makes .cache/bundled: every module of the sources, processed by the bundler like the program. The unit suites also run
// against these (`npm run test:bundled`), because code that the bundler considers dead is missing in the program but not in
// the sources.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { input, output, root } from './bundle-options.mjs'

export const folder = join(root, '.cache/bundled')

/** @returns the folder, in which `yaml/edit/scalar.mjs` is `src/yaml/edit/scalar.ts` */
export async function bundleModules() {
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
  const bundle = await rolldown({ ...input, input: sources, external: /^[^./]/ })
  rmSync(folder, { recursive: true, force: true })
  await bundle.write({
    ...output,
    // Vitest loads ES modules; the code in them is the same.
    format: 'es',
    dynamicImportInCjs: undefined,
    dir: folder,
    preserveModules: true,
    preserveModulesRoot: join(root, 'src'),
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name].mjs',
    paths: { yaml: join(root, 'dist/bundle/yaml.cjs') },
  })
  await bundle.close()
  return folder
}
