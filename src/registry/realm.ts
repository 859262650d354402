import { readSentUrl } from '../reference/server-url.ts'
import type { Reach } from './address.ts'
import { RegistryFailure } from './failure.ts'
import { originOf } from './redact.ts'
import { judgeTarget, type Sender } from './safe-target.ts'

/** A token server that may be asked. */
export interface CheckedRealm {
  readonly url: URL
  /** Which addresses it may have; undefined where it is the registry itself. */
  readonly reach: Reach | undefined
}

/**
 * The URL of the token server that a registry names. It may be relative.
 *
 * @param text as the challenge has it
 * @param sender the registry
 * @throws {RegistryFailure} REGISTRY_UNSAFE_REALM
 */
export function checkedRealm(text: string, sender: Sender): CheckedRealm {
  const url = readSentUrl(text, sender.url)
  if (url === undefined) throw unsafeRealm('a realm', 'it is no URL')
  const judgement = judgeTarget(sender, url)
  if (!judgement.isSafe) throw unsafeRealm(originOf(url), judgement.reason)
  return { url, reach: judgement.reach }
}

function unsafeRealm(target: string, reason: string): RegistryFailure {
  return new RegistryFailure('REGISTRY_UNSAFE_REALM', { target, reason })
}
