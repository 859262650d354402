import { DOCKER_HUB, effectiveTag } from '../reference/normalize.ts'
import { isReference, parseReference } from '../reference/parse.ts'
import type { Reference } from '../reference/reference.ts'
import type { ImagePullPolicy } from './image-field.ts'

/** Every value of core/v1 `PullPolicy`. */
export const PULL_POLICIES: readonly ImagePullPolicy[] = ['Always', 'IfNotPresent', 'Never']

/**
 * The policy that the API server writes where a container or image volume has none (`SetDefaults_Container` and
 * `SetDefaults_Volume`, pkg/apis/core/v1/defaults.go): `Always` for the tag `latest`, `IfNotPresent` for all else.
 *
 * The tag is `latest` where it is written, even beside a digest, and where neither tag nor digest is
 * (pkg/util/parsers). What cannot be parsed has no tag.
 *
 * @param image the reference as written
 */
export function defaultPullPolicy(image: string): ImagePullPolicy {
  const reference = asTheServerReads(image)
  return reference !== undefined && effectiveTag(reference) === 'latest' ? 'Always' : 'IfNotPresent'
}

/**
 * The API server's parser differs from ours in two things that no image depends on, but a default may: it reads
 * `my_host.io/app`, whose first part is no host name, as a name without a domain, and it knows no blake3.
 */
function asTheServerReads(image: string): Reference | undefined {
  if (!isReference(image)) {
    const withoutDomain = `${DOCKER_HUB.domain}/${image}`
    return image.includes('/') && isReference(withoutDomain) ? parseReference(withoutDomain) : undefined
  }
  const reference = parseReference(image)
  return reference.digest?.startsWith('blake3:') ? undefined : reference
}
