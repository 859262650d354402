import { DOMAIN } from '../reference/grammar.ts'
import { ArgumentError } from './option.ts'

/** `--mirror HOST=URL`: where to ask for the images of a host. `*` stands for every host. */
export interface MirrorFlag {
  readonly host: string
  readonly url: string
}

/**
 * Adds the mirrors of one flag, or of the environment variable (separated by spaces), to those before it.
 * @throws {ArgumentError} where one is not `HOST=URL` with an http or https URL. A host that no image can have is
 *   refused as well: the registry itself would be asked in silence.
 */
export function collectMirrors(text: string, before: readonly MirrorFlag[] = []): readonly MirrorFlag[] {
  return [...before, ...text.split(/\s+/).filter(Boolean).map(parseMirror)]
}

function parseMirror(text: string): MirrorFlag {
  const [, host, url] = /^([^=]+)=(https?:\/\/.+)$/.exec(text) ?? []
  if (host === undefined || url === undefined || !URL.canParse(url)) {
    throw new ArgumentError(
      `"${withoutUser(text)}" is not HOST=URL, as in docker.io=https://mirror.example.com`,
    )
  }
  const { username, password, search, hash } = new URL(url)
  if (username !== '' || password !== '') {
    throw new ArgumentError(
      `the URL of the mirror for ${host} holds a user name or password: log in to it, or use --auth-file`,
    )
  }
  if (search !== '' || hash !== '')
    throw new ArgumentError(`"${text}" has a query or fragment after the path`)
  if (host !== '*' && !DOMAIN.test(host)) {
    throw new ArgumentError(
      `"${host}" is not the host of a registry, as docker.io or registry.example.com:5000`,
    )
  }
  return { host, url }
}

/** A URL that is wrong in another way may still hold a password. */
function withoutUser(text: string): string {
  return text.replace(/[^/=]*@/, '…@')
}
