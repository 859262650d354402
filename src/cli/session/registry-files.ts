import { accessSync, constants, readFileSync, type Stats, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseAuthFile } from '../../credentials/auth-file.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { errorReason } from '../../files/file-system.ts'
import { realTextFiles } from '../../files/text-files.ts'
import type { FindRegistryBlock } from '../../plan/resolver.ts'
import { registriesConf } from '../../registry/hosts/registries-conf.ts'
import { readBlockList } from '../../resolve/block-list.ts'
import type { Io } from '../io/io.ts'
import type { RegistryFlags } from '../options/flags.ts'

type FilesIo = Pick<Io, 'cwd' | 'env'>

/** What a path may name. */
type Kind = 'file' | 'folder' | 'either'

/** The path of the `registries.conf` that a flag or the environment names. */
export function registriesConfPath(
  { registriesConf }: RegistryFlags,
  { cwd, env }: FilesIo,
): string | undefined {
  const name = registriesConf ?? env['CONTAINERS_REGISTRIES_CONF']
  return name ? resolve(cwd, name) : undefined
}

/**
 * Checks that the files about registries that flags and environment name exist and can be read, whether or not this run
 * needs them: otherwise an answer from the cache would hide a wrong path or a broken file of credentials.
 *
 * @returns the list of blocked registries in `registries.conf`; undefined if no such file is named
 * @throws {UsageError} FILE_NOT_READ
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID, REGISTRY_HOSTS_INVALID
 */
export async function openRegistryFiles(
  flags: RegistryFlags,
  io: FilesIo,
): Promise<FindRegistryBlock | undefined> {
  checkFiles(flags, io)
  const path = registriesConfPath(flags, io)
  return path === undefined ? undefined : await readBlockList(registriesConf(path, realTextFiles))
}

function checkFiles(flags: RegistryFlags, io: FilesIo): void {
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
  // A pipe can be read only once.
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
