import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about what a profile demands of images and pull policies. A profile may change their severity. */
export type PolicyCode =
  | 'IMAGE_UNTAGGED'
  | 'IMAGE_LATEST'
  | 'IMAGE_FLOATING'
  | 'IMAGE_UNPINNED'
  | 'IMAGE_PLATFORM_MISSING'
  | 'IMAGE_PULL_SECRET_MISSING'
  | 'IMAGE_UNVERIFIED'
  | 'IMAGE_DIGEST_DRIFTED'
  | 'IMAGE_DIGEST_UNTAGGED'
  | 'LOCK_WAITING'
  | 'LOCK_CANDIDATE_GONE'
  | 'LOCK_NEVER_RESTS'
  | 'LOCK_RUNS_OTHER'
  | 'IMAGE_RUNS_MIXED'
  | 'IMAGE_ID_UNUSABLE'
  | 'PLATFORM_LOST'
  | 'INDEX_BECAME_MANIFEST'
  | 'MIRROR_STALE'
  | 'MIRROR_NOT_COMPARED'
  | 'IMAGE_UNREADABLE'
  | 'IMMUTABLE_TEMPLATE'
  | 'FIELD_UNKNOWN'
  | 'FIELD_OPTIONAL'
  | 'IMAGE_REWRITE_ASSUMED'
  | 'IMAGE_NOT_REWRITTEN'
  | 'REGISTRY_NOT_ALLOWED'
  | 'PULL_POLICY_UNWANTED'
  | 'PULL_POLICY_IMPLICIT'
  | 'PULL_POLICY_OFFLINE'
  | 'PULL_POLICY_NEVER_MUTABLE'
  | 'PULL_POLICY_UNSUPPORTED'
  | 'PULL_POLICY_INVALID'

export const policyCodes: Readonly<Record<PolicyCode, CatalogueEntry>> = {
  IMAGE_UNTAGGED: {
    severity: 'warning',
    exit: 'input',
    title: 'An image without a tag',
    message: '"{image}" has no tag (defaults to latest), so it can change at any time',
    hint: 'use a version tag in the source manifest',
  },
  IMAGE_LATEST: {
    severity: 'warning',
    exit: 'input',
    title: 'An image with the tag latest',
    message: '"{image}" is tagged latest, so it can change at any time',
    hint: 'use a version tag in the source manifest',
  },
  IMAGE_FLOATING: {
    severity: 'info',
    exit: 'input',
    title: 'An image with a floating tag',
    message: '"{image}" has a tag that is not a full version, so it can change at any time',
    hint: 'use a full version in the source manifest, such as 1.27.3',
  },
  IMAGE_UNPINNED: {
    severity: 'error',
    exit: 'input',
    title: 'An image that is not pinned',
    message: '"{image}" is not pinned to a digest, which {by} requires',
    hint: 'pin it before it is applied: {pinpull}',
  },
  IMAGE_PLATFORM_MISSING: {
    severity: 'warning',
    exit: 'input',
    title: 'An image that lacks the platform of a node it may run on',
    message: '"{image}" does not support {missing}, where this workload may run; it supports {available}',
    hint: 'build the image for it, or restrict the workload with nodeSelector or nodeAffinity',
  },
  IMAGE_PULL_SECRET_MISSING: {
    severity: 'warning',
    exit: 'input',
    title: 'A private image without a pull secret',
    message:
      '"{image}" can only be pulled with a credential ({source} was used here), and neither the PodSpec nor its ServiceAccount in these manifests names imagePullSecrets',
    hint: 'name a Secret in imagePullSecrets, unless the cluster has credentials of its own for {registry}',
  },
  IMAGE_UNVERIFIED: {
    severity: 'info',
    exit: 'input',
    title: 'An image whose signature nobody has verified',
    message: '{image}: not verified: {reason}',
    hint: 'add an entry for it to verify of profile {profile}; with findings.IMAGE_UNVERIFIED, set how serious it is without one',
  },
  IMAGE_DIGEST_DRIFTED: {
    severity: 'warning',
    exit: 'input',
    title: 'A tag that has moved away from its digest',
    message: '"{image}": the tag {tag} now names {digest}',
    hint: 'to follow the tag, remove the digest and run pinpull again; to stay, do nothing',
  },
  IMAGE_DIGEST_UNTAGGED: {
    severity: 'info',
    exit: 'input',
    title: 'A digest that its tag no longer names',
    message: '"{image}": the tag {tag} {names}, and no other tag that was looked up names {digest}',
    hint: 'tag it again before the registry deletes untagged manifests, or use the current digest of the tag',
  },
  LOCK_WAITING: {
    severity: 'info',
    exit: 'input',
    title: 'A tag has moved, and its new digest waits',
    message: '{image}: {digest}, first seen at {since}, waits until {until}',
    hint: 'after that, pinpull {command} --update takes it; to take it now: pinpull {command} --update --now --match {image} FILE',
  },
  LOCK_CANDIDATE_GONE: {
    severity: 'warning',
    exit: 'input',
    title: 'A digest came and went while it waited',
    message: '{image}: {digest} was first seen at {since}, and the tag no longer names it',
    hint: 'find out why it was withdrawn: a bad release looks like this',
  },
  LOCK_NEVER_RESTS: {
    severity: 'warning',
    exit: 'input',
    title: 'A tag that moves faster than its cool-down',
    message: '{image}: {changes} digests in a row were replaced before they were old enough',
    hint: 'use a full version, or set a shorter minAge for this image in spec.lock.rules',
  },
  LOCK_RUNS_OTHER: {
    severity: 'info',
    exit: 'input',
    title: 'The lock file has another digest than the one that runs',
    message: '{image} is locked as {locked}, and runs as {running}',
    hint: 'to lock what runs: pinpull lock --from-status --update --match {image}',
  },
  IMAGE_RUNS_MIXED: {
    severity: 'warning',
    exit: 'input',
    title: 'One tag runs with several digests',
    message: '{image} runs with {count} digests, and {outcome}: {runs}',
    hint: 'restart the Pods, or choose with --prefer newest or --prefer most',
  },
  IMAGE_ID_UNUSABLE: {
    severity: 'warning',
    exit: 'input',
    title: 'What a container runs cannot be locked',
    message: '{image}: {id} in {where} {reason}',
    hint: 'lock what its tag names now: pinpull lock --image {image}',
  },
  PLATFORM_LOST: {
    severity: 'error',
    exit: 'input',
    title: 'The new digest of a tag lacks a platform',
    message: '{image}: {digest} has no manifest for {platforms}, which the locked digest has',
    hint: 'nodes of that platform could not run it: ask the publisher; to accept the loss, set findings.PLATFORM_LOST to warning in the profile',
  },
  INDEX_BECAME_MANIFEST: {
    severity: 'error',
    exit: 'input',
    title: 'The new digest of a tag is a manifest of one platform, and no index',
    message: '{image}: {digest} is a manifest of one platform; the locked digest is an index',
    hint: 'nodes of other platforms could not run it: ask the publisher; to accept it, set findings.INDEX_BECAME_MANIFEST to warning in the profile',
  },
  MIRROR_STALE: {
    severity: 'warning',
    exit: 'external',
    title: 'A mirror and its registry differ',
    message: '"{image}": the mirror {mirror} says {digest}, and {registry} says {says}',
    hint: 'have the mirror fetch the image again, or copy the right image to it',
  },
  MIRROR_NOT_COMPARED: {
    severity: 'warning',
    exit: 'external',
    title: 'A mirror could not be compared with its registry',
    message:
      '"{image}": the digest from {mirror} could not be compared with {registry}, which did not respond ({reason})',
    hint: 'run this where {registry} can be reached; the mirror may still be right',
  },
  IMAGE_UNREADABLE: {
    severity: 'warning',
    exit: 'input',
    title: 'A container without a readable image',
    message: 'an image is required here, but found {found}',
    hint: 'write the image as a string, in quotes if it looks like a number',
  },
  IMMUTABLE_TEMPLATE: {
    severity: 'info',
    exit: 'input',
    title: 'A Job that is pinned without a lock file',
    message:
      '"{image}": the pod template of a Job is immutable, so this cannot be applied over a Job with another image, nor after the tag has moved',
    hint: 'pin it from a lock file (pinpull lock), and replace the Job when the digest changes: docs/lock.md#jobs',
  },
  FIELD_UNKNOWN: {
    severity: 'warning',
    exit: 'input',
    title: 'A possible image in a field that no rule covers',
    message: '"{image}" looks like an image, but no rule covers this field, so it is left unchanged',
    hint: 'add a line to spec.fields.rules: - {entry}; or, if it is not an image, to spec.fields.exclude',
  },
  FIELD_OPTIONAL: {
    severity: 'info',
    exit: 'input',
    title: 'An image in an optional field',
    message: '"{image}" is left unchanged: this field is only searched if spec.fields.optional has it',
    hint: 'to pin it, add a line to spec.fields.optional: - {entry}; to ignore it, add one to spec.fields.exclude',
  },
  IMAGE_REWRITE_ASSUMED: {
    severity: 'warning',
    exit: 'input',
    title: 'An image whose name is assumed to be rewritten',
    message: '"{image}" was looked up as {original}, because profile {profile} rewrites that to this name',
    hint: 'if it is a different image, lock it with a profile that rewrites nothing, or rewrite to a path that holds only copies',
  },
  IMAGE_NOT_REWRITTEN: {
    severity: 'warning',
    exit: 'input',
    title: 'An image whose name cannot be rewritten',
    message: '"{image}" keeps its name, although profile {profile} rewrites it: {reason}',
    hint: 'give each rewrite of the profile its own path, or exclude the image',
  },
  REGISTRY_NOT_ALLOWED: {
    severity: 'error',
    exit: 'input',
    title: 'An image from a registry that is not allowed',
    message: '"{image}": profile {profile} does not allow images from {repository}',
    hint: 'use an image from one of: {allowed}; or add it to allowedRegistries',
  },
  PULL_POLICY_UNWANTED: {
    severity: 'error',
    exit: 'input',
    title: 'A pull policy that differs from the profile',
    message: 'the pull policy is {policy}, but profile {profile} requires {wanted} ({by})',
    hint: 'to set it: {pinpull}; or change the profile',
  },
  PULL_POLICY_IMPLICIT: {
    severity: 'warning',
    exit: 'input',
    title: 'A default pull policy that pinning would change',
    message:
      '"{image}" has no pull policy: pinning it changes the default from {before} to {after}, but only for objects that do not exist yet',
    hint: 'set the pull policy, as this does: {pinpull}',
  },
  PULL_POLICY_OFFLINE: {
    severity: 'error',
    exit: 'input',
    title: 'The pull policy Always without a registry',
    message:
      'the pull policy of "{image}" is Always, and profile {profile} is for clusters without a registry',
    hint: 'use Never or IfNotPresent',
  },
  PULL_POLICY_NEVER_MUTABLE: {
    severity: 'warning',
    exit: 'input',
    title: 'The pull policy Never with a tag that can move',
    message:
      '"{image}" is never pulled, but its tag can move: nodes may run different images under the same name',
    hint: 'use a full version, or pin the image',
  },
  PULL_POLICY_UNSUPPORTED: {
    severity: 'warning',
    exit: 'input',
    title: 'A pull policy that the field does not accept',
    message: 'this field does not accept {wanted}, only {allowed}; it was not set',
    hint: 'set another policy for this kind with a rule',
  },
  PULL_POLICY_INVALID: {
    severity: 'warning',
    exit: 'input',
    title: 'A pull policy that Kubernetes rejects',
    message: '{policy} is not a pull policy, and {why}',
    hint: 'use one of {allowed}',
  },
}
