import { printable } from '../../diagnostics/printable.ts'
import type { RequestEvent } from '../../registry/http/request-event.ts'

/**
 * Formats a step of a request for `--verbose`: `HEAD https://ghcr.io/v2/acme/web/manifests/1.4: started`, then `→ 200 in
 * 35 ms` in place of that.
 *
 * @returns a line without its end; undefined for a step that another line implies
 */
export function formatRequest(event: RequestEvent): string | undefined {
  const { method, url, role, attempt, maxAttempts } = event
  const isOther = role !== 'registry' && role !== 'mirror'
  const request = `${method} ${url}${isOther ? ` (${role})` : ''}`
  switch (event.kind) {
    case 'started':
      return printable(`${request}: started${attempt === 1 ? '' : `, try ${attempt} of ${maxAttempts}`}`)
    case 'answered': {
      const pulls = event.remaining === undefined ? '' : ` (${event.remaining} pulls left)`
      return printable(`${request} → ${event.status} in ${event.milliseconds} ms${pulls}`)
    }
    case 'failed':
      return printable(`${request} → ${event.code ?? 'given up'} after ${event.milliseconds} ms`)
    case 'waiting': {
      const seconds = (event.milliseconds / 1000).toFixed(1)
      return printable(`${request}: waits ${seconds} s for try ${attempt + 1} of ${maxAttempts}`)
    }
    case 'finished':
      return undefined
  }
}
