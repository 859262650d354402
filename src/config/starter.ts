import { CONFIG_API_VERSION, CONFIG_KIND } from './schema/config-schema.ts'

/**
 * The text of a configuration to start with, which `pinpull config init` writes. It changes nothing: the settings that are
 * wanted most are comments. A comment begins with `# ` and one space, and a setting that is commented out with `#` and its own text
 * (or indentation), so that removing the `#` of a whole block makes it a setting.
 *
 * @param schema the schema's file, relative to the configuration, for editors
 */
export function formatStarterConfig(schema: string): string {
  return `# yaml-language-server: $schema=${schema}
# The configuration of Pinpull. As it is, it changes nothing: remove the # before a setting to use it.
# pinpull config view shows what a profile results in, and pinpull config schema describes every key.
apiVersion: ${CONFIG_API_VERSION}
kind: ${CONFIG_KIND}
spec:
  # The profile without --profile and PINPULL_PROFILE: dev, staging, prod, airgap, or one of your own.
  defaultProfile: prod

  # Where the digests of tags are recorded by pinpull lock; by default pinpull.lock.yaml in this folder.
  #lockFile: deploy/pinpull.lock.yaml

  profiles:
  - name: prod # refines the built-in profile of this name

    # Fail on images without a tag or with the tag latest, instead of warning.
    #mutableTags: {latest: deny, untagged: deny}

    # Accept images from these registries and repositories only.
    #allowedRegistries:
    #- docker.io
    #- registry.k8s.io
    #- ghcr.io/acme

    # Keep a pull policy that the manifests set, and set one only if there is none.
    #policyMode: default

    # Skip these images: patterns of names, or conditions.
    #exclude:
    #- registry.k8s.io/pause
    #- {kind: Job, namespace: ci}

    # Exceptions: each setting comes from the first rule that matches and has it.
    #rules:
    #- name: debug tools stay fresh
    #  match: {image: ghcr.io/acme/debug-*}
    #  pin: never
    #  pullPolicy: Always

    # Ignore annotations of manifests, such as pinpull.dev/skip.
    #annotations: ignore

    # Write the names of a private mirror, for clusters that reach nothing else.
    #rewrite:
    #- {from: docker.io, to: registry.example.com/hub}

    # Pin only what the right signer has signed: the first entry that matches an image decides.
    #verify:
    #- images: [ghcr.io/acme/**]
    #  identities:
    #  - issuer: https://token.actions.githubusercontent.com
    #    subjectPattern: https://github.com/acme/*/.github/workflows/release.yml@refs/tags/*
    #- images: ['**']
    #  mode: warn

    # Change how severe a diagnostic is: error, warning, info or off.
    #findings: {IMAGE_PULL_SECRET_MISSING: off}

  # A profile of your own; pinpull --profile qa uses it.
  #- name: qa
  #  extends: staging
  #  unresolved: deny

  # How registries are reached. Credentials come from docker login and podman login, never from this file.
  #registries:
  #- host: docker.io
  #  mirrors: [{url: "https://mirror.example.com"}]

  # Where images are found beside the built-in rules; pinpull fields shows what is found.
  #fields:
  #  rules:
  #  - {group: example.com, kind: Widget, path: "spec.jobs[].image"}
`
}
