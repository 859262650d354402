/** Where a registry is asked instead; what is written in a manifest stays the original name. */
export interface MirrorSettings {
  /** `https://mirror.example.com`, with a path where the mirror has one. */
  readonly url: string
  /** Send containerd's `?ns=HOST`, for a mirror that serves many registries under one address. */
  readonly namespaceParameter?: boolean
}

/** A client certificate in PEM files. */
export interface ClientCertificateSettings {
  readonly certificate: string
  readonly key: string
}

/**
 * Where a registry's credential comes from, in place of the usual search. The secret itself never stands in a
 * configuration, which lies in git.
 */
export interface CredentialSettings {
  readonly source: 'docker' | 'helper' | 'environment' | 'anonymous'
  /** For `docker`: a `config.json` other than the usual ones. */
  readonly file?: string
  /** For `helper`: the part of `docker-credential-NAME` after the second dash. */
  readonly helper?: string
  /** For `environment`: the names of the variables that hold the user's name and password. */
  readonly usernameVariable?: string
  readonly passwordVariable?: string
}

/** What a configuration says of one registry. Paths are relative to the configuration's folder. */
export interface RegistrySettings {
  /** `docker.io`, `ghcr.io`, `registry.example.com:5000`; `*` for every registry that has no entry of its own. */
  readonly host: string
  /** Asked in this order, before the registry itself. */
  readonly mirrors?: readonly MirrorSettings[]
  /** A PEM file of authorities that are trusted besides the system's. */
  readonly ca?: string
  readonly clientCertificate?: ClientCertificateSettings
  /** Speak plain HTTP. Without it that is done on loopback alone. */
  readonly plainHttp?: boolean
  /** Do not check the server's certificate. */
  readonly skipTlsVerify?: boolean
  readonly credentials?: CredentialSettings
  /** How many requests may be under way to it at a time. */
  readonly concurrency?: number
}
