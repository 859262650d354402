import { resolve } from 'node:path'
import { realTextFiles } from '../files/text-files.ts'
import type { FindBlock } from '../plan/resolver.ts'
import { registriesConf } from '../registry/registries-conf.ts'
import { readBlockList } from '../resolve/block-list.ts'
import type { Io } from './io.ts'
import type { RegistryFlags } from './registry-options.ts'

/**
 * Opens the `registries.conf` of a run as the list of blocked registries that it also is.
 *
 * @returns undefined where none is named
 * @throws {PinpullError} REGISTRY_HOSTS_INVALID
 */
export async function openBlockList(
  { registriesConf: named }: Pick<RegistryFlags, 'registriesConf'>,
  { cwd, env }: Pick<Io, 'cwd' | 'env'>,
): Promise<FindBlock | undefined> {
  const name = named ?? env['CONTAINERS_REGISTRIES_CONF']
  if (!name) return undefined
  return await readBlockList(registriesConf(resolve(cwd, name), realTextFiles))
}
