import { processRunner, type Run } from '../credentials/program.ts'

/** Runs programs beside this process. */
export const runProcess: Run = processRunner(process)
