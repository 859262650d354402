import type { ResourceIdentifier } from '../../diagnostics/diagnostic.ts'
import { isReference, parseReference } from '../../reference/parse.ts'
import type { FieldPath, Scalar, YamlDocument } from '../../yaml/nodes.ts'
import type { Scope } from '../visit.ts'

/** The form of a value that looks like an image. */
export type CandidateForm =
  /** A whole string. */
  | 'value'
  /** Its repository and tag are in separate keys. */
  | 'parts'
  /** In a variable, an argument or an annotation, for a program. */
  | 'program'

/** A value that looks like an image, at or below the visited value. */
export interface FoundCandidate {
  readonly form: CandidateForm
  /** From the visited value. */
  readonly path: FieldPath
  readonly node: Scalar
  readonly image: string
  /** The text before the image in the same string, such as `--image=`. */
  readonly prefix: string
  /** The keys of its parts, as in `{repository}:{tag}`, if it has several. */
  readonly parts?: string
}

/** A value that looks like an image, with its location. */
export interface ImageCandidate extends Omit<FoundCandidate, 'path'> {
  readonly document: YamlDocument
  readonly resource: ResourceIdentifier
  /** From the document's root. */
  readonly path: FieldPath
  readonly scope: Scope
  /** From the root of the walk, which is a resource of the document. */
  readonly at: FieldPath
}

/**
 * Hosts of well-known registries: a name that begins with one is certainly an image.
 */
const REGISTRY_HOSTS =
  /^(?:(?:index\.)?docker\.io|registry-1\.docker\.io|quay\.io|ghcr\.io|(?:[a-z]+\.)?gcr\.io|registry\.k8s\.io|mcr\.microsoft\.com|public\.ecr\.aws|cgr\.dev|nvcr\.io|icr\.io|registry\.gitlab\.com|registry\.redhat\.io|registry\.access\.redhat\.com|registry\.suse\.com|docker\.elastic\.co|registry\.connect\.redhat\.com|container-registry\.oracle\.com|xpkg\.upbound\.io|xpkg\.crossplane\.io|docker\.n8n\.io|docker\.dragonflydb\.io|releases-docker\.jfrog\.io|.+\.pkg\.dev|.+\.azurecr\.io|.+\.dkr\.ecr\..+\.amazonaws\.com(?:\.cn)?|.+\.icr\.io|.+\.ocir\.io|.+\.jfrog\.io|.+\.quay\.io|.+\.aliyuncs\.com|registry\..+|harbor\..+)$/

/** The part of a text that shows that it is an image. */
export type ReferenceEvidence = 'tag' | 'digest' | 'host'

/**
 * Looks for evidence that the text under a key named after images is certainly an image: a tag, a digest, or the host of a
 * well-known registry.
 *
 * @returns undefined if the text may be another name
 */
export function referenceEvidence(text: string): ReferenceEvidence | undefined {
  if (!/[:/@]/.test(text) || !isReference(text)) return undefined
  const { tag, digest, domain } = parseReference(text)
  if (digest !== undefined) return 'digest'
  if (tag !== undefined) return 'tag'
  const isHost = domain.includes(':') || REGISTRY_HOSTS.test(domain)
  return text.startsWith(`${domain}/`) && isHost ? 'host' : undefined
}
