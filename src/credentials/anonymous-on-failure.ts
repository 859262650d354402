import type { Warn } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { ANONYMOUS, credentialSource } from './credential.ts'
import type { Keychain } from './keychain.ts'

/**
 * A keychain that ends with an anonymous attempt: an expired login, or a helper that is not installed, need not block
 * public images. A warning says so once for each registry.
 *
 * If the registry refuses the anonymous attempt too, the earlier failure is reported.
 */
export function anonymousOnFailure(inner: Keychain, warn: Warn): Keychain {
  const told = new Set<string>()
  const tell = (registry: string, reason: string): void => {
    if (told.has(registry)) return
    told.add(registry)
    warn({ code: 'CREDENTIAL_NOT_USED', severity: 'warning', args: { registry, reason } })
  }
  return {
    get places() {
      return inner.places
    },
    async *resolve(host, repository, signal) {
      const refused: string[] = []
      let failure: unknown
      try {
        for await (const credential of inner.resolve(host, repository, signal)) {
          yield credential
          refused.push(credentialSource(credential) ?? '')
        }
      } catch (error) {
        if (!(error instanceof PinpullError) || signal?.aborted === true) throw error
        failure = error
      }
      if (failure === undefined && refused.length === 0) return
      tell(host, failure instanceof PinpullError ? inWords(failure) : `${refused.join(', ')} was refused`)
      yield ANONYMOUS
      if (failure !== undefined) throw failure
    },
  }
}

function inWords({ code, args }: PinpullError): string {
  return args['reason'] === undefined ? code : `${code} (${args['reason']})`
}
