import { dirname, resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import type { SecretsByImage } from '../../credentials/pull-secrets.ts'
import type { Io } from '../io/io.ts'

/** What of a configuration and of the input is about registries. */
export interface RegistryConfig extends Pick<Config, 'file' | 'registries' | 'tier'> {
  /** The workloads' own, where they may be used. */
  readonly pullSecrets?: SecretsByImage
}

/** The folder that paths in the configuration are relative to. */
export function configFolder({ file }: RegistryConfig, io: Io): string {
  return file === undefined ? io.cwd : dirname(resolve(io.cwd, file))
}
