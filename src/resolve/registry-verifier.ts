import { exitClassOf } from '../diagnostics/catalogue.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { type Attachment, type AttachmentSearch, type Attachments, unsearched } from '../oci/attachment.ts'
import type { PlatformManifest } from '../oci/manifest.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Resolver } from '../plan/resolver.ts'
import type { Verification, Verifier, VerifyRequest } from '../plan/verifier.ts'
import type { Digest, Reference } from '../reference/reference.ts'
import { type AttachmentBudget, attachmentBudget, SMALL_ANSWER } from '../registry/attachment-budget.ts'
import { yieldToEventLoop } from '../registry/http/tcp.ts'
import type { VerifySubject } from '../verify/demand.ts'
import type { Verdict } from '../verify/verdict.ts'
import type { AttachmentJudge, PreparedRule } from './attachment-judge.ts'
import type { AttachmentSource, AttachmentSubject } from './attachment-source.ts'
import { type ConcurrencyLimits, withVerifierLimit } from './concurrency.ts'
import { withVerifierMemoization } from './memoization.ts'
import { type Refusal, refusalOf, unverifiedError, verificationOf } from './verification.ts'

/** What a verifier is made of. */
export interface VerifierOptions {
  readonly source: AttachmentSource
  readonly judge: AttachmentJudge
  /** Finds the index that names the manifest of a platform, and the manifests of an index. */
  readonly resolver: Resolver
  /** How many images are verified at the same time; `DEFAULT_CONCURRENCY` by default. */
  readonly concurrency?: ConcurrencyLimits | undefined
  /** What may be held of what is attached to all images; `ATTACHMENT_BUDGET` by default. */
  readonly budget?: AttachmentBudget | undefined
}

/** How many manifests of an index without a signature are searched, to say which of them is signed. */
const CHILDREN = 8

/**
 * Creates a verifier that searches for what is attached to a digest, and judges it: once for each distinct digest and rule, with
 * limited concurrency. Creating it is cheap: the code that searches and verifies is loaded when it is first used.
 */
export function registryVerifier(options: VerifierOptions): Verifier {
  return withVerifierMemoization(withVerifierLimit(attachmentVerifier(options), options.concurrency))
}

/**
 * Creates a verifier of one image at a time.
 *
 * The digest that is pinned has to be signed. If that is the manifest of one platform, the index that names it may be signed instead;
 * a signature of a platform's manifest says nothing about an index, so it is only mentioned.
 */
export function attachmentVerifier(options: VerifierOptions): Verifier {
  const { source, judge, resolver, budget = attachmentBudget() } = options

  /** @returns what was verified; or the refusal, which holds nothing of what was found */
  const verifyDigest = async (request: VerifyRequest): Promise<Verification | Refusal> => {
    const { reference, digest, platform, rule, signal } = request
    const share = budget.share()
    try {
      const search = new Search(source, {
        reference,
        digest,
        signatureRepository: rule.signatureRepository,
        share,
        signal,
      })
      // The first requests are on their way while the libraries are loaded.
      search.begin(digest)
      await yieldToEventLoop()
      const judgeBy = await judge.prepare(rule)

      let verdict = await search.judge({ digest }, judgeBy)
      if (verdict.kind !== 'verified' && platform !== undefined) {
        const index = await findIndex(request, resolver)
        if (index !== undefined) verdict = await search.judge({ digest, index }, judgeBy)
      }
      if (verdict.kind !== 'verified') return refusalOf(verdict, search.searches)
      const verification = verificationOf(request, verdict, search.fromOf)
      const { index } = verification
      if (index === undefined) return verification
      return { ...verification, readIndex: () => source.readIndex({ reference, digest: index, signal }) }
    } finally {
      share.release()
    }
  }

  return {
    async verify(request) {
      const outcome = await verifyDigest(request)
      if (!('looked' in outcome)) return outcome
      const hints =
        request.platform === undefined ? await signedChildren(request, { ...options, budget }) : []
      throw unverifiedError(request, outcome, hints)
    },
  }
}

/** What has been found so far about an image. */
class Search {
  readonly #source: AttachmentSource
  readonly #subject: AttachmentSubject
  readonly #found: Attachments[] = []
  readonly #begun = new Map<Digest, { readonly places: AsyncIterator<Attachments>; next: Next }>()

  constructor(source: AttachmentSource, subject: AttachmentSubject) {
    this.#source = source
    this.#subject = subject
  }

  /** Everything that was searched so far. */
  get searches(): readonly AttachmentSearch[] {
    return this.#found.flatMap(({ searches }) => searches)
  }

  /** Where an object was found. */
  readonly fromOf = (attachment: Attachment): string =>
    this.#found.find(({ list }) => list.includes(attachment))?.searches[0]?.from ?? ''

  /** Starts to search the first place for a digest. */
  begin(digest: Digest): void {
    const places = this.#source.search({ ...this.#subject, digest })[Symbol.asyncIterator]()
    this.#begun.set(digest, { places, next: start(places) })
  }

  /**
   * Searches one place after another until what was found satisfies the rule.
   *
   * @param subject its index is searched for, if it has one, else its digest
   * @throws {PinpullError} if the last place could not be searched and the others have nothing
   */
  async judge(subject: VerifySubject, judgeBy: PreparedRule): Promise<Verdict> {
    const digest = subject.index ?? subject.digest
    if (!this.#begun.has(digest)) this.begin(digest)
    const begun = this.#begun.get(digest) as { readonly places: AsyncIterator<Attachments>; next: Next }
    let last: Verdict | undefined
    for (;;) {
      const found = await this.#settle(begun.next)
      if (found === undefined) break
      this.#found.push(found)
      // The same objects are not judged again: there may be many, and large ones.
      if (found.list.length > 0) last = judgeBy(subject, this.#all())
      if (last?.kind === 'verified') {
        await begun.places.return?.()
        return last
      }
      begun.next = start(begun.places)
    }
    return last ?? judgeBy(subject, this.#all())
  }

  /** What the next place has. If it fails, and the others have something, the message is about that, and mentions the failure. */
  async #settle(next: Next): Promise<Attachments | undefined> {
    try {
      const { done, value } = await next
      return done === true ? undefined : value
    } catch (error) {
      const hasAny = this.#found.some(({ list }) => list.length > 0)
      if (!hasAny || this.#subject.signal.aborted || !(error instanceof PinpullError)) throw error
      const from = String(error.args['registry'] ?? this.#subject.reference.domain)
      this.#found.push(unsearched(from, error.code))
      return undefined
    }
  }

  #all(): Attachments {
    return { list: this.#found.flatMap(({ list }) => list), searches: this.searches }
  }
}

type Next = Promise<IteratorResult<Attachments, unknown>>

function start(places: AsyncIterator<Attachments>): Next {
  const next = places.next()
  // Whoever awaits it gets the error; if nobody does, as the settings are wrong, it is of no interest.
  next.catch(() => {})
  return next
}

/**
 * The index that a tag names, if it names the manifest that is pinned.
 *
 * @throws {PinpullError} if the registry could not be asked
 */
async function findIndex(
  { reference, digest, signal }: VerifyRequest,
  resolver: Resolver,
): Promise<Digest | undefined> {
  // A digest alone does not say which index names it.
  if (reference.digest !== undefined && reference.tag === undefined) return undefined
  const index = await readIndex(withoutDigest(reference), signal, resolver)
  return index?.platforms.some((one) => one.digest === digest) === true ? index.digest : undefined
}

/** The manifests of an index that satisfy the rule though the index does not. An error only means that the message does not say it. */
async function signedChildren(
  { reference, digest, rule, signal }: VerifyRequest,
  { source, judge, resolver, budget }: VerifierOptions & { readonly budget: AttachmentBudget },
): Promise<readonly string[]> {
  try {
    const judgeBy = await judge.prepare(rule)
    const index = await readIndex({ ...withoutDigest(reference), digest }, signal, resolver)
    const children = (index?.platforms ?? []).slice(0, CHILDREN)
    const { signatureRepository } = rule
    const signed = await Promise.all(
      children.map(async ({ digest: its, ...child }) => {
        if (its === undefined) return []
        const share = budget.share()
        try {
          // They are no images of the run, whose number is limited.
          await share.take(4 * SMALL_ANSWER, signal)
          const search = new Search(source, { reference, digest: its, signatureRepository, share, signal })
          const { kind } = await search.judge({ digest: its }, judgeBy)
          return kind === 'verified' ? [formatPlatform(child)] : []
        } finally {
          share.release()
        }
      }),
    )
    const names = signed.flat()
    if (names.length === 0) return []
    const only = names.length === 1 ? 'the manifest' : 'the manifests'
    const are = names.length === 1 ? 'is' : 'are'
    return [`only ${only} for ${names.join(', ')} ${are} signed like that, and not the index that is pinned`]
  } catch (error) {
    if (signal.aborted || !(error instanceof PinpullError)) throw error
    return []
  }
}

/** The digest and the manifests of a reference, which need not be an index; undefined if it does not exist. */
async function readIndex(
  reference: Reference,
  signal: AbortSignal,
  resolver: Resolver,
): Promise<{ readonly digest: Digest; readonly platforms: readonly PlatformManifest[] } | undefined> {
  try {
    const { descriptor } = await resolver.resolve(reference, { wantPlatforms: true, signal })
    return { digest: descriptor.digest, platforms: descriptor.platforms ?? [] }
  } catch (error) {
    if (!(error instanceof PinpullError) || exitClassOf(error.code) !== 'input') throw error
    return undefined
  }
}

function withoutDigest({ domain, path, text, tag }: Reference): Reference {
  return { domain, path, text, ...(tag === undefined ? {} : { tag }) }
}
