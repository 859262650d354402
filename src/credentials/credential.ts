/** What a registry may be shown to prove who asks. `source` says where it was found and may be printed. */
export type Credential =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'basic'
      readonly username: string
      readonly password: string
      readonly source: string
    }
  /** An OAuth2 refresh token: exchanged for an access token, never sent to the registry itself. */
  | { readonly kind: 'identity-token'; readonly token: string; readonly source: string }
  /** An access token that is sent as it is. */
  | { readonly kind: 'registry-token'; readonly token: string; readonly source: string }

/** Nothing at all: what is used where no credential was stored. */
export const ANONYMOUS: Credential = { kind: 'anonymous' }

/** Where a credential was found; undefined for the anonymous one. */
export function credentialSource(credential: Credential): string | undefined {
  return credential.kind === 'anonymous' ? undefined : credential.source
}
