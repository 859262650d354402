import type { Digest } from '../reference/reference.ts'
import { resolveAlias } from '../yaml/lookup.ts'
import type { Entry, Mapping, YamlNode } from '../yaml/nodes.ts'
import { parseEntryDigest, parseTime } from './entry-values.ts'
import type { Signer, StoredAttestation, VerifiedSigner } from './lock.ts'
import type { Fields, LockDiagnostics } from './lock-diagnostics.ts'

const VERIFIED_KEYS = new Set(['by', 'signer', 'issuer', 'at', 'bundle', 'index', 'attestations'] as const)

/** Parses who had signed a digest. */
export function parseVerified(
  entry: Entry | undefined,
  collector: LockDiagnostics,
): VerifiedSigner | undefined {
  if (entry === undefined) return undefined
  const node = resolveAlias(entry.value)
  if (node.kind !== 'mapping') {
    collector.report('"verified" is not a mapping', entry.value)
    return undefined
  }
  const fields = collector.fields(node, VERIFIED_KEYS, '"verified"')
  const signer = parseSigner(fields, node, collector)
  const at = parseTime(fields.at, 'at', collector)
  const bundle = fields.bundle && parseObject(fields.bundle, node, collector)
  const index = fields.index && parseObject(fields.index, node, collector, 'index')
  const attestations = fields.attestations && parseAttestations(fields.attestations.value, collector)
  if (fields.bundle === undefined && fields.attestations === undefined)
    collector.report('"verified" names neither a "bundle" nor "attestations"', node)
  if (signer === undefined) return undefined
  return {
    ...signer,
    ...(at === undefined ? {} : { at }),
    ...(bundle === undefined ? {} : { bundle }),
    ...(index === undefined ? {} : { index }),
    ...(attestations === undefined ? {} : { attestations }),
  }
}

/** Parses who signed: the keys `by`, `signer` and `issuer` of a mapping. */
function parseSigner(
  fields: Fields<'by' | 'signer' | 'issuer'>,
  node: Mapping,
  collector: LockDiagnostics,
): Signer | undefined {
  const by = parseBy(fields.by, node, collector)
  const signer = collector.requiredText(fields.signer, 'signer', node)
  const issuer = collector.text(fields.issuer, 'issuer')
  if (by === 'identity' && fields.issuer === undefined)
    collector.report('the key "issuer" is missing, which an identity has', node)
  if (by === 'key' && fields.issuer !== undefined)
    collector.report('a key has no "issuer"', fields.issuer.key)
  if (by === undefined || signer === undefined) return undefined
  return { by, signer, ...(issuer === undefined ? {} : { issuer }) }
}

function parseBy(
  entry: Entry | undefined,
  parent: Mapping,
  collector: LockDiagnostics,
): VerifiedSigner['by'] | undefined {
  const text = collector.requiredText(entry, 'by', parent)
  if (text === 'key' || text === 'identity' || text === undefined) return text
  collector.report('"by" is neither key nor identity', entry?.value ?? parent)
  return undefined
}

/** Parses the digest of a stored object, whose file is named after its SHA-256. */
function parseObject(
  entry: Entry | undefined,
  parent: Mapping,
  collector: LockDiagnostics,
  key = 'bundle',
): Digest | undefined {
  const digest = parseEntryDigest(entry, parent, collector, key)
  if (digest === undefined || digest.startsWith('sha256:')) return digest
  collector.report(`"${key}" is not a sha256 digest`, entry?.value ?? parent)
  return undefined
}

const ATTESTATION_KEYS = new Set(['type', 'bundle', 'by', 'signer', 'issuer'] as const)

function parseAttestations(
  value: YamlNode,
  collector: LockDiagnostics,
): readonly StoredAttestation[] | undefined {
  const list = resolveAlias(value)
  if (list.kind !== 'sequence' || list.items.length === 0) {
    collector.report('"attestations" is not a list of at least one attestation', value)
    return undefined
  }
  return list.items.flatMap((item) => parseAttestation(item, collector) ?? [])
}

function parseAttestation(item: YamlNode, collector: LockDiagnostics): StoredAttestation | undefined {
  const node = resolveAlias(item)
  if (node.kind !== 'mapping') {
    collector.report('an attestation is not a mapping', item)
    return undefined
  }
  const fields = collector.fields(node, ATTESTATION_KEYS, 'an attestation')
  const type = collector.requiredText(fields.type, 'type', node)
  const bundle = parseObject(fields.bundle, node, collector)
  const isBySomebodyElse = (fields.by ?? fields.signer ?? fields.issuer) !== undefined
  const signedBy = isBySomebodyElse ? parseSigner(fields, node, collector) : undefined
  if (type === undefined || bundle === undefined) return undefined
  return { type, bundle, ...(signedBy === undefined ? {} : { signedBy }) }
}
