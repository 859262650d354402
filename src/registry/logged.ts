import type { Clock } from './clock.ts'
import { RegistryFailure } from './failure.ts'
import { header, type Send } from './http.ts'
import { cleanText, redactUrl } from './redact.ts'

/**
 * Tells of every request, with its answer's status and how long it took.
 *
 * @param log takes one line for each, fit to be printed
 */
export function logged(send: Send, clock: Pick<Clock, 'now'>, log: (line: string) => void): Send {
  return async (request) => {
    const began = clock.now()
    const what = `${request.method} ${redactUrl(request.url)}`
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
