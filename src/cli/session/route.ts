import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { computeDigest } from '../../reference/content-digest.ts'
import type { Session } from './session.ts'

/**
 * Identifies how registries are reached: answers in the cache that came by another route are not used. Files of mirrors are
 * told apart by their paths and times of change.
 *
 * @returns a digest, since the cache must not reveal the addresses of mirrors; empty if nothing but the defaults applies
 */
export function routeOf({ flags, config: { registries }, io }: Session): string {
  const { mirror, hostsDir, registriesConf = io.env['CONTAINERS_REGISTRIES_CONF'] } = flags
  const parts = [mirror, hostsDir, registriesConf, registries.length === 0 ? undefined : registries]
  if (parts.every((part) => part === undefined)) return ''
  const path = (name: string): string => resolve(io.cwd, name)
  const changes = [
    ...(hostsDir === undefined ? [] : changesIn(path(hostsDir), 'hosts.toml')),
    ...(registriesConf ? [changeOf(path(registriesConf)), ...changesIn(`${path(registriesConf)}.d`)] : []),
  ]
  return computeDigest('sha256', Buffer.from(JSON.stringify([...parts, ...changes])))
}

/** @returns when each file of a folder was changed, or the file of one name in each of its folders */
function changesIn(folder: string, inside = ''): (string | undefined)[] {
  try {
    return readdirSync(folder).map((name) => changeOf(join(folder, name, inside)))
  } catch {
    return [] // Whoever reads the folder reports the error.
  }
}

function changeOf(path: string): string | undefined {
  try {
    const { mtimeMs, size } = statSync(path)
    return `${path} ${mtimeMs} ${size}`
  } catch {
    return undefined
  }
}
