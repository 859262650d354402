import { catalogueEntry } from '../diagnostics/catalogue.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { formatCause, formatHint } from '../report/message.ts'
import type { Step } from './step.ts'

/** Why a request got no response, in words. */
export function describeFailure(error: unknown, host: string): string {
  if (!(error instanceof PinpullError)) return 'the run ended before it answered'
  const { code, args } = error
  switch (code) {
    case 'DEADLINE_EXCEEDED':
      return `${host} did not answer within ${args['timeout']}`
    case 'REGISTRY_TIMEOUT':
      return `${host} did not answer within ${args['seconds']} s (${args['stage']})`
    case 'REGISTRY_SPEAKS_TLS':
      return `${host} closed the connection without a response`
    case 'REGISTRY_SPEAKS_HTTP':
      return `${host} speaks plain HTTP where HTTPS was expected`
    case 'REGISTRY_HOST_UNKNOWN':
      return `${args['host'] ?? host} cannot be resolved (${args['reason']})`
    case 'REGISTRY_PROXY_FAILED':
      return `${args['proxy']}: ${args['reason']}`
    default:
      return `${host}: ${args['reason'] ?? catalogueEntry(code).title}`
  }
}

/** What to do about an error of a request to a host. */
export function failureHint(error: unknown, host: string): string | undefined {
  if (!(error instanceof PinpullError)) return undefined
  const { code, args } = error
  if (code === 'DEADLINE_EXCEEDED')
    return `find out whether ${host} is overloaded or a firewall drops packets, or raise --timeout`
  return withoutDoctor(formatHint({ code, args: { server: host, registry: host, ...args } }))
}

/** The last step of a subject that failed: what the filter would report. */
export function failedResult({ code, args }: PinpullError): Step {
  const { image: _, ...others } = args
  return {
    name: 'result',
    status: 'failed',
    text: `${code}: ${formatCause({ code, args: others })}`,
    hint: withoutDoctor(formatHint({ code, args })),
  }
}

/** Drops the advice to run doctor, whose output this is. */
function withoutDoctor(hint: string): string {
  return hint.replace(/; pinpull doctor [^;]*$/, '')
}
