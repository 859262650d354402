// Runs the program from src, for `npm run test:src`. The sources import all modules statically, some six hundred files, so that a start
// takes five times as long as that of the bundle: with Node's compile cache, which keeps types stripped and code compiled, and
// without its search for what each import may mean. No TypeScript itself: that would load the compiler that strips types.
import { enableCompileCache, registerHooks } from 'node:module'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../../.cache/compiled', import.meta.url)))

const sources = new URL('../../src/', import.meta.url).href
registerHooks({
  /** An import between sources names its file. */
  resolve: (specifier, context, next) =>
    /^\..*\.ts$/.test(specifier) && context.parentURL?.startsWith(sources)
      ? {
          url: new URL(specifier, context.parentURL).href,
          format: 'module-typescript',
          shortCircuit: true,
        }
      : next(specifier, context),
})

const { run } = await import('../../src/cli/main.ts')
await run(process)
