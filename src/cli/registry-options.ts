import { type Platform, parsePlatform } from '../oci/platform.ts'
import { collectMirrors, type MirrorFlag } from './mirror.ts'
import { ArgumentError, type OptionSpec } from './option.ts'

/** What a command may be told about registries. Paths are relative to the working directory. */
export interface RegistryFlags {
  readonly mirror?: readonly MirrorFlag[]
  readonly authFile?: string
  readonly hostsDir?: string
  readonly registriesConf?: string
  readonly credentialProviderConfig?: string
  readonly credentialProviderBinDir?: string
}

export const REGISTRY_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'mirror',
    value: 'host=url',
    description:
      'resolve images of HOST (* for every host) through this registry; references keep their original name; repeatable',
    parse: collectMirrors,
  },
  {
    name: 'auth-file',
    value: 'file',
    description: "credentials in the form of docker's config.json, before the usual places",
  },
  {
    name: 'hosts-dir',
    value: 'dir',
    description: "a tree of containerd's hosts.toml files, as /etc/containerd/certs.d",
  },
  {
    name: 'registries-conf',
    value: 'file',
    description: 'a registries.conf, as podman and CRI-O have it',
  },
  {
    name: 'credential-provider-config',
    value: 'file',
    description: "a kubelet's CredentialProviderConfig",
  },
  {
    name: 'credential-provider-bin-dir',
    value: 'dir',
    description: 'where its plugins are (default: beside it)',
  },
]

/** For the commands that resolve images of workloads. */
export const PLATFORM_OPTION: OptionSpec = {
  name: 'platform',
  tier: 3,
  value: 'os/arch',
  description: "pin this platform's manifest rather than the index, as linux/arm64 or linux/arm/v7",
  parse: readPlatform,
}

function readPlatform(text: string): Platform {
  const platform = parsePlatform(text)
  if (platform === undefined) throw new ArgumentError(`"${text}" is not a platform such as linux/arm64`)
  return platform
}

/** For the commands that have the workloads before them. */
export const PULL_SECRETS_OPTION: OptionSpec = {
  name: 'pull-secrets',
  description: "authenticate with each workload's imagePullSecrets, whose Secrets must be in the input",
}

export const WORKLOAD_OPTIONS: readonly OptionSpec[] = [
  PULL_SECRETS_OPTION,
  {
    name: 'check-digests',
    tier: 3,
    description:
      'also check that digests in the input and the lock file exist and still match their tags, and that mirrors match their registries',
    conflicts: 'locked',
  },
]

export interface WorkloadFlags {
  readonly pullSecrets?: boolean
  readonly checkDigests?: boolean
}
