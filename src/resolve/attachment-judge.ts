import { PinpullError } from '../diagnostics/errors.ts'
import type { Attachments } from '../oci/attachment.ts'
import type { VerifyRequest } from '../plan/verifier.ts'
import type { PublicKey, VerifyDemand, VerifySubject } from '../verify/demand.ts'
import { parsePublicKey } from '../verify/public-key.ts'
import { parseTrustedRoot, publicGoodRoot, type TrustedRoot } from '../verify/trusted-root.ts'
import type { Verdict } from '../verify/verdict.ts'
import { verifyAttachments } from '../verify/verify-attachments.ts'

/** Judges what is attached to a digest by a rule of the configuration. */
export interface AttachmentJudge {
  /**
   * Reads the keys and the root of a rule, once, and loads what verifies.
   * @throws {PinpullError} VERIFY_SETTINGS_INVALID
   */
  prepare(rule: VerifyRequest['rule']): Promise<PreparedRule>
}

/** A rule whose files are read. */
export type PreparedRule = (subject: VerifySubject, attachments: Attachments) => Verdict

/**
 * Reads a file that a rule names.
 *
 * @param path relative to the configuration's folder
 * @returns its bytes; or why it cannot be read, as a clause
 */
export type ReadRuleFile = (path: string) => Promise<Uint8Array | { readonly problem: string }>

/**
 * Creates a judge. Each file is read once.
 * @param onRoot is called for each rule that needs a trusted root, with its name
 */
export function attachmentJudge(
  readFile: ReadRuleFile,
  onRoot: (name: string) => void = () => {},
): AttachmentJudge {
  const parse = async <T extends object>(
    file: string,
    parseBytes: (bytes: Uint8Array) => T | { readonly problem: string },
  ): Promise<T> => {
    const read = await readFile(file)
    const parsed = read instanceof Uint8Array ? parseBytes(read) : read
    if (!('problem' in parsed)) return parsed
    throw new PinpullError('VERIFY_SETTINGS_INVALID', { file, reason: String(parsed.problem) })
  }
  const keyOf = memoize((file: string) => parse<PublicKey>(file, (bytes) => parsePublicKey(file, bytes)))
  const rootOf = memoize((file: string | undefined) =>
    file === undefined ? Promise.resolve(publicGoodRoot()) : parse<TrustedRoot>(file, parseTrustedRoot),
  )
  return {
    prepare: memoize(async (rule: VerifyRequest['rule']) => {
      const demand: VerifyDemand = {
        ...rule,
        keys: await Promise.all(rule.keys.map(keyOf)),
        trustedRoot: await rootOf(rule.trustedRoot),
      }
      // A key without a log needs no root.
      if (rule.identities.length > 0 || rule.transparencyLog === 'required') onRoot(demand.trustedRoot.name)
      return (subject: VerifySubject, attachments: Attachments) =>
        verifyAttachments(subject, attachments, demand)
    }),
  }
}

/** Calls `make` once for each key. */
function memoize<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => {
    if (known.has(key)) return known.get(key) as V
    const value = make(key)
    known.set(key, value)
    return value
  }
}
