import { CONNECTIONS } from './connection-situations.ts'
import { HTTP1 } from './http1-situations.ts'
import { HTTP2 } from './http2-situations.ts'
import type { Situation } from './situation.ts'

/** Every situation of the matrix in `docs/registries.md`. */
export const SITUATIONS: readonly Situation[] = [...HTTP1, ...HTTP2, ...CONNECTIONS]
