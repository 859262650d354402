import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about finding and using credentials. */
export type CredentialCode =
  | 'CREDENTIAL_FILE_INVALID'
  | 'CREDENTIAL_VARIABLE_UNSET'
  | 'CREDENTIAL_HELPER_FAILED'
  | 'CREDENTIAL_HELPER_MISSING'
  | 'CREDENTIAL_PROVIDER_FAILED'
  | 'CREDENTIAL_NOT_USED'
  | 'CREDENTIAL_MISSING'
  | 'CREDENTIAL_WITHHELD'
  | 'CREDENTIAL_REJECTED'
  | 'CREDENTIAL_INSUFFICIENT'
  | 'CREDENTIAL_EXPIRED'

export const credentialCodes: Readonly<Record<CredentialCode, CatalogueEntry>> = {
  CREDENTIAL_FILE_INVALID: {
    severity: 'error',
    exit: 'usage',
    title: 'A credentials file cannot be used',
    message: 'the credentials in {file} cannot be used: {reason}',
    hint: 'correct the file, or log in again with docker, podman or skopeo',
  },
  CREDENTIAL_VARIABLE_UNSET: {
    severity: 'error',
    exit: 'usage',
    title: 'A variable for credentials is not set',
    message: 'the variable {variable}, which {file} names for the credentials of {registry}, is not set',
    hint: 'set {variable}',
  },
  CREDENTIAL_HELPER_FAILED: {
    severity: 'error',
    exit: 'external',
    title: 'A credential helper failed',
    message: 'credential helper {helper} failed for {registry}: {reason}',
    hint: 'run it by hand (docker-credential-{helper} get reads the registry from standard input), or remove it from {file}',
  },
  CREDENTIAL_HELPER_MISSING: {
    severity: 'error',
    exit: 'external',
    title: 'A credential helper is not installed',
    message: 'docker-credential-{helper} was not found on PATH; {file} names it for {registry}',
    hint: 'install it, or remove it from {file}; relative and empty entries of PATH are not searched',
  },
  CREDENTIAL_PROVIDER_FAILED: {
    severity: 'error',
    exit: 'external',
    title: 'A kubelet credential provider failed',
    message: 'credential provider {provider} failed for {target}: {reason}',
    hint: 'run it by hand with a CredentialProviderRequest on its standard input, or correct {file}',
  },
  CREDENTIAL_NOT_USED: {
    severity: 'warning',
    exit: 'external',
    title: 'A stored credential was not used',
    message: '{registry} is accessed anonymously, as onFailure allows: {reason}',
    hint: 'log in to {registry} again, correct the stored credential, or set source: anonymous',
  },
  CREDENTIAL_MISSING: {
    severity: 'error',
    exit: 'external',
    title: 'No credentials for a registry that requires them',
    message: '{image}: access denied, or the repository does not exist; no credentials found for {server}',
    hint: 'check the name; if it is private, log in with docker login {server} (looked in: {places})',
  },
  CREDENTIAL_WITHHELD: {
    severity: 'warning',
    exit: 'usage',
    title: 'A mirror that requires a login was skipped',
    message:
      'the mirror {mirror} requires a login and was skipped: only the pinpull.yaml found in the working directory names it, so it gets no stored credential',
    hint: 'if you trust the file, name it with --config pinpull.yaml, or name the mirror with --mirror (docs/trust.md)',
  },
  CREDENTIAL_REJECTED: {
    severity: 'error',
    exit: 'external',
    title: 'A registry refused the credentials',
    message: '{image}: {who} refused the credentials from {source}',
    hint: 'log in again: docker login {server}; pinpull doctor {server} shows which credential is used',
  },
  CREDENTIAL_INSUFFICIENT: {
    severity: 'error',
    exit: 'external',
    title: 'The credentials may not pull from the repository',
    message: '{image}: {who} does not let the credentials from {source} pull from {repository}',
    hint: 'check the name, and ask for pull access to {repository}',
  },
  CREDENTIAL_EXPIRED: {
    severity: 'error',
    exit: 'external',
    title: 'The credentials have expired',
    message: '{image}: {who} says that the credentials from {source} have expired: {reason}',
    hint: 'log in again: docker login {server}; tokens of cloud registries last for hours (ECR: aws ecr get-login-password)',
  },
}
