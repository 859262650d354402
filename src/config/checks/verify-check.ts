import { isReference, parseReference } from '../../reference/parse.ts'
import { splitImagePattern } from '../../reference/pattern.ts'
import type { FieldPath } from '../../yaml/nodes.ts'
import type { ProfileSpec } from '../config.ts'
import type { ConfigDiagnostic } from '../config-node.ts'
import { listOf } from '../matcher.ts'
import { coversImage, impossibleImage } from '../unreachable.ts'
import { hasSigners, type RequiredAttestation, type VerifySpec } from '../verify-settings.ts'
import { identityProblem } from './identity-check.ts'

/** What is wrong with a value, and how to correct it. */
type Problem = Pick<ConfigDiagnostic, 'reason' | 'advice'>

/**
 * Finds what the schema cannot in `verify` of a profile: entries that never decide, that nobody could satisfy, or that somebody could
 * satisfy who is not meant.
 * @param path leads to the profile
 */
export function checkVerify(profile: ProfileSpec, path: FieldPath): ConfigDiagnostic[] {
  const entries = profile.verify ?? []
  return [
    ...checkRepository(profile.signatureRepository, [...path, 'signatureRepository']),
    ...checkFile(profile.trustedRoot, [...path, 'trustedRoot']),
    ...entries.flatMap((entry, index) => {
      const at = [...path, 'verify', index]
      return [...checkEntry(entry, at), ...checkPosition(entry, entries.slice(0, index), at)]
    }),
  ]
}

function checkEntry(entry: VerifySpec, at: FieldPath): ConfigDiagnostic[] {
  const { identities = [], keys = [], attestations = [] } = entry
  return [
    ...checkImages(entry, at),
    ...checkSigners(entry, at),
    ...identities.flatMap((one, index) => {
      const problem = identityProblem(one)
      return problem === undefined
        ? []
        : [
            invalid(
              [...at, 'identities', index, ...(problem.key === undefined ? [] : [problem.key])],
              problem,
            ),
          ]
    }),
    ...keys.flatMap((one, index) => checkFile(one, [...at, 'keys', index])),
    ...attestations.flatMap((one, index) => checkAttestation(one, [...at, 'attestations', index])),
    ...checkFile(entry.trustedRoot, [...at, 'trustedRoot']),
    ...checkRepository(entry.signatureRepository, [...at, 'signatureRepository']),
  ]
}

function checkImages({ images }: VerifySpec, at: FieldPath): ConfigDiagnostic[] {
  return listOf(images).flatMap((pattern, index): ConfigDiagnostic[] => {
    const path = typeof images === 'string' ? [...at, 'images'] : [...at, 'images', index]
    const impossible = impossibleImage(pattern)
    if (impossible !== undefined) return [{ code: 'CONFIG_RULE_DEAD', path, ...impossible }]
    if (splitImagePattern(pattern).tag === undefined) return []
    const reason = `is "${pattern}", which has a tag: a manifest with another tag, or with none, would not be verified`
    return [invalid(path, { reason, advice: 'write the name without a tag' })]
  })
}

/** An entry that names nobody only has images reported, so that it may have no other settings. */
function checkSigners(entry: VerifySpec, at: FieldPath): ConfigDiagnostic[] {
  const { identities = [], keys = [], mode, name: _, images: __, ...settings } = entry
  if (hasSigners({ identities, keys })) return []
  if (mode !== 'warn') {
    const reason = 'has neither identities nor keys, so that no signature could satisfy it'
    const advice =
      'say who may sign; to refuse images that no entry is for, set findings: {IMAGE_UNVERIFIED: error}'
    return [invalid(at, { reason, advice })]
  }
  const [useless] = Object.keys(settings)
  if (useless === undefined) return []
  return [
    invalid([...at, useless], {
      reason: 'has no effect: the entry has neither identities nor keys, so that nothing is verified',
      advice: 'say who may sign, or remove it',
    }),
  ]
}

function checkPosition(entry: VerifySpec, earlier: readonly VerifySpec[], at: FieldPath): ConfigDiagnostic[] {
  const found: ConfigDiagnostic[] = []
  if (entry.name !== undefined && earlier.some(({ name }) => name === entry.name)) {
    found.push(invalid([...at, 'name'], { reason: `"${entry.name}" appears twice` }))
  }
  const before = earlier.flatMap(({ images, name }, index) =>
    listOf(images).map((pattern) => ({ pattern, label: name ?? `verify[${index}]` })),
  )
  const covering = listOf(entry.images).map((pattern) =>
    before.find((one) => coversName(one.pattern, pattern)),
  )
  if (covering.every((one) => one !== undefined)) {
    const labels = [...new Set(covering.map((one) => one.label))].join(', ')
    const reason = `${labels} comes before it and matches all that it matches`
    found.push({ code: 'CONFIG_RULE_DEAD', path: at, reason, advice: `put it before ${labels}` })
  }
  return found
}

/** Whether a pattern certainly matches all that another does. */
function coversName(wide: string, narrow: string): boolean {
  if (wide === narrow || coversImage(wide, narrow)) return true
  if (impossibleImage(wide) !== undefined || impossibleImage(narrow) !== undefined) return false
  const [outer, inner] = [splitImagePattern(wide), splitImagePattern(narrow)]
  const prefix = outer.name.endsWith('/**') ? outer.name.slice(0, -'**'.length) : undefined
  return (
    prefix !== undefined && !/[*?]/.test(prefix) && outer.tag === undefined && inner.name.startsWith(prefix)
  )
}

const SLSA_PROVENANCE = /^https:\/\/slsa\.dev\/provenance\//

/** What cosign calls the types of attestations, `--type`. */
const COSIGN_TYPES: Readonly<Record<string, string>> = {
  slsaprovenance: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance02: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance1: 'https://slsa.dev/provenance/v1',
  spdx: 'https://spdx.dev/Document',
  spdxjson: 'https://spdx.dev/Document',
  cyclonedx: 'https://cyclonedx.org/bom',
  link: 'https://in-toto.io/Link/v1',
  vuln: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  openvex: 'https://openvex.dev/ns',
  custom: 'https://cosign.sigstore.dev/attestation/v1',
}

function checkAttestation(attestation: RequiredAttestation, at: FieldPath): ConfigDiagnostic[] {
  const { type, source } = attestation
  const known = Object.hasOwn(COSIGN_TYPES, type) ? COSIGN_TYPES[type] : undefined
  if (known !== undefined) {
    const reason = `is "${type}", which is what cosign calls it, and not the type in the attestation`
    return [invalid([...at, 'type'], { reason, advice: `write ${known}` })]
  }
  if (/\s/.test(type) || !type.includes('/')) {
    const reason = `is "${type}", and has to be the predicate type of an attestation`
    return [invalid([...at, 'type'], { reason, advice: 'write it as https://slsa.dev/provenance/v1' })]
  }
  const misplaced = (['builder', 'source'] as const).find((key) => attestation[key] !== undefined)
  if (misplaced !== undefined && !SLSA_PROVENANCE.test(type)) {
    const reason = `has no effect: only a SLSA provenance has it, and the type is ${type}`
    return [
      invalid([...at, misplaced], {
        reason,
        advice: 'write it in an entry of type https://slsa.dev/provenance/v1',
      }),
    ]
  }
  if (source === undefined) return []
  const plain = source
    .replace(/^(git\+)?https?:\/\//, '')
    .replace(/@.*$/, '')
    .replace(/(\.git)?\/*$/, '')
  if (plain === source && /^[^\s/@]+\.[^\s/@]+\/[^\s@]+$/.test(source)) return []
  const reason = `is "${source}", and has to be a repository without scheme and revision`
  return [
    invalid([...at, 'source'], {
      reason,
      advice: plain.includes('/') ? `write ${plain}` : 'write it as github.com/acme/web',
    }),
  ]
}

function checkFile(file: string | undefined, path: FieldPath): ConfigDiagnostic[] {
  const problem = file === undefined ? undefined : fileProblem(file)
  return problem === undefined ? [] : [invalid(path, problem)]
}

/** Texts that cosign takes for a key, and that are no file here. */
function fileProblem(file: string): Problem | undefined {
  if (/-----BEGIN /.test(file)) {
    return {
      reason: 'holds a key itself, and has to name its file',
      advice: 'write the key to a file beside the configuration, and its name here',
    }
  }
  if (/^\s*\{/.test(file)) {
    return {
      reason: 'holds a document itself, and has to name its file',
      advice: 'write it to a file beside the configuration, and its name here',
    }
  }
  const [, scheme = ''] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(file) ?? []
  if (scheme === '') return undefined
  const advice = /^(https?|file)$/i.test(scheme)
    ? 'keep the file beside the configuration, under the same review, and write its path here'
    : `export the public key (cosign public-key --key ${file}), and name that file here`
  return {
    reason: `is "${file}", and has to be a file: nothing is fetched that decides whom to trust`,
    advice,
  }
}

function checkRepository(repository: string | undefined, path: FieldPath): ConfigDiagnostic[] {
  if (repository === undefined) return []
  const reason = `is "${repository}", and has to be a repository with its registry, without tag and digest`
  const advice = 'write it as registry.example.com/signatures'
  const wrong = [invalid(path, { reason, advice })]
  if (!isReference(repository)) return wrong
  const { domain, path: name, tag, digest } = parseReference(repository)
  const isWhole = repository === `${domain}/${name}` && tag === undefined && digest === undefined
  return isWhole ? [] : wrong
}

function invalid(path: FieldPath, problem: Problem): ConfigDiagnostic {
  return { code: 'CONFIG_INVALID', path, reason: problem.reason, advice: problem.advice }
}
