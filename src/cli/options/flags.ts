import type { FailOn } from '../../diagnostics/failing.ts'
import type { Platform } from '../../oci/platform.ts'
import type { ChangedFiles } from '../io/inputs.ts'
import type { FilePattern } from '../io/manifest-folder.ts'
import type { ColorChoice } from '../io/terminal.ts'
import type { MirrorFlag } from './values.ts'

/** How registries are contacted. Paths are relative to the working directory. */
export interface RegistryFlags {
  readonly mirror?: readonly MirrorFlag[] | undefined
  readonly authFile?: string | undefined
  readonly hostsDir?: string | undefined
  readonly registriesConf?: string | undefined
  readonly credentialProviderConfig?: string | undefined
  readonly credentialProviderBinDir?: string | undefined
  readonly verbose?: boolean | undefined
}

/** The options that several commands have, by name. A command without one of them leaves it undefined. */
export interface Flags extends RegistryFlags {
  readonly profile?: string | undefined
  readonly config?: string | undefined
  readonly krm?: boolean | undefined
  /** Files and folders that are not read. */
  readonly exclude?: readonly FilePattern[] | undefined
  /** Only files that have changed since this revision of git are read. */
  readonly changedSince?: string | undefined
  /** What git said of `changedSince`. */
  readonly changed?: ChangedFiles | undefined
  /** Instead of the profile's. */
  readonly platform?: Platform | undefined
  /** In milliseconds. */
  readonly timeout?: number | undefined
  readonly pullSecrets?: boolean | undefined
  readonly checkDigests?: boolean | undefined
  readonly lockFile?: string | undefined
  readonly locked?: boolean | undefined
  /** In milliseconds; 0 turns the cache off. */
  readonly cacheTtl?: number | undefined
  readonly report?: readonly string[] | undefined
  readonly failOn?: FailOn | undefined
  readonly quiet?: boolean | undefined
  readonly color?: ColorChoice | undefined
  /** Files with public keys that `pinpull verify` demands, relative to the working directory. */
  readonly key?: readonly string[] | undefined
  /** The trusted root of what it demands. */
  readonly trustedRoot?: string | undefined
}

/** The options of the filter, with what its caller adds. */
export interface FilterFlags extends Flags {
  /** The program to run on the stream first. */
  readonly before?: string | undefined
  /** Whether kustomize has started this process as a containerised function. */
  readonly isFunctionContainer?: boolean | undefined
  /** What kustomize passes to a legacy plugin. */
  readonly plugin?:
    | {
        /** The configuration: a temporary file. */
        readonly config: string
        /** The profile that the plugin's arguments choose. */
        readonly profile?: string | undefined
      }
    | undefined
}
