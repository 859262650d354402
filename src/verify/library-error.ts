import { VerificationError } from '@sigstore/verify'
import { Refusal, shown } from './refusal.ts'

/**
 * Says in plain words why the library refused a signature. What it throws besides its own errors comes from an object that is
 * not built as the library expects, and is a refusal too.
 */
export function explainError(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (!(error instanceof VerificationError)) {
    return new Refusal(`it cannot be read: ${shown(error instanceof Error ? error.message : String(error))}`)
  }
  return new Refusal(`${error.code}: ${error.message}`)
}
