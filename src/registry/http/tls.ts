import type { SecureContextOptions } from 'node:tls'

/** TLS settings of a host, in addition to the defaults. All certificates and keys are PEM. */
export interface TlsSettings {
  /** CA certificates that are trusted in addition to the default ones. */
  readonly ca?: readonly string[] | undefined
  /** Client certificates; if there are several, TLS picks the one that the server accepts. */
  readonly clients?: readonly ClientCertificate[] | undefined
  /** Whether to accept any server certificate. */
  readonly skipVerify?: boolean | undefined
}

/** The connection settings of one host. */
export interface HostSettings {
  /** Absent for the defaults. */
  readonly tls?: TlsSettings | undefined
  /** Whether to use plain HTTP instead of HTTPS. */
  readonly plainHttp: boolean
}

/** A client certificate with its private key, both as the contents of PEM files. */
export interface ClientCertificate {
  readonly certificate: string
  readonly key: string
}

/**
 * The options for `tls.createSecureContext`. Its `ca` replaces Node's default CA certificates (its own roots, or the
 * system's under `--use-system-ca`, and `NODE_EXTRA_CA_CERTS`), so it is set to the defaults and `settings.ca`
 * together; absent if `settings.ca` has none that is not a default. Text that holds no certificate is passed on.
 *
 * @param settings the TLS settings of a host
 * @param defaults returns Node's default CA certificates (PEM); only called if `settings.ca` is set, since they take
 *   milliseconds to read
 */
export function secureContextOptions(
  settings: TlsSettings,
  defaults: () => readonly string[],
): SecureContextOptions & { readonly rejectUnauthorized?: boolean } {
  const { clients = [], skipVerify } = settings
  const ca = settings.ca === undefined ? [] : unlessKnown(settings.ca, defaults())
  return {
    ...(ca.length === 0 ? {} : { ca: [...defaults(), ...ca] }),
    ...(clients.length === 0
      ? {}
      : { cert: clients.map(({ certificate }) => certificate), key: clients.map(({ key }) => key) }),
    ...(skipVerify === true ? { rejectUnauthorized: false } : {}),
  }
}

/** Matches each certificate in the text of a PEM file, for `match`. Other text is ignored, as in Go. */
export const PEM_CERTIFICATE: RegExp = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The certificates in PEM texts that are not in `known`. The environment mostly names certificates that Node trusts
 * already, several times over, and each costs 40 µs per context.
 */
function unlessKnown(texts: readonly string[], known: readonly string[]): readonly string[] {
  const seen = new Set(known.map(bare))
  return texts.flatMap((text) => {
    const certificates = text.match(PEM_CERTIFICATE)
    // Text without a certificate is passed on; `tls` rejects it.
    if (certificates === null) return [text]
    return certificates.filter((one) => !seen.has(bare(one)) && seen.add(bare(one)))
  })
}

function bare(certificate: string): string {
  return certificate.replace(/\s+/g, '')
}

/**
 * The TLS settings for a registry's token server on another host that has none of its own: the registry's CA
 * certificates. Client certificates are not sent to another host, and its certificate is always verified.
 *
 * @param settings those of the registry
 * @returns undefined if the registry has no CA certificates
 */
export function crossHostTls(settings: TlsSettings | undefined): TlsSettings | undefined {
  return settings?.ca === undefined ? undefined : { ca: settings.ca }
}

/**
 * Creates a function that numbers TLS settings by their contents: equal settings get the same number, whichever object
 * they are in, so that requests with them can share connections.
 *
 * @returns 0 for undefined, and for settings without contents
 */
export function tlsNumbering(): (settings: TlsSettings | undefined) => number {
  const byContents = new Map<string, number>([['[[],[],false]', 0]])
  const known = new WeakMap<TlsSettings, number>()
  return (settings) => {
    if (settings === undefined) return 0
    const found = known.get(settings)
    if (found !== undefined) return found
    const { ca = [], clients = [], skipVerify = false } = settings
    const contents = JSON.stringify([
      ca,
      clients.map(({ certificate, key }) => [certificate, key]),
      skipVerify,
    ])
    const number = byContents.get(contents) ?? byContents.size
    byContents.set(contents, number)
    known.set(settings, number)
    return number
  }
}

/**
 * Adds CA certificates to TLS settings.
 *
 * @param ca PEM texts
 * @returns a copy; `settings` itself if `ca` is empty
 */
export function withExtraCAs(
  settings: TlsSettings | undefined,
  ca: readonly string[],
): TlsSettings | undefined {
  if (ca.length === 0) return settings
  return { ...settings, ca: [...(settings?.ca ?? []), ...ca] }
}
