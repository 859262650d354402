import { isJsonObject } from '../../json.ts'
import { Refusal } from '../refusal.ts'

const MAX_CHECKPOINT_CHARACTERS = 16 * 1024
const MAX_HASHES = 64

/**
 * Checks the numbers and sizes of a log entry in a bundle before the library reads them: it makes a BigInt of any text, and
 * reads a number that is none as 0.
 */
export function checkLogEntry(entry: Record<string, unknown>): void {
  checkInteger(entry, 'logIndex')
  checkInteger(entry, 'integratedTime')
  const proof = entry['inclusionProof']
  if (!isJsonObject(proof)) return
  checkInteger(proof, 'logIndex')
  checkInteger(proof, 'treeSize')
  const { hashes, checkpoint } = proof
  if (Array.isArray(hashes) && hashes.length > MAX_HASHES) {
    throw new Refusal(
      `its inclusion proof has ${hashes.length} hashes; a log of any size needs at most ${MAX_HASHES}`,
    )
  }
  const envelope = isJsonObject(checkpoint) ? checkpoint['envelope'] : undefined
  if (typeof envelope === 'string' && envelope.length > MAX_CHECKPOINT_CHARACTERS) {
    throw new Refusal(`the checkpoint of its log has ${envelope.length} characters`)
  }
}

function checkInteger(parent: Record<string, unknown>, key: string): void {
  const value = parent[key] ?? 0
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !/^\d{1,19}$/.test(text)) {
    throw new Refusal(`${key} of its log entry is not a whole number of 0 or more`)
  }
}
