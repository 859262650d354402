import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about what registries answer. */
export type RegistryCode =
  | 'MANIFEST_UNKNOWN'
  | 'REPOSITORY_UNKNOWN'
  | 'REGISTRY_DENIED'
  | 'REGISTRY_CHALLENGE_INVALID'
  | 'REGISTRY_PULL_LIMIT'
  | 'REGISTRY_RATE_LIMITED'
  | 'REGISTRY_ERROR'
  | 'REGISTRY_REFUSED'
  | 'NOT_A_REGISTRY'
  | 'MANIFEST_SCHEMA1'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_TOO_LARGE'
  | 'DIGEST_MISMATCH'
  | 'PLATFORM_UNKNOWN'
  | 'REGISTRY_TLS_UNTRUSTED'
  | 'REGISTRY_TLS_INVALID'
  | 'REGISTRY_SPEAKS_HTTP'
  | 'REGISTRY_SPEAKS_TLS'
  | 'REGISTRY_HOST_UNKNOWN'
  | 'REGISTRY_UNAVAILABLE'
  | 'REGISTRY_TIMEOUT'
  | 'REGISTRY_PROXY_FAILED'
  | 'REGISTRY_BLOCKED'
  | 'REGISTRY_HOSTS_INVALID'
  | 'REGISTRY_UNSAFE_REDIRECT'
  | 'REGISTRY_UNSAFE_REALM'
  | 'REGISTRY_TOKEN_FAILED'

export const registryCodes: Readonly<Record<RegistryCode, CatalogueEntry>> = {
  MANIFEST_UNKNOWN: {
    severity: 'error',
    exit: 'input',
    title: 'The registry has no such tag or digest',
    message: '{image}: {what} was not found in {repository} at {where}',
    hint: 'check the spelling of repository and tag, and that the image has been pushed',
  },
  REPOSITORY_UNKNOWN: {
    severity: 'error',
    exit: 'input',
    title: 'The registry has no such repository',
    message: '{image}: repository {repository} was not found at {where}',
    hint: 'check the spelling; a private repository may look the same without credentials',
  },
  REGISTRY_DENIED: {
    severity: 'error',
    exit: 'external',
    title: 'The registry refused access',
    message: '{image}: {who} refused access to {repository}: {reason}',
    hint: 'check that the account in use (credentials from: {source}) may pull from {repository}',
  },
  REGISTRY_CHALLENGE_INVALID: {
    severity: 'error',
    exit: 'external',
    title: 'The registry requires an unsupported kind of authentication',
    message: '{image}: {who} requires authentication that is not supported: {reason}',
    hint: 'check that {server} is a container registry; Bearer and Basic are supported',
  },
  REGISTRY_PULL_LIMIT: {
    severity: 'error',
    exit: 'external',
    title: "Docker Hub's pull limit is reached",
    message: '{image}: the pull limit of {registry} is reached (credentials from: {source})',
    hint: 'log in (Docker Hub allows 100 pulls in 6 hours without, 200 with a personal account), use a mirror with --mirror, or wait',
  },
  REGISTRY_RATE_LIMITED: {
    severity: 'error',
    exit: 'external',
    title: 'The registry limits the rate of requests',
    message: '{image}: {who} limits the rate of requests (after {tries} tries); retry {when}',
    hint: 'wait, or use a mirror with --mirror',
  },
  REGISTRY_ERROR: {
    severity: 'error',
    exit: 'external',
    title: 'The registry failed',
    message: '{image}: {who} failed with status {status} (after {tries} tries): {reason}',
    hint: 'try again later, and look at the status page of {server}',
  },
  REGISTRY_REFUSED: {
    severity: 'error',
    exit: 'external',
    title: 'The registry refused the request',
    message: '{image}: {who} refused the request with status {status}: {reason}',
    hint: 'check that {server} is the right host, and speaks the OCI distribution protocol',
  },
  NOT_A_REGISTRY: {
    severity: 'error',
    exit: 'external',
    title: 'The host did not answer as a registry',
    message: '{image}: {who} did not answer as a registry (it sent {contentType})',
    hint: 'check the host name; there may be a proxy or a login page in between',
  },
  MANIFEST_SCHEMA1: {
    severity: 'error',
    exit: 'input',
    title: 'The image is in a format that is no longer supported',
    message: '{image}: {who} has it only as Docker schema 1, which containerd 2.0 and later cannot run',
    hint: 'rebuild the image with a current builder, and push it again',
  },
  MANIFEST_INVALID: {
    severity: 'error',
    exit: 'input',
    title: 'The registry sent no valid manifest',
    message: '{image}: {who} sent an invalid manifest: {reason}',
    hint: 'push the image again, or report it to the operator of {server}',
  },
  MANIFEST_TOO_LARGE: {
    severity: 'error',
    exit: 'input',
    title: 'The manifest is too large',
    message: '{image}: the manifest that {who} sent is larger than {limit}',
    hint: 'check that the tag names an image',
  },
  DIGEST_MISMATCH: {
    severity: 'error',
    exit: 'input',
    title: 'The content does not match the digest that the registry stated',
    message: '{image}: {who} says {stated}, but the content is {computed}; refusing to pin',
    hint: 'do not use this image until the operator of {server} has explained it; a proxy may have altered it',
  },
  PLATFORM_UNKNOWN: {
    severity: 'error',
    exit: 'input',
    title: 'The image does not support the platform',
    message: '{image}: there is no manifest for {platform} at {registry}; it has {available}',
    hint: 'choose one of those with --platform, or leave the flag out to pin all of them',
  },
  REGISTRY_TLS_UNTRUSTED: {
    severity: 'error',
    exit: 'external',
    title: "The registry's certificate is not trusted",
    message: '{image}: the certificate of {who} is not trusted: {reason}',
    hint: 'trust its CA: set ca for {server} in the configuration, NODE_EXTRA_CA_CERTS or SSL_CERT_FILE',
  },
  REGISTRY_TLS_INVALID: {
    severity: 'error',
    exit: 'external',
    title: "The registry's certificate is not valid",
    message: '{image}: the TLS connection to {who} failed: {reason}',
    hint: 'have the certificate of {server} corrected',
  },
  REGISTRY_SPEAKS_HTTP: {
    severity: 'error',
    exit: 'external',
    title: 'The registry speaks plain HTTP',
    message: '{image}: {who} speaks plain HTTP where HTTPS was expected',
    hint: 'if that is intended, allow it: --mirror {server}=http://{server}',
  },
  REGISTRY_SPEAKS_TLS: {
    severity: 'error',
    exit: 'external',
    title: 'The connection was closed without a response',
    message: '{image}: {who} closed the connection without a response (after {tries} tries)',
    hint: 'if it expects HTTPS, use https:// instead of http://',
  },
  REGISTRY_HOST_UNKNOWN: {
    severity: 'error',
    exit: 'external',
    title: "The registry's host name cannot be resolved",
    message: '{image}: {host} cannot be resolved ({reason})',
    hint: 'check the spelling, and your network, DNS and proxy settings; or use --mirror or --locked',
  },
  REGISTRY_UNAVAILABLE: {
    severity: 'error',
    exit: 'external',
    title: 'The registry could not be reached',
    message: '{image}: {who} could not be reached (after {tries} tries): {reason}',
    hint: 'check the host name, the network and the proxy settings; pinpull doctor {server} shows each step',
  },
  REGISTRY_TIMEOUT: {
    severity: 'error',
    exit: 'external',
    title: 'The registry did not answer in time',
    message: '{image}: {who} did not respond within {seconds} s ({stage})',
    hint: 'try again; pinpull doctor {server} shows whether it is overloaded or a firewall drops the connection',
  },
  REGISTRY_PROXY_FAILED: {
    severity: 'error',
    exit: 'external',
    title: 'The proxy did not let the request through',
    message: '{image}: {registry} could not be reached through the proxy {proxy}: {reason}',
    hint: 'check HTTPS_PROXY and HTTP_PROXY, or exempt {registry} with NO_PROXY',
  },
  REGISTRY_BLOCKED: {
    severity: 'error',
    exit: 'input',
    title: 'The registry is blocked',
    message: '{image}: {file} blocks {registry}',
    hint: 'take the image from another registry, or have the entry in {file} changed',
  },
  REGISTRY_HOSTS_INVALID: {
    severity: 'error',
    exit: 'usage',
    title: 'A registry configuration file cannot be used',
    message: '{image}: {file} cannot be used: {reason}',
    hint: 'correct the file; ignoring it could pin an image from the wrong registry',
  },
  REGISTRY_UNSAFE_REDIRECT: {
    severity: 'error',
    exit: 'external',
    title: 'The registry redirects to an unsafe URL',
    message: '{image}: {registry} redirects to {target}, which was not followed: {reason}',
    hint: 'report it to the operator of {registry}',
  },
  REGISTRY_UNSAFE_REALM: {
    severity: 'error',
    exit: 'external',
    title: 'The registry names an unsafe token server',
    message: '{image}: {registry} names {target} as its token server, which was not contacted: {reason}',
    hint: 'report it to the operator of {registry}; no credential has been sent',
  },
  REGISTRY_TOKEN_FAILED: {
    severity: 'error',
    exit: 'external',
    title: 'The token server failed',
    message: '{image}: the token server {target} of {registry} returned no token: {reason}',
    hint: 'try again later, and look at the status page of {registry}',
  },
}
