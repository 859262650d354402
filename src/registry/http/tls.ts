import type { SecureContextOptions } from 'node:tls'

/** TLS settings of a host, in addition to the defaults. All certificates and keys are PEM. */
export interface TlsSettings {
  /** CA certificates that are trusted in addition to the default ones. */
  readonly ca?: readonly string[] | undefined
  /** Client certificates; if there are several, TLS picks the one that the server accepts. */
  readonly clients?: readonly ClientCertificate[] | undefined
  /** Whether any server certificate is accepted. */
  readonly skipVerify?: boolean | undefined
}

/** The connection settings of one host. */
export interface HostSettings {
  readonly tls?: TlsSettings | undefined
  /** Whether to use plain HTTP. */
  readonly plainHttp: boolean
}

export interface ClientCertificate {
  readonly certificate: string
  readonly key: string
}

/**
 * Node's options for TLS settings. Setting `ca` replaces Node's defaults (its own roots, or the system's under
 * `--use-system-ca`, and `NODE_EXTRA_CA_CERTS`), so they are added to it.
 *
 * @param defaults returns the default certificates: reading them costs milliseconds, and most runs need not
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

/** A certificate in a PEM file; like Go, Pinpull ignores everything else. */
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
 * The TLS settings of a registry that may be used for its token server, too: CA certificates only, since they are
 * no secret.
 */
export function crossHostTls(settings: TlsSettings | undefined): TlsSettings | undefined {
  if (settings?.ca === undefined) return undefined
  const kept = elsewhere.get(settings) ?? { ca: settings.ca }
  elsewhere.set(settings, kept)
  return kept
}

/** The same result each time, since connections are shared by the identity of their settings. */
const elsewhere = new WeakMap<TlsSettings, TlsSettings>()

/** @returns the settings with more CA certificates; the same object if there are none to add */
export function withExtraCAs(
  settings: TlsSettings | undefined,
  ca: readonly string[],
): TlsSettings | undefined {
  if (ca.length === 0) return settings
  return { ...settings, ca: [...(settings?.ca ?? []), ...ca] }
}
