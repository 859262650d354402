import type { Endpoint } from '../registry/hosts/endpoint.ts'
import type { EndpointSource } from '../registry/registry-event.ts'
import type { ReadFile } from './recording.ts'
import type { Step } from './step.ts'

/** What each source of endpoints is called: a flag or a file. */
export type SourceNames = Readonly<Record<EndpointSource, string>>

/**
 * Describes the servers that are tried, in order.
 * @param source what chose them; undefined if nothing names a mirror
 * @param files those that were read to choose them
 */
export function describeEndpoints(
  endpoints: readonly Endpoint[],
  source: EndpointSource | undefined,
  sources: SourceNames,
  files: readonly ReadFile[],
): Step {
  const list = endpoints.map(({ base, kind, anonymous }) => {
    const without = anonymous === true ? ', without credentials: only a found pinpull.yaml names it' : ''
    // The path of a mirror may hold a key.
    return `${new URL(base).origin} (${kind === 'mirror' ? 'mirror' : 'the registry itself'}${without})`
  })
  const why = source === undefined ? 'no setting names a mirror' : `from ${sources[source]}`
  const read = files.map(({ path }) => `read: ${path}`)
  const isOne = list.length === 1
  return {
    name: 'endpoints',
    status: 'ok',
    text: isOne ? `${list[0]}; ${why}` : `${list.length}, in this order, ${why}`,
    details: [...(isOne ? [] : list), ...read],
  }
}
