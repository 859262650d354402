import { parseReferrers, type Referrer } from '../oci/artifact.ts'
import { attachmentTag } from '../oci/attached-layers.ts'
import { OCI_INDEX, parseContentType } from '../oci/media-type.ts'
import { shortTag } from '../oci/short-name.ts'
import type { Digest } from '../reference/reference.ts'
import { isMissing, ofUnknownSize, type SearchContext } from './attached-object.ts'
import { SMALL_ANSWER } from './attachment-budget.ts'
import { RegistryError } from './errors/registry-error.ts'
import { contentUrl } from './hosts/endpoint.ts'
import { type HttpResponse, header, isSameOrigin } from './http/http.ts'
import { formatMebibytes } from './http/limits.ts'
import { requestManifest, responseError } from './manifest-request.ts'

/** What a search at one endpoint uses. */
export interface ReferrerContext extends SearchContext {
  /** The base URLs of the endpoints that have answered by the referrers API so far; added to. */
  readonly withReferrersApi: Set<string>
}

/** The manifests that refer to a digest. */
export interface ListedReferrers {
  readonly referrers: readonly Referrer[]
  /** What was asked for, for messages. */
  readonly place: string
  /** The tag of the index that lists them; absent if the API has answered. */
  readonly tag?: string
  readonly problems: readonly string[]
}

/**
 * Statuses by which registries and proxies say that they have no referrers API. The specification only knows 404; go-containerregistry
 * accepts 400 and 406, too.
 */
const NO_API: ReadonlySet<number> = new Set([400, 404, 405, 406, 501])

/**
 * Lists the referrers of a digest (OCI distribution-spec, "Listing Referrers"): by the API, or, if the endpoint has none,
 * from the index behind the fallback tag `sha256-<hex>`. Most registries have no API, so both are requested at the same
 * time until an endpoint has answered by its API, whose answer alone counts then.
 *
 * No filter is requested: an artifact type is filtered as a whole, and there is one for each version of the bundle.
 *
 * @throws {RegistryError} if neither could be looked at
 */
export async function listReferrers(subject: Digest, searched: ReferrerContext): Promise<ListedReferrers> {
  const context = ofUnknownSize(searched)
  const { endpoint, withReferrersApi } = context
  const tag = attachmentTag(subject, '')
  const early = withReferrersApi.has(endpoint.base) ? undefined : readFallbackTag(tag, context)
  // If the API answers, nobody waits for the tag.
  early?.catch(() => {})
  const first = await requestReferrers(contentUrl(endpoint, context.reference, 'referrers', subject), context)
  if (first === undefined) return await (early ?? readFallbackTag(tag, context))
  withReferrersApi.add(endpoint.base)
  return await readPages(first, context)
}

/** One page of the answer of the API. */
interface Page {
  readonly url: URL
  readonly response: HttpResponse
}

/** @returns undefined if there is no API */
async function requestReferrers(url: URL, context: ReferrerContext): Promise<Page | undefined> {
  const response = await context.fetch('GET', url, { accept: OCI_INDEX }, context.limits.maxManifestBytes)
  if (NO_API.has(response.status)) return undefined
  if (response.status !== 200) throw responseError(response, context)
  // A server that answers everything with a page for people, or as if a tag had been requested.
  if (!response.isTruncated && parsePage(response) === undefined) return undefined
  return { url, response }
}

async function readPages(first: Page, context: ReferrerContext): Promise<ListedReferrers> {
  const { maxReferrerPages, maxManifestBytes, maxAttachedBytes } = context.limits
  const referrers: Referrer[] = []
  const problems: string[] = []
  let broken = 0
  let bytes = 0
  const seen = new Set<string>()
  for (let page: Page | undefined = first; page !== undefined; ) {
    seen.add(page.url.href)
    const { response, url }: Page = page
    page = undefined
    if (response.isTruncated) {
      problems.push(`a page of the list is larger than ${formatMebibytes(maxManifestBytes)}`)
      break
    }
    const list = parsePage(response)
    if (list === undefined) {
      problems.push(`page ${seen.size} of the list is not an OCI index`)
      break
    }
    for (const one of list.referrers) referrers.push(one)
    broken += list.broken
    bytes += response.body.length
    const next = nextPage(response, url)
    if (next === undefined) break
    const fault =
      next === 'other host'
        ? 'is at another host'
        : seen.has(next.href)
          ? 'was read before'
          : seen.size >= maxReferrerPages
            ? `is left out: at most ${maxReferrerPages} are read`
            : bytes > maxAttachedBytes
              ? `is left out: those before it have more than ${formatMebibytes(maxAttachedBytes)}`
              : undefined
    if (fault !== undefined) {
      problems.push(`page ${seen.size + 1} of the list ${fault}`)
      break
    }
    await context.take(SMALL_ANSWER)
    page = await requestReferrers(next as URL, context)
    if (page === undefined) problems.push(`page ${seen.size + 1} of the list is missing`)
  }
  return { referrers, place: 'referrers', problems: [...problems, ...brokenEntries(broken)] }
}

function parsePage(response: HttpResponse): ReturnType<typeof parseReferrers> {
  return parseReferrers(response.body, parseContentType(header(response, 'content-type')))
}

/** The next page by the header `Link` (RFC 8288), which may go to the same server only. */
function nextPage(response: HttpResponse, url: URL): URL | 'other host' | undefined {
  const links = (response.headers['link'] ?? []).flatMap((line) => [
    ...line.matchAll(/<([^>]*)>((?:\s*;\s*[\w-]+(?:\s*=\s*(?:"[^"]*"|[^\s",;]+))?)*)/g),
  ])
  const target = links.find(([, , parameters = '']) =>
    /;\s*rel\s*=\s*"?next"?(?=\s*(?:;|$))/i.test(parameters),
  )?.[1]
  if (target === undefined) return undefined
  const next = URL.parse(target, url.href)
  if (next === null || !isSameOrigin(next, url)) return 'other host'
  const namespace = url.searchParams.get('ns')
  if (namespace !== null && !next.searchParams.has('ns')) next.searchParams.set('ns', namespace)
  next.hash = ''
  return next
}

async function readFallbackTag(tag: string, context: ReferrerContext): Promise<ListedReferrers> {
  const { domain, path, text } = context.reference
  const name = shortTag(tag)
  const place = `tag ${name}`
  try {
    const { response, contentType } = await requestManifest(tag, {
      ...context,
      reference: { domain, path, text, tag },
    })
    const list = parseReferrers(response.body, contentType)
    if (list === undefined) return { referrers: [], place, problems: [`${name} is not an OCI index`] }
    return { referrers: list.referrers, place, tag, problems: brokenEntries(list.broken) }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    if (isMissing(error)) return { referrers: [], place, problems: [] }
    if (error.code !== 'MANIFEST_TOO_LARGE') throw error
    return { referrers: [], place, problems: [`${name} is larger than ${error.args['limit']}`] }
  }
}

function brokenEntries(count: number): readonly string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? 'entry' : 'entries'} of the list have no valid digest`]
}
