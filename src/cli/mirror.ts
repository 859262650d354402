import { DOMAIN } from '../reference/grammar.ts'
import { readServerUrl } from '../reference/server-url.ts'
import { ArgumentError } from './option.ts'

/** `--mirror HOST=URL`: where to ask for the images of a host. `*` stands for every host. */
export interface MirrorFlag {
  readonly host: string
  readonly url: string
}

/**
 * Adds the mirrors of one flag, or of the environment variable (separated by spaces), to those before it.
 * @throws {ArgumentError} where one is not `HOST=URL` with an http or https URL. A host that no image can have is
 *   refused as well: the registry itself would be asked in silence. The URL is never quoted, since it may hold a password.
 */
export function collectMirrors(text: string, before: readonly MirrorFlag[] = []): readonly MirrorFlag[] {
  return [...before, ...text.split(/\s+/).filter(Boolean).map(parseMirror)]
}

function parseMirror(text: string): MirrorFlag {
  const [, host, url] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (host === undefined || url === undefined || /[@\\]|%40/.test(host)) {
    throw new ArgumentError('a mirror is not HOST=URL, as in docker.io=https://mirror.example.com')
  }
  if (host !== '*' && !DOMAIN.test(host)) {
    throw new ArgumentError(
      `"${host}" is not the host of a registry, as docker.io or registry.example.com:5000`,
    )
  }
  const read = readServerUrl(url, { path: true })
  if (read.kind === 'url') return { host, url: read.url.href.replace(/\/$/, '') }
  const reason = `the URL of the mirror for ${host}: ${read.fault}`
  throw new ArgumentError(
    read.fault === 'it holds a user name or password'
      ? `${reason}; log in to it, or use --auth-file`
      : reason,
  )
}
