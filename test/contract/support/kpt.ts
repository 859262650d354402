import { findProgram, type Need } from './need.ts'

const found = findProgram('kpt', 'install kpt: neither the Go module proxy nor Debian has it')

/** kpt, where the machine has it. */
export const kpt: Need = found.kind === 'missing' ? { ...found, optional: true } : found

/** The version that the tests were last run with. */
export const KPT_VERSION = '1.0.0-beta.56'
