import { findProgram, type Need } from './need.ts'

const found = findProgram('kpt', 'install kpt: neither the Go module proxy nor Debian has it')

/** kpt, where the machine has it. */
export const kpt: Need = found.kind === 'missing' ? { ...found, optional: true } : found
