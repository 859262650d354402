import type { Resolver } from '../plan/resolver.ts'
import type { Verifier, VerifyRequest } from '../plan/verifier.ts'
import type { Reference } from '../reference/reference.ts'
import { createRegistryClient } from '../registry/composition.ts'
import { type AttachmentJudge, attachmentJudge, type ReadRuleFile } from './attachment-judge.ts'
import { registrySource } from './attachment-source.ts'
import { clientResolver, type RegistryResolverOptions, registryResolver } from './registry-resolver.ts'
import { registryVerifier } from './registry-verifier.ts'

/** The settings of a resolver and a verifier that contact registries. */
export interface RegistriesOptions extends RegistryResolverOptions {
  /** Reads keys and trusted roots. */
  readonly readRuleFile: ReadRuleFile
  /** The rule that an image will be verified by; undefined if by none. Only used to load its files and the libraries early. */
  readonly ruleFor: (reference: Reference) => VerifyRequest['rule'] | undefined
  /** Whether a repository is searched without credentials; `reference.text` is the image as it is written. Default: never. */
  readonly isAnonymous?: ((reference: Reference) => boolean) | undefined
}

/** Finds digests, and verifies what is attached to them. */
export interface Registries {
  readonly resolver: Resolver
  readonly verifier: Verifier
  /** Judges by rules, with the files that the verifier has read. */
  readonly judge: AttachmentJudge
}

/**
 * Creates a resolver and a verifier with the same registry client, so that a digest is searched on the connections and with the
 * tokens by which it was found.
 */
export function registries(options: RegistriesOptions): Registries {
  const { readRuleFile, ruleFor, isAnonymous, concurrency } = options
  const client = createRegistryClient(options)
  const judge = attachmentJudge(readRuleFile)
  return {
    judge,
    resolver: withEarlyRules(registryResolver(options, client), judge, ruleFor),
    verifier: registryVerifier({
      source: registrySource({ client, isAnonymous }),
      judge,
      resolver: withoutCredentialsFor(isAnonymous, clientResolver(client)),
      concurrency,
    }),
  }
}

/** Wraps the resolver of a verifier: an index is looked up where its signatures are searched. */
function withoutCredentialsFor(isAnonymous: RegistriesOptions['isAnonymous'], inner: Resolver): Resolver {
  if (isAnonymous === undefined) return inner
  return {
    resolve: (reference, options) =>
      inner.resolve(reference, isAnonymous(reference) ? { ...options, anonymous: true } : options),
  }
}

/** After the first request was sent, and before its response can be there. */
const LOAD_AFTER_MS = 10

/**
 * Wraps a resolver to prepare the rule of each image while its digest is being requested: loading the libraries takes as long as a
 * round trip.
 */
export function withEarlyRules(
  inner: Resolver,
  judge: AttachmentJudge,
  ruleFor: RegistriesOptions['ruleFor'],
): Resolver {
  const prepared = new Set<VerifyRequest['rule']>()
  return {
    resolve(reference, options) {
      const resolution = inner.resolve(reference, options)
      const rule = ruleFor(reference)
      if (rule !== undefined && !prepared.has(rule)) {
        prepared.add(rule)
        // Whoever verifies by the rule gets the error.
        setTimeout(() => judge.prepare(rule).catch(() => {}), LOAD_AFTER_MS)
      }
      return resolution
    },
  }
}
