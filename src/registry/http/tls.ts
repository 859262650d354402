import type { SecureContextOptions } from 'node:tls'

/** How to speak TLS with a host, beyond the defaults. All certificates and keys are PEM. */
export interface TlsSettings {
  /** Authorities that are trusted besides the usual ones. */
  readonly ca?: readonly string[]
  /** What the client shows of itself; where there are several, TLS picks the one that the server can use. */
  readonly clients?: readonly ClientCertificate[]
  /** Whether any certificate is taken. */
  readonly skipVerify?: boolean
}

/** What is known about speaking with one host. */
export interface HostSettings {
  readonly tls?: TlsSettings
  /** Whether plain HTTP is meant. */
  readonly plainHttp: boolean
}

export interface ClientCertificate {
  readonly certificate: string
  readonly key: string
}

/**
 * What Node is told. Its defaults (its own roots, or the system's under `--use-system-ca`, and
 * `NODE_EXTRA_CA_CERTS`) are dropped as soon as `ca` is given, so they are put beside it.
 *
 * @param defaults gives the default authorities: reading them costs milliseconds, and most runs need none
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

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The authorities of some PEM texts that are not among others. What the environment names is mostly what Node trusts
 * already, several times over, and each one costs 40 µs for every context.
 */
function unlessKnown(texts: readonly string[], known: readonly string[]): readonly string[] {
  const seen = new Set(known.map(bare))
  return texts.flatMap((text) => {
    const certificates = text.match(CERTIFICATE)
    // What holds none is for TLS to judge.
    if (certificates === null) return [text]
    return certificates.filter((one) => !seen.has(bare(one)) && seen.add(bare(one)))
  })
}

function bare(certificate: string): string {
  return certificate.replace(/\s+/g, '')
}

/**
 * What of a registry's settings holds for another host that it names, its token server: the authorities, which are no
 * secret; not the client's certificate, and not the leave to skip verification.
 */
export function crossHostTls(settings: TlsSettings | undefined): TlsSettings | undefined {
  if (settings?.ca === undefined) return undefined
  const kept = elsewhere.get(settings) ?? { ca: settings.ca }
  elsewhere.set(settings, kept)
  return kept
}

/** One object for each, since connections are kept by it. */
const elsewhere = new WeakMap<TlsSettings, TlsSettings>()

/** The settings with more authorities; the same object where there are none to add. */
export function withExtraCAs(
  settings: TlsSettings | undefined,
  ca: readonly string[],
): TlsSettings | undefined {
  if (ca.length === 0) return settings
  return { ...settings, ca: [...(settings?.ca ?? []), ...ca] }
}
