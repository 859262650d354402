import { expect } from 'vitest'
import { EMPTY_KEYCHAIN } from '../../src/credentials/keychain.ts'
import { catalogueEntry } from '../../src/diagnostics/catalogue.ts'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import type { Attachments } from '../../src/oci/attachment.ts'
import type { Platform } from '../../src/oci/platform.ts'
import { parseReference } from '../../src/reference/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { attachmentBudget } from '../../src/registry/attachment-budget.ts'
import { createRegistryClient, type RegistryClientSettings } from '../../src/registry/composition.ts'
import type { ResolvedManifest } from '../../src/registry/session.ts'
import { type InstantClock, instantClock } from './instant-clock.ts'
import { sha256 } from './registry/image.ts'

/** A small OCI index, as bytes with their digest. */
export const INDEX: { readonly text: string; readonly digest: Digest; readonly type: string } = manifest(
  'application/vnd.oci.image.index.v1+json',
  { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] },
)

/** Some JSON as a manifest of a media type. */
export function manifest(
  type: string,
  content: unknown,
): { readonly text: string; readonly digest: Digest; readonly type: string } {
  const text = JSON.stringify(content)
  return { text, type, digest: sha256(Buffer.from(text)) as Digest }
}

/** The headers of a manifest. */
export function headersOf({ digest, type }: { digest: string; type: string }): Record<string, string> {
  return { 'content-type': type, 'docker-content-digest': digest }
}

/** The settings of a lookup. */
export interface Asked extends Partial<RegistryClientSettings> {
  readonly clock?: InstantClock
  readonly platform?: Platform
  readonly platforms?: boolean
  readonly signal?: AbortSignal
}

/** Resolves one image with a new client, whose clock does not wait. */
export async function ask(image: string, settings: Asked = {}): Promise<ResolvedManifest> {
  const { platform, platforms = false, signal = new AbortController().signal, ...rest } = settings
  const client = createRegistryClient({
    keychain: EMPTY_KEYCHAIN,
    userAgent: 'pinpull/test',
    clock: instantClock(),
    ...rest,
  })
  const wanted = { platforms, signal, ...(platform && { platform }) }
  try {
    return await client.resolve(parseReference(image), wanted)
  } catch (error) {
    if (error instanceof PinpullError) expectWhole(error)
    throw error
  }
}

/** Searches for what is attached to a digest with a new client, at one endpoint after another. */
export async function findAttached(
  repository: string,
  subject: string,
  settings: Asked = {},
): Promise<readonly Attachments[]> {
  const { platform: _, platforms: __, signal = new AbortController().signal, ...rest } = settings
  const client = createRegistryClient({
    keychain: EMPTY_KEYCHAIN,
    userAgent: 'pinpull/test',
    clock: instantClock(),
    ...rest,
  })
  const reference = parseReference(`${repository}@${subject}`)
  const found: Attachments[] = []
  const share = attachmentBudget().share()
  for await (const one of client.findAttachments(reference, subject as Digest, { share, signal }))
    found.push(one)
  return found
}

/** Expects an error to have all arguments of its message and hint. */
function expectWhole({ code, args }: PinpullError): void {
  const { message, hint } = catalogueEntry(code)
  const wanted = [...`${message} ${hint}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)
  expect(
    wanted.filter((name) => args[name] === undefined),
    `what ${code} lacks`,
  ).toEqual([])
  expect(Object.values(args).filter((value) => /[\p{Cc}]/u.test(String(value)))).toEqual([])
}
