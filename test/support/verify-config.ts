/** What a configuration demands. */
export interface VerifyConfig {
  /** The entry of `verify`, without its braces: `images: ['**'], keys: [a.pub]`. */
  readonly entry: string
  /** Other keys of the profile, and of the whole configuration: one line each. */
  readonly profile?: string
  readonly spec?: string
}

/** A configuration whose only profile, `ours`, verifies images by one entry. */
export function verifyConfig({ entry, profile, spec }: VerifyConfig): string {
  return `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  defaultProfile: ours
${spec === undefined ? '' : `  ${spec}\n`}  profiles:
  - name: ours
    verify: [{${entry}}]
${profile === undefined ? '' : `    ${profile}\n`}`
}
