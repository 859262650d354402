import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../diagnostics/errors.ts'
import { systemReason } from '../files/file-system.ts'
import type { Io } from './io.ts'
import type { RegistryFlags } from './registry-options.ts'

/** What something that is named may be. */
type Kind = 'file' | 'folder' | 'either'

/**
 * Holds a run to the files about registries that its command line and its environment name: they are there and can be
 * read, whether or not this run needs them. An answer of the cache would otherwise hide that a path is wrong.
 *
 * @throws {UsageError} FILE_NOT_READ
 */
export function checkNamedFiles(flags: RegistryFlags, io: Pick<Io, 'cwd' | 'env'>): void {
  const named: readonly (readonly [string | undefined, Kind])[] = [
    [flags.authFile, 'file'],
    [flags.hostsDir, 'folder'],
    [flags.registriesConf ?? io.env['CONTAINERS_REGISTRIES_CONF'], 'file'],
    [flags.credentialProviderConfig, 'either'],
    [flags.credentialProviderBinDir, 'folder'],
    [io.env['REGISTRY_AUTH_FILE'], 'file'],
  ]
  for (const [name, kind] of named) if (name) check(name, kind, io.cwd)
}

function check(name: string, kind: Kind, cwd: string): void {
  const refuse = (reason: string, cause?: unknown): UsageError =>
    new UsageError('FILE_NOT_READ', { file: name, reason }, { cause })
  let isFolder: boolean
  try {
    const path = resolve(cwd, name)
    isFolder = statSync(path).isDirectory()
    accessSync(path, constants.R_OK)
  } catch (error) {
    throw refuse(systemReason(error), error)
  }
  if (isFolder && kind === 'file') throw refuse('it is a folder')
  if (!isFolder && kind === 'folder') throw refuse('it is not a folder')
}
