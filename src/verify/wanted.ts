import type { RequiredAttestation } from '../config/verify-settings.ts'
import type { VerifyDemand } from './demand.ts'

/** One thing that is demanded: a signature, or an attestation. */
export type Wanted = { readonly kind: 'signature' } | ({ readonly kind: 'attestation' } & RequiredAttestation)

/** Lists what is demanded: a signature, or each attestation. */
export function wantedOf({ attestations }: Pick<VerifyDemand, 'attestations'>): readonly Wanted[] {
  if (attestations.length === 0) return [{ kind: 'signature' }]
  return attestations.map((attestation) => ({ kind: 'attestation', ...attestation }))
}

/** Formats something that is demanded, for a message: `a signature`. */
export function describeWanted(wanted: Wanted): string {
  if (wanted.kind === 'signature') return 'a signature'
  const { type, builder, source } = wanted
  const conditions = [
    ...(builder === undefined ? [] : [`by builder ${builder}`]),
    ...(source === undefined ? [] : [`of source ${source}`]),
  ]
  return [`an attestation of type ${type}`, ...conditions].join(' ')
}
