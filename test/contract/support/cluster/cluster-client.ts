import { Agent, request as httpsRequest } from 'node:https'

/** An object of any kind, as JSON. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name?: string
    readonly generateName?: string
    readonly namespace?: string
    readonly [key: string]: unknown
  }
  readonly [key: string]: unknown
}

/** What the API server answers. */
export interface ApiAnswer {
  readonly status: number
  /** The object, or a Status that says why there is none. */
  readonly body: KubernetesObject & { readonly message?: string }
  /** The texts of its `Warning` headers, which kubectl prints. */
  readonly warnings: readonly string[]
}

/** How a kind is addressed. */
export interface ApiResource {
  /** `/api/v1` or `/apis/GROUP/VERSION`. */
  readonly root: string
  /** The plural in lower case. */
  readonly name: string
  readonly namespaced: boolean
}

/** A client of one API server, over connections that are kept. */
export interface ClusterClient {
  /**
   * Sends a request.
   *
   * @param path with its query, from the root
   * @param body sent as JSON
   * @param type the media type of the body, for patches
   */
  request(method: string, path: string, body?: unknown, type?: string): Promise<ApiAnswer>
  /** How a kind is addressed; undefined if the server does not know it. */
  resource(apiVersion: string, kind: string): Promise<ApiResource | undefined>
  /**
   * Creates an object, as `kubectl create --validate=strict` does: an unknown or repeated field is an error.
   *
   * @param options `dryRun` runs everything, admission included, and stores nothing
   * @returns the server's answer, or one with the status 404 if it does not know the kind
   */
  create(object: KubernetesObject, options?: { readonly dryRun?: boolean | undefined }): Promise<ApiAnswer>
  /** Replaces an object, likewise. */
  update(object: KubernetesObject, options?: { readonly dryRun?: boolean | undefined }): Promise<ApiAnswer>
  /** Reads an object that is like this one in kind, namespace and name. */
  get(object: KubernetesObject): Promise<ApiAnswer>
  /** Removes it. */
  remove(object: KubernetesObject): Promise<ApiAnswer>
  close(): void
}

/** @param server its URL, the bearer token to send, and the certificate to trust, as PEM */
export function connect(server: {
  readonly url: string
  readonly token: string
  readonly ca: string
}): ClusterClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 16, ca: server.ca })
  const known = new Map<string, ApiResource>()

  const request: ClusterClient['request'] = (method, path, body, type = 'application/json') =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body)
      const headers = {
        // Without it, Node sends the body of a DELETE so that the server takes it for the next request.
        'content-length': Buffer.byteLength(text),
        authorization: `Bearer ${server.token}`,
        'content-type': type,
        accept: 'application/json',
      }
      const sent = httpsRequest(server.url + path, { method, agent, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: bodyOf(Buffer.concat(chunks).toString()),
            warnings: warningsIn(response.headersDistinct['warning'] ?? []),
          }),
        )
      })
      sent.on('error', reject)
      sent.end(text)
    })

  const resource: ClusterClient['resource'] = async (apiVersion, kind) => {
    const key = `${apiVersion} ${kind}`
    const found = known.get(key)
    if (found !== undefined) return found
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const { status, body } = await request('GET', root)
    if (status !== 200) return undefined
    for (const { name, kind: its, namespaced } of body['resources'] as {
      name: string
      kind: string
      namespaced: boolean
    }[]) {
      if (!name.includes('/')) known.set(`${apiVersion} ${its}`, { root, name, namespaced })
    }
    return known.get(key)
  }

  /** Sends a request about an object, to the collection of its kind or, with a name, to itself. */
  const about = async (
    method: string,
    object: KubernetesObject,
    { named = true, body, query = '' }: { named?: boolean; body?: unknown; query?: string } = {},
  ): Promise<ApiAnswer> => {
    const found = await resource(object.apiVersion, object.kind)
    if (found === undefined) {
      const message = `the server does not know ${object.apiVersion} ${object.kind}`
      return { status: 404, warnings: [], body: { apiVersion: 'v1', kind: 'Status', metadata: {}, message } }
    }
    const namespace = found.namespaced ? `/namespaces/${object.metadata.namespace ?? 'default'}` : ''
    const name = named ? `/${encodeURIComponent(object.metadata.name ?? '')}` : ''
    return request(method, `${found.root}${namespace}/${found.name}${name}${query}`, body)
  }
  const strict = ({ dryRun = false }: { readonly dryRun?: boolean | undefined } = {}): string =>
    `?fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`

  return {
    request,
    resource,
    create: (object, options) =>
      about('POST', object, { named: false, body: object, query: strict(options) }),
    update: (object, options) => about('PUT', object, { body: object, query: strict(options) }),
    get: (object) => about('GET', object),
    remove: (object) => about('DELETE', object),
    close: () => agent.destroy(),
  }
}

/** The body of `/readyz` is a text. */
function bodyOf(text: string): ApiAnswer['body'] {
  if (text.startsWith('{')) return JSON.parse(text)
  return { apiVersion: 'v1', kind: 'Status', metadata: {}, message: text }
}

/** `299 - "text"`, with backslashes before quotes (RFC 7234, 5.5). */
function warningsIn(headers: readonly string[]): string[] {
  return headers.flatMap((header) =>
    [...header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
      text.replace(/\\(.)/g, '$1'),
    ),
  )
}
