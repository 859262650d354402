import { readFileSync } from 'node:fs'

/** Written in by `scripts/bundle.mjs`: a bundle has no package.json beside it. */
declare const BUNDLED_VERSION: string | undefined

/** Pinpull's own version, from its package.json. */
export const VERSION: string = typeof BUNDLED_VERSION === 'string' ? BUNDLED_VERSION : readVersion()

function readVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
