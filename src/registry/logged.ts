import type { Clock } from './clock.ts'
import { RegistryFailure } from './failure.ts'
import { type HttpRequest, header, type Send } from './http.ts'
import { cleanText, originOf } from './redact.ts'

/**
 * Tells of every request, with its answer's status and how long it took.
 *
 * @param log takes one line for each, fit to be printed
 */
export function logged(send: Send, clock: Pick<Clock, 'now'>, log: (line: string) => void): Send {
  return async (request) => {
    const began = clock.now()
    const what = `${request.method} ${shown(request)}`
    try {
      const answer = await send(request)
      const left = header(answer, 'ratelimit-remaining')
      const pulls = left === undefined ? '' : ` (ratelimit-remaining: ${cleanText(left, 40)})`
      log(`${what} → ${answer.status} in ${clock.now() - began} ms${pulls}`)
      return answer
    } catch (error) {
      log(`${what} → ${error instanceof RegistryFailure ? error.code : 'given up'}`)
      throw error
    }
  }
}

/**
 * The URL of a request as far as Pinpull has made it: the path of a mirror is left out, and of an address that a server has
 * sent, everything but the origin.
 */
function shown({ url, role }: HttpRequest): string {
  if (role !== 'registry' && role !== 'mirror') return `${originOf(url)} (${role})`
  return `${originOf(url)}${/\/v2\/.*/.exec(url.pathname)?.[0] ?? ''}`
}
