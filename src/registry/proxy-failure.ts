import { RegistryFailure } from './failure.ts'
import type { HttpProxy } from './proxy.ts'
import { cleanText } from './redact.ts'

/** The failure of a proxy; asking again may help where there was no answer. */
export function proxyFailure({ url }: HttpProxy, reason: string, cause?: Error): RegistryFailure {
  return new RegistryFailure(
    'REGISTRY_PROXY_FAILED',
    { proxy: url.origin, reason: cleanText(reason) },
    { cause, isTemporary: cause !== undefined, server: { host: url.host, role: 'proxy' } },
  )
}
