// Runs the program from src, for `npm run test:src`; Node strips the types.
import process from 'node:process'
import { run } from '../../src/cli/main.ts'

await run(process)
