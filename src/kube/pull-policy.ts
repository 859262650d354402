import { effectiveTag } from '../reference/normalize.ts'
import { isReference, parseReference } from '../reference/parse.ts'
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
  if (!isReference(image)) return 'IfNotPresent'
  return effectiveTag(parseReference(image)) === 'latest' ? 'Always' : 'IfNotPresent'
}
