import { ArgumentError } from './option.ts'

/** `--mirror HOST=URL`: where to ask for the images of a host. `*` stands for every host. */
export interface MirrorFlag {
  readonly host: string
  readonly url: string
}

/**
 * Adds the mirrors of one flag, or of the environment variable (separated by spaces), to those before it.
 * @throws {ArgumentError} where one is not `HOST=URL` with an http or https URL
 */
export function collectMirrors(text: string, before: readonly MirrorFlag[] = []): readonly MirrorFlag[] {
  return [...before, ...text.split(/\s+/).filter(Boolean).map(parseMirror)]
}

function parseMirror(text: string): MirrorFlag {
  const [, host, url] = /^([^=]+)=(https?:\/\/.+)$/.exec(text) ?? []
  if (host === undefined || url === undefined || !URL.canParse(url)) {
    throw new ArgumentError(`"${text}" is not HOST=URL, as in docker.io=https://mirror.example.com`)
  }
  return { host, url }
}
