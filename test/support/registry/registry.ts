import { type AuthOptions, createGate, json } from './auth.ts'
import { type Blob, buildImage, type Image, type ImageSpec, MEDIA_TYPES } from './image.ts'
import { type Listener, listen, type TlsOptions } from './listener.ts'
import {
  type Answer,
  createScript,
  type LoggedRequest,
  type Match,
  matches,
  type Rule,
  type SeenRequest,
} from './script.ts'
import { createStore, negotiate } from './store.ts'

export interface RegistryOptions {
  /** Returns an image for every repository and tag, with bytes that only depend on the name. */
  readonly anyName?: boolean | ImageSpec
  /**
   * A pull-through mirror of several registries, as for containerd: every request must have `?ns=HOST`, and
   * repositories are named `HOST/path` in `push`.
   */
  readonly mirror?: boolean
  /** Whether it has the referrers API, and how many entries a page has. Default: 404, as the distribution project's registry. */
  readonly referrers?: { readonly pageSize?: number }
  readonly auth?: AuthOptions
  /** The URL under which a proxy makes it known, for its challenges. Default: its own. */
  readonly publicUrl?: string
  /** HTTPS, with a certificate from its own authority. */
  readonly tls?: TlsOptions
  /** Milliseconds since the epoch, for the expiry of tokens. Default: the real clock. */
  readonly now?: () => number
}

export interface Pushed extends Image {
  /** The digest of the tag. */
  readonly digest: string
}

/** A registry that listens on a free port of the loopback interface. */
export interface TestRegistry {
  /** `127.0.0.1:PORT`, as in an image reference. */
  readonly host: string
  /** With `http://` or `https://`. */
  readonly url: string
  /** The certificate authority as PEM; only with `tls`. */
  readonly ca: string | undefined
  /** Every request in the order of arrival, with the status of the response. */
  readonly requests: readonly LoggedRequest[]
  /** @param name repository and tag, such as `library/nginx:1.27`; without a tag it can only be read by digest */
  push(name: string, image?: ImageSpec): Pushed
  /** Adds one ready-made manifest (an artifact, schema 1, a nested index) under a name, and the blobs that it names. */
  pushManifest(name: string, manifest: Blob, blobs?: readonly Blob[]): void
  untag(name: string): void
  /** Adds a rule for faulty responses: the first matching rule that still applies is used. */
  script(...rules: readonly Rule[]): void
  clearScript(): void
  count(match?: Match): number
  clearRequests(): void
  close(): Promise<void>
}

/**
 * Starts a registry: `GET` and `HEAD` of manifests, blobs and tag lists (OCI distribution-spec, "Pull"), a token
 * endpoint, a log, and a script of faults. It shares no code with the client that it tests.
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const store = createStore(options.anyName === true ? {} : options.anyName || undefined)
  const script = createScript()
  const gate = options.auth && createGate(options.auth, options.now ?? Date.now)
  const requests: LoggedRequest[] = []
  const listeners: Listener[] = []

  const start = async (server: SeenRequest['server'], answer: (request: SeenRequest) => Answer) => {
    const listener = await listen(options.tls, server, (request) => {
      const given = script.apply(answer(request), request)
      requests.push({ ...request, status: given.hang || given.cutAfter === 0 ? 0 : given.status })
      return given
    })
    listeners.push(listener)
    return listener
  }

  const ownRealm = options.auth?.kind === 'bearer' && options.auth.realm === 'own server'
  const tokens = ownRealm && gate ? await start('token', gate.token) : undefined
  const registry: Listener = await start('registry', (request) => {
    if (gate && request.path === '/token' && !ownRealm) return gate.token(request)
    const asked = parsePath(request, options.mirror === true)
    if (asked === undefined) return notFound('UNSUPPORTED', 'not a registry path')
    const refused = gate?.check(
      request,
      asked.repository,
      `${options.publicUrl ?? (tokens ?? registry).url}/token`,
    )
    return refused ?? serve(store, asked, request, options.referrers)
  })

  return {
    host: registry.host,
    url: registry.url,
    ca: registry.ca,
    requests,
    push: (name, spec) => {
      const { repository, tag } = splitName(name)
      const image = buildImage({ seed: name, ...spec })
      store.put(repository, tag, image)
      return { ...image, digest: image.top.digest }
    },
    pushManifest: (name, manifest, blobs = []) => {
      const { repository, tag } = splitName(name)
      store.put(repository, tag, { top: manifest, manifests: [], blobs })
    },
    untag: (name) => {
      const { repository, tag = '' } = splitName(name)
      store.untag(repository, tag)
    },
    script: (...rules) => {
      for (const rule of rules) script.add(rule)
    },
    clearScript: script.clear,
    count: (match = {}) => requests.filter((request) => matches(match, request)).length,
    clearRequests: () => {
      requests.length = 0
    },
    close: async () => {
      await Promise.all(listeners.map((one) => one.close()))
    },
  }
}

interface Asked {
  readonly kind: 'root' | 'manifests' | 'blobs' | 'tags' | 'referrers' | 'no mirror'
  readonly repository?: string
  readonly reference?: string
}

function parsePath(request: SeenRequest, mirror: boolean): Asked | undefined {
  if (request.path === '/v2/' || request.path === '/v2') return { kind: 'root' }
  const match = /^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/([^/]+)$/.exec(
    decodeURIComponent(request.path),
  )
  if (match === null) return undefined
  const [, name, kind, reference] = match as unknown as [
    string,
    string,
    'manifests' | 'blobs' | 'tags' | 'referrers',
    string,
  ]
  const host = request.query.get('ns')
  if (mirror && host === null) return { kind: 'no mirror', repository: name }
  return { kind, repository: mirror ? `${host}/${name}` : name, reference }
}

function serve(
  store: ReturnType<typeof createStore>,
  asked: Asked,
  request: SeenRequest,
  api: RegistryOptions['referrers'],
): Answer {
  const { kind, repository = '', reference = '' } = asked
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return json(405, { errors: [{ code: 'UNSUPPORTED', message: 'this registry is read-only' }] })
  switch (kind) {
    case 'root':
      return json(200, {}, API_VERSION)
    case 'no mirror':
      return json(400, { errors: [{ code: 'NAME_INVALID', message: 'a mirror is asked with ?ns=HOST' }] })
    case 'tags':
      return store.has(repository)
        ? json(200, { name: repository, tags: store.tags(repository) }, API_VERSION)
        : notFound('NAME_UNKNOWN', 'repository name not known to registry')
    case 'blobs': {
      const blob = store.blob(repository, reference)
      return blob ? content(blob, 'application/octet-stream') : notFound('BLOB_UNKNOWN', 'blob unknown')
    }
    case 'referrers':
      return api === undefined
        ? notFound('UNSUPPORTED', 'not a registry path')
        : referrersPage(store.referrers(repository, reference), request, api.pageSize)
    case 'manifests': {
      if (!store.has(repository)) return notFound('NAME_UNKNOWN', 'repository name not known to registry')
      const stored = store.manifest(repository, reference)
      const manifest =
        stored &&
        negotiate(stored, request.headers.accept ?? '', (digest) => store.manifest(repository, digest))
      return manifest ? content(manifest) : notFound('MANIFEST_UNKNOWN', 'manifest unknown')
    }
  }
}

/** One page of the referrers API; its number is in the query (OCI distribution-spec, "Listing Referrers"). */
function referrersPage(
  all: readonly object[],
  { path, query }: SeenRequest,
  pageSize: number = Number.POSITIVE_INFINITY,
): Answer {
  const page = Number(query.get('page') ?? 0)
  const end = (page + 1) * pageSize
  const manifests = page === 0 ? all.slice(0, end) : all.slice(page * pageSize, end)
  const next = end < all.length ? { link: `<${path}?page=${page + 1}>; rel="next"` } : {}
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.oci.index, manifests }
  return json(200, index, { 'content-type': MEDIA_TYPES.oci.index, ...next })
}

const API_VERSION = { 'docker-distribution-api-version': 'registry/2.0' }

function content(blob: Blob, mediaType: string = blob.mediaType): Answer {
  const headers = {
    ...API_VERSION,
    'content-type': mediaType,
    'content-length': String(blob.bytes.length),
    'docker-content-digest': blob.digest,
  }
  return { status: 200, headers, body: blob.bytes }
}

function notFound(code: string, message: string): Answer {
  return json(404, { errors: [{ code, message }] }, API_VERSION)
}

function splitName(name: string): { repository: string; tag?: string } {
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1)
  return colon < 0 ? { repository: name } : { repository: name.slice(0, colon), tag: name.slice(colon + 1) }
}
