import type { Profile } from '../config/profile.ts'
import { rewriteName } from '../config/rewrite.ts'
import { type Digest, pinnedText, type Reference, repositoryName } from '../reference/reference.ts'

/**
 * Builds the reference that Pinpull writes to an image field: the digest is added in the output form of the profile, and the
 * name is replaced if a rewrite of the profile matches it.
 *
 * @param reference the reference in the manifest
 * @param digest the digest to add, also in place of another; undefined to add none, and then the tag stays as well
 * @param profile its output form and rewrites; `output: as-written` adds no digest
 * @param keepTag whether the tag stays even with `output: digest`
 * @returns the same reference if no digest is added and no rewrite matches
 */
export function outputReference(
  reference: Reference,
  digest: Digest | undefined,
  { output, rewrite }: Profile,
  keepTag = false,
): Reference {
  const form = keepTag && output === 'digest' ? 'tag-digest' : output
  const pinned =
    digest === undefined || form === 'as-written' ? reference : withDigest(reference, digest, form)
  const name = rewrite.length === 0 ? undefined : rewriteName(repositoryName(pinned), rewrite)
  return name === undefined ? pinned : renamed(pinned, name)
}

function withDigest(reference: Reference, digest: Digest, form: 'tag-digest' | 'digest'): Reference {
  const { tag, ...rest } = reference
  const text = pinnedText(reference, digest, form)
  return { ...rest, text, digest, ...(tag === undefined || form === 'digest' ? {} : { tag }) }
}

function renamed(reference: Reference, name: string): Reference {
  const { tag, digest } = reference
  const slash = name.indexOf('/')
  const text = `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
  return { ...reference, text, domain: name.slice(0, slash), path: name.slice(slash + 1) }
}
