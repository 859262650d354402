import { processRunner, type Run } from '../credentials/process.ts'

/** Runs programs beside this process. */
export const runProcess: Run = processRunner(process)
