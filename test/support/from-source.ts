// Runs the program from src, for `npm run test:src`. Node strips the types of every file at every start, since the sources
// import all modules statically; its compile cache keeps the result, which makes a start three times as fast.
import { enableCompileCache } from 'node:module'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../../.cache/compiled', import.meta.url)))
const { run } = await import('../../src/cli/main.ts')
await run(process)
