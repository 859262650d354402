import { joinAccount } from '../../src/diagnostics/account.ts'
import type { Code } from '../../src/diagnostics/catalogue.ts'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import type { Verifier, VerifyRequest } from '../../src/plan/verifier.ts'
import { parseDigest } from '../../src/reference/digest.ts'
import { repositoryName } from '../../src/reference/reference.ts'

/** A verifier that knows who signed what, and notes what it was asked for. */
export interface FixedVerifier extends Verifier {
  readonly asked: VerifyRequest[]
}

/**
 * @param table maps a digest, by the hex character that it repeats, to the code with which it fails; every other digest is signed by the
 *   first key of the rule
 */
export function fixedVerifier(table: Readonly<Record<string, Code>> = {}): FixedVerifier {
  const asked: VerifyRequest[] = []
  return {
    asked,
    verify: async (request) => {
      asked.push(request)
      const { reference, digest, rule } = request
      const code = table[digest.at(-1) ?? '']
      if (code === undefined) {
        const bundle = parseDigest(`sha256:${'0'.repeat(64)}`)
        const attachment = {
          kind: 'signature',
          content: new Uint8Array(),
          annotations: {},
          place: `${digest.replace(':', '-')}.sig`,
          digest: bundle,
        } as const
        const [signer = 'nobody'] = rule.keys
        return {
          rule: rule.label,
          by: 'key',
          signer,
          objects: [{ bundle, attachment }],
          from: reference.domain,
        }
      }
      const tag = digest.replace(':', '-')
      throw new PinpullError(code, {
        image: 'the verifier knows no better name',
        digest,
        demand: 'a signature',
        looked: joinAccount([`${reference.domain}: nothing in referrers, nothing in tag ${tag}.sig`]),
        file: rule.keys[0] ?? '',
        reason: 'the table says so',
        registry: reference.domain,
        repository: repositoryName(reference),
        tries: 4,
      })
    },
  }
}
