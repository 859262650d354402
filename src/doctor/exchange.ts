import { parseContentType } from '../oci/media-type.ts'
import { parseReceivedUrl } from '../reference/server-url.ts'
import { parseChallenges, pickScheme } from '../registry/auth/challenge.ts'
import { redactUrl } from '../registry/errors/redact.ts'
import { type HttpRequest, type HttpResponse, header } from '../registry/http/http.ts'
import { parseErrorBody } from '../registry/http/response-error.ts'
import type { Redaction } from './redaction.ts'
import type { Step, StepStatus } from './step.ts'

/** Headers that say how many requests are left; `docker-ratelimit-source` names the caller, and is left out. */
const RATE_LIMITS = [
  'ratelimit-limit',
  'ratelimit-remaining',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'retry-after',
]

/** The name of the step of a request. */
export function requestName({ url, role }: HttpRequest): string {
  if (role === 'token server') return 'token'
  if (role === 'redirect target') return 'redirect'
  if (/\/manifests\/[^/]+$/.test(url.pathname)) return 'manifest'
  return /\/blobs\/[^/]+$/.test(url.pathname) ? 'config' : 'API'
}

/** The steps of a response: its status, what the server says about an error, and its rate limits. */
export function describeResponse(
  request: HttpRequest,
  response: HttpResponse,
  milliseconds: number,
  clean: Redaction['clean'],
): readonly Step[] {
  const [first] = response.status >= 400 ? parseErrorBody(response) : []
  const said = first === undefined ? '' : `: ${clean(`${first.code} ${first.message}`.trim(), true)}`
  const page = isPage(response) ? ', an HTML page' : ''
  const carried = request.headers['authorization'] === undefined ? '' : ' with credentials'
  const name = requestName(request)
  const steps: Step[] = [
    {
      name,
      status: statusOf(request, response),
      text: `${request.method} ${printableTarget(request)}${name === 'token' ? '' : carried}: ${response.status}${page}${said}`,
      milliseconds,
    },
  ]
  const location = response.status >= 300 && response.status < 400 ? header(response, 'location') : undefined
  if (location !== undefined) {
    const url = parseReceivedUrl(location, request.url)
    const text = url === undefined ? 'to something that is not a URL' : `to ${redactUrl(url)}`
    steps.push({ name: 'redirect', status: 'info', text })
  }
  const limits = RATE_LIMITS.flatMap((name) => {
    const value = header(response, name)
    return value === undefined ? [] : [`${name} ${clean(value, true)}`]
  })
  if (limits.length > 0) {
    const status = response.status === 429 ? 'warning' : 'info'
    steps.push({ name: 'rate limit', status, text: limits.join(', ') })
  }
  return steps
}

/** The parts of a URL that may be printed; of a URL from a server, only scheme, host and port. */
function printableTarget({ url, role }: HttpRequest): string {
  if (role !== 'registry' && role !== 'mirror') return redactUrl(url)
  return `${redactUrl(url)}${/\/v2\/.*/.exec(url.pathname)?.[0] ?? ''}`
}

function isPage(response: HttpResponse): boolean {
  return parseContentType(header(response, 'content-type')) === 'text/html'
}

function statusOf({ headers, method }: HttpRequest, response: HttpResponse): StepStatus {
  const { status } = response
  if (isPage(response)) return 'warning'
  if (status < 300) return 'ok'
  if (status < 400) return 'info'
  if (status === 401 && headers['authorization'] === undefined) return 'info'
  // GET follows, and its answer counts.
  return status === 404 && method === 'HEAD' ? 'info' : 'warning'
}

/** How a registry wants requests to be authenticated; undefined for any status but 401. */
export function describeChallenge(
  { url }: HttpRequest,
  response: HttpResponse,
  clean: Redaction['clean'],
): Step | undefined {
  if (response.status !== 401) return undefined
  const challenges = parseChallenges(response.headers['www-authenticate'] ?? [])
  const scheme = pickScheme(challenges)
  if (scheme === undefined) {
    const names = challenges.map(({ scheme: name }) => clean(name, true)).join(', ')
    const text = names === '' ? 'none' : `only ${names}, which is not supported`
    return {
      name: 'challenge',
      status: 'warning',
      text,
      hint: 'check that this is a container registry: Bearer and Basic are supported',
    }
  }
  if (scheme.kind === 'basic') {
    return { name: 'challenge', status: 'info', text: 'Basic: the password goes to the registry itself' }
  }
  const { realm, service, scope } = scheme
  const parts = [
    `token server ${realmText(realm, url, clean)}`,
    ...(service === undefined ? [] : [`service ${clean(service, true)}`]),
    ...(scope === undefined ? [] : [`scope ${clean(scope, true)}`]),
  ]
  return { name: 'challenge', status: 'info', text: `Bearer: ${parts.join(', ')}` }
}

/** The URL of a token server without its query, which may hold a key. */
function realmText(realm: string, registry: URL, clean: Redaction['clean']): string {
  const url = parseReceivedUrl(realm, registry)
  if (url === undefined || url.username !== '' || url.password !== '') return 'with a URL that is not used'
  return clean(`${redactUrl(url)}${url.pathname}`, true)
}
