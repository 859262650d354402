import type { ResourceIdentifier } from '../../diagnostics/diagnostic.ts'
import { isReference, parseReference } from '../../reference/parse.ts'
import type { FieldPath, Scalar, YamlDocument } from '../../yaml/nodes.ts'
import type { Scope } from '../walk.ts'

/** How a value that looks like an image is spelled. */
export type CandidateForm =
  /** It is all of a string. */
  | 'value'
  /** Its repository and tag stand in keys of their own. */
  | 'parts'
  /** A program is told of it, in its environment or an argument. */
  | 'program'

/** A value that looks like an image, below the value that was visited. */
export interface FoundCandidate {
  readonly form: CandidateForm
  /** From the value that was visited. */
  readonly path: FieldPath
  readonly node: Scalar
  readonly image: string
  /** What stands before the image in the same string, such as `--image=`. */
  readonly prefix: string
  /** How its parts are spelled, where it has some: `{repository}:{tag}`. */
  readonly parts?: string
}

/** A value that looks like an image, and where it stands. */
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
 * Hosts of registries that everybody knows: a name that begins with one is an image, and no other name with a slash. A
 * domain stands for all below it where it has a dot before.
 */
const REGISTRY_HOSTS =
  /^(?:(?:index\.)?docker\.io|registry-1\.docker\.io|quay\.io|ghcr\.io|(?:[a-z]+\.)?gcr\.io|registry\.k8s\.io|mcr\.microsoft\.com|public\.ecr\.aws|cgr\.dev|nvcr\.io|icr\.io|registry\.gitlab\.com|registry\.redhat\.io|registry\.access\.redhat\.com|registry\.suse\.com|docker\.elastic\.co|registry\.connect\.redhat\.com|container-registry\.oracle\.com|xpkg\.upbound\.io|xpkg\.crossplane\.io|docker\.n8n\.io|docker\.dragonflydb\.io|releases-docker\.jfrog\.io|.+\.pkg\.dev|.+\.azurecr\.io|.+\.dkr\.ecr\..+\.amazonaws\.com(?:\.cn)?|.+\.icr\.io|.+\.ocir\.io|.+\.jfrog\.io|.+\.quay\.io|.+\.aliyuncs\.com|registry\..+|harbor\..+)$/

/** What shows that a text is certainly an image; `undefined` if it may be another name. */
export type ReferenceEvidence = 'tag' | 'digest' | 'host'

/**
 * Whether a text under a key that is named after images is certainly an image: it has a tag or a digest, or begins with
 * the host of a registry.
 */
export function referenceEvidence(text: string): ReferenceEvidence | undefined {
  if (!/[:/@]/.test(text) || !isReference(text)) return undefined
  const { tag, digest, domain } = parseReference(text)
  if (digest !== undefined) return 'digest'
  // `http:80` and `3:latest` have no letter that a name begins with, or are a host with its port.
  if (tag !== undefined) return 'tag'
  const isHost = domain.includes(':') || REGISTRY_HOSTS.test(domain)
  return text.startsWith(`${domain}/`) && isHost ? 'host' : undefined
}
