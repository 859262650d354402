import { accessSync, constants, readFileSync, type Stats, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseAuthFile } from '../../credentials/auth-file.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { errorReason } from '../../files/file-system.ts'
import { realTextFiles } from '../../files/text-files.ts'
import type { FindBlock } from '../../plan/resolver.ts'
import { registriesConf } from '../../registry/hosts/registries-conf.ts'
import { readBlockList } from '../../resolve/block-list.ts'
import type { Io } from '../io/io.ts'
import type { RegistryFlags } from '../options/flags.ts'

/** What something that is named may be. */
type Kind = 'file' | 'folder' | 'either'

/**
 * Holds a run to the files about registries that its command line and its environment name: they are there and can be
 * read, whether or not this run needs them. An answer of the cache would otherwise hide that a path is wrong, or that the file of
 * credentials which somebody tries out is none.
 *
 * @throws {UsageError} FILE_NOT_READ
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID
 */
export async function checkNamedFiles(flags: RegistryFlags, io: Pick<Io, 'cwd' | 'env'>): Promise<void> {
  const named: readonly (readonly [string | undefined, Kind])[] = [
    [flags.authFile, 'file'],
    [flags.hostsDir, 'folder'],
    [flags.registriesConf ?? io.env['CONTAINERS_REGISTRIES_CONF'], 'file'],
    [flags.credentialProviderConfig, 'either'],
    [flags.credentialProviderBinDir, 'folder'],
    [io.env['REGISTRY_AUTH_FILE'], 'file'],
  ]
  for (const [name, kind] of named) if (name) check(name, kind, io.cwd)
  if (flags.authFile === undefined) return
  const path = resolve(io.cwd, flags.authFile)
  // A pipe gives what is in it once.
  if (!statSync(path).isFile()) return
  parseAuthFile(readFileSync(path, 'utf8'), path)
}

function check(name: string, kind: Kind, cwd: string): void {
  const refuse = (reason: string, cause?: unknown): UsageError =>
    new UsageError('FILE_NOT_READ', { file: name, reason }, { cause })
  let status: Stats
  try {
    const path = resolve(cwd, name)
    status = statSync(path)
    accessSync(path, constants.R_OK)
  } catch (error) {
    throw refuse(errorReason(error), error)
  }
  const isFolder = status.isDirectory()
  if (isFolder && kind === 'file') throw refuse('it is a folder')
  if (!isFolder && kind === 'folder') throw refuse('it is not a folder')
}

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
