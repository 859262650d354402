import type { Http2Session } from 'node:http2'
import { headersOf, INDEX, manifest } from '../ask-registry.ts'
import { type Choices, seededChoices } from '../choices.ts'
import type { Certificate } from '../registry/certificate.ts'
import { head, reset } from './answers.ts'
import { http2Server } from './http2-server.ts'
import { type RawServer, rawServer } from './raw-server.ts'

/** A registry that returns a distinct index for every tag, and closes connections at random. */
export interface ClosingRegistry extends RawServer {
  /** Returns the digest of a tag. */
  readonly digest: (tag: string) => string
  /** Returns the number of requests with a method for a tag that were cut before the whole response was sent. */
  readonly cuts: (method: string, tag: string) => number
}

export interface ClosingOptions {
  readonly seed: number
  /** The percentage of requests that are cut. */
  readonly percent: number
  /** Whether connections are also closed between requests. */
  readonly between: boolean
  readonly certificate: Certificate
  readonly over: 'HTTP/1.1' | 'HTTP/2'
}

/** Starts the registry; the same seed gives the same decisions for the same order of requests. */
export async function closingRegistry(options: ClosingOptions): Promise<ClosingRegistry> {
  const { seed, percent, between, certificate, over } = options
  const choices = seededChoices(seed)
  const cuts = new Map<string, number>()
  const content = (tag: string) => manifest(INDEX.type, { ...JSON.parse(INDEX.text), annotations: { tag } })
  const cut = (method: string, tag: string): void => {
    const key = `${method} ${tag}`
    cuts.set(key, (cuts.get(key) ?? 0) + 1)
  }
  const isCut = (): boolean => choices.choose(100) < percent
  const tagOf = (target: string): string => /\/manifests\/(.+)$/.exec(target)?.[1] ?? ''
  const server =
    over === 'HTTP/1.1'
      ? await rawServer({
          tls: certificate,
          onRequest: (socket, { method, target }) => {
            const tag = tagOf(target)
            const { text, digest } = content(tag)
            const answer = `${head(200, { 'docker-content-digest': digest, 'content-length': String(text.length) })}\r\n${method === 'HEAD' ? '' : text}`
            if (isCut()) {
              cut(method, tag)
              const sent = choices.choose(3) === 0 ? answer.slice(0, choices.choose(60)) : ''
              if (sent !== '') socket.write(sent)
              if (choices.choose(2) === 0) reset(socket)
              else socket.end()
              return
            }
            socket.write(answer, () => {
              if (between && isCut()) setTimeout(() => end(choices, socket), choices.choose(4))
            })
          },
        })
      : await http2Over(certificate)

  return {
    ...server,
    digest: (tag) => content(tag).digest,
    cuts: (method, tag) => cuts.get(`${method} ${tag}`) ?? 0,
  }

  function http2Over(tls: Certificate): Promise<RawServer> {
    /** The pending requests of each connection. */
    const open = new WeakMap<object, Set<string>>()
    return http2Server({
      tls,
      onStream: (stream, { method, target }) => {
        const tag = tagOf(target)
        const session = stream.session as Http2Session
        const waiting = open.get(session) ?? new Set()
        open.set(session, waiting)
        const key = JSON.stringify([method, tag])
        waiting.add(key)
        // Responses are delayed, so that a cut connection has several pending requests.
        setTimeout(() => {
          if (stream.destroyed || !waiting.has(key)) return
          const { text, digest } = content(tag)
          if (!isCut()) {
            stream.respond({ ':status': 200, ...headersOf({ type: INDEX.type, digest }) })
            stream.end(method === 'HEAD' ? undefined : text)
            waiting.delete(key)
            if (between && isCut()) session.close()
            return
          }
          if (choices.choose(2) === 0) {
            waiting.delete(key)
            cut(method, tag)
            stream.close(choices.choose(2) === 0 ? 7 : 8)
            return
          }
          for (const one of waiting) cut(...(JSON.parse(one) as [string, string]))
          waiting.clear()
          if (choices.choose(2) === 0) session.destroy()
          else session.destroy(undefined, 11)
        }, 2)
      },
    })
  }
}

function end(choices: Choices, socket: Parameters<typeof reset>[0]): void {
  if (choices.choose(2) === 0) reset(socket)
  else socket.destroy()
}
