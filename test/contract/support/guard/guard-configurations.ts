import { parseConfig } from '../../../../src/config/parse.ts'
import type { Profile } from '../../../../src/config/profile.ts'
import { createLock, type Lock } from '../../../../src/lock/lock.ts'
import type { Digest } from '../../../../src/reference/reference.ts'
import { readSource } from '../../../../src/yaml/source.ts'

/** A guard to be proved: a profile and the options of `pinpull guard`. */
export interface GuardConfiguration {
  /** Of its policies, and of the namespaces that they are bound to. */
  readonly name: string
  readonly profile: Profile
  readonly pin: boolean
  readonly onlyLocked: boolean
}

export const DIGESTS: readonly Digest[] = ['a', 'b', 'c'].map(
  (digit) => `sha256:${digit.repeat(64)}` as Digest,
)
const [A, B] = DIGESTS as [Digest, Digest]

/** The lock of the configurations that use one. Some of its names are those of `image-texts.ts`. */
export const LOCK: Lock = createLock(
  (
    [
      ['docker.io/library/nginx:latest', A],
      ['docker.io/library/nginx:1.27', B],
      ['docker.io/library/nginx:1.27.3', A],
      ['ghcr.io/acme/web:latest', A],
      ['ghcr.io/acme/web:1.4.2', A],
      [`ghcr.io/acme/web@${B}`, B],
      ['localhost:5000/app:v2', A],
      ['localhost/app:latest', B],
      ['registry.example.com:5000/team/app:main', B],
      ['quay.io/team/app:2024-01-02', A],
      ['quay.io/team/app:latest', A],
      ['registry.k8s.io/pause:3.10', A],
      ['a.b/c__d/e--f:1.2.3-nightly', A],
      ['gcr.io/google_containers/pause:latest', B],
    ] satisfies [string, Digest][]
  ).map(([reference, digest]) => ({
    reference,
    digest,
    mediaType: 'application/vnd.oci.image.index.v1+json',
  })),
)

/** Profiles that have every setting that is compiled, in each of its values. */
const PROFILES = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  profiles:
  - name: digests
    extends: prod
    output: digest
    placeholders: deny
    policyMode: preserve
    mutableTags: {untagged: deny}
  - name: registries
    extends: prod
    pin: never
    policyMode: preserve
    invalid: warn
    allowedRegistries: [docker.io, ghcr.io, 'quay.io/team', 'registry.example.com:5000/team/', 'localhost:5000', 'GHCR.example.com', '*.k8s.io/*', '*.internal.example.com/**', '[::1]:5000']
  - name: tags
    extends: prod
    pin: never
    policyMode: preserve
    mutableTags: {untagged: deny, latest: deny, floating: deny}
  - name: tags-apart
    extends: staging
    pin: never
    policyMode: default
    mutableTags: {untagged: warn, latest: allow, floating: warn}
    findings: {IMAGE_FLOATING: error, IMAGE_UNTAGGED: info}
    rules:
    - {match: {image: 'ghcr.io/**'}, mutableTags: deny}
    - {match: {image: '**:main'}, mutableTags: allow}
    - {match: {containerType: [initContainer, imageVolume]}, mutableTags: warn}
  - name: policies
    extends: prod
    pin: never
    invalid: warn
    pullPolicy: {digest: IfNotPresent, fixed: IfNotPresent, floating: Always, latest: Always, untagged: Always}
  - name: policies-by-output
    extends: prod
    output: digest
    findings: {IMAGE_UNPINNED: warning, PULL_POLICY_NEVER_MUTABLE: error}
    pullPolicy: {digest: Never, fixed: IfNotPresent, floating: Always, latest: Always, untagged: Always}
    rules:
    - {match: {reference: fixed}, pin: never}
    - {match: {container: 'istio-*'}, pullPolicy: Always}
  - name: default-mode
    extends: prod
    policyMode: default
    rules:
    - {match: {image: nginx}, pin: never, policyMode: override, pullPolicy: Always}
  - name: ordered
    extends: prod
    unresolved: warn
    findings: {IMAGE_UNPINNED: error, PULL_POLICY_UNWANTED: error}
    rules:
    - {match: {image: 'ghcr.io/acme/**', containerType: container}, pin: always}
    - {match: {image: 'ghcr.io/**'}, pin: never, pullPolicy: Always}
    - {match: {image: ['**', '**:latest'], reference: [latest, untagged]}, pin: always, pullPolicy: IfNotPresent}
    - {match: {reference: [latest, untagged, floating]}, pin: never, policyMode: preserve}
    - {match: {container: [web, 'c*']}, pullPolicy: IfNotPresent, unresolved: deny}
  - name: included
    extends: prod
    include: ['docker.io/**', {image: 'ghcr.io/**:1*', containerType: container}, {container: setup}]
    exclude: ['**/pause', {reference: fixed}]
  - name: excluded
    extends: prod
    exclude:
    - nginx:1.27
    - 'quay.io/**'
    - {container: 'istio-*', containerType: [container, initContainer]}
    - {containerType: imageVolume, image: '*/*/**'}
    - {image: 'ghcr.io/acme/web', namespace: excluded}
  - name: namespaced
    extends: prod
    exclude: [{namespace: 'namespaced-*', containerType: initContainer}]
    rules:
    - {match: {namespace: namespaced, container: web}, pin: never, policyMode: preserve}
    - {match: {namespace: '*-other'}, policyMode: default, mutableTags: deny}
  - name: severities
    extends: prod
    allowedRegistries: ['docker.io/library/*', 'ghcr.io/acme/*']
    mutableTags: {untagged: warn, latest: deny, floating: warn}
    findings: {REGISTRY_NOT_ALLOWED: warning, IMAGE_LATEST: warning, IMAGE_FLOATING: error, IMAGE_UNPINNED: info, PULL_POLICY_UNWANTED: warning, PULL_POLICY_NEVER_MUTABLE: error}
  - name: offline
    extends: airgap
    output: tag-digest
    invalid: warn
    mutableTags: {untagged: warn, latest: warn}
    findings: {PULL_POLICY_OFFLINE: warning}
    pullPolicy: {digest: IfNotPresent, fixed: Never}
  - name: pinned-modes
    extends: prod
    rules:
    - {match: {container: 'istio-*'}, policyMode: preserve}
    - {match: {image: 'ghcr.io/acme/web:1*'}, pin: never}
    - {match: {image: 'quay.io/**'}, pullPolicy: Always}
    exclude: ['**/pause']
`

function profilesOf(text: string): ReadonlyMap<string, Profile> {
  const { config, diagnostics } = parseConfig(readSource(new TextEncoder().encode(text)), { tier: 1 })
  if (config === undefined) throw new Error(JSON.stringify(diagnostics, undefined, 2))
  return config.profiles
}

const profiles = profilesOf(PROFILES)

/** Every profile without a lock, and some with one. */
export const CONFIGURATIONS: readonly GuardConfiguration[] = [
  ...[...profiles.values()].map((profile) => ({
    name: profile.name,
    profile,
    pin: false,
    onlyLocked: false,
  })),
  ...['prod', 'airgap', 'excluded', 'ordered'].map((name) => locked(name, { onlyLocked: true })),
  ...['prod', 'staging', 'digests', 'ordered', 'pinned-modes', 'policies-by-output', 'namespaced'].map(
    (name) => locked(name, { pin: true }),
  ),
  ...['prod', 'digests'].map((name) => locked(name, { pin: true, onlyLocked: true })),
]

function locked(
  profile: string,
  { pin = false, onlyLocked = false }: Partial<GuardConfiguration>,
): GuardConfiguration {
  const name = [profile, ...(pin ? ['pin'] : []), ...(onlyLocked ? ['locked'] : [])].join('-')
  const found = profiles.get(profile)
  if (found === undefined) throw new Error(`there is no profile ${profile}`)
  return { name, profile: found, pin, onlyLocked }
}

/** The namespaces that the guard of a configuration is bound to: two, since rules may be about one of them. */
export function namespacesOf({ name, profile }: GuardConfiguration): readonly string[] {
  return profile.name === 'namespaced' ? [name, `${name}-other`] : [name]
}
