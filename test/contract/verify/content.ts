import type { Blob } from '../../support/registry/image.ts'

// Reading and writing a registry's content directly, without cosign and without Pinpull (OCI distribution-spec).

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** A manifest's bytes and type, or undefined where there is none. */
export async function takeManifest(
  url: string,
  repository: string,
  reference: string,
): Promise<{ readonly bytes: Buffer; readonly mediaType: string } | undefined> {
  const answer = await fetch(`${url}/v2/${repository}/manifests/${reference}`, {
    headers: { accept: ACCEPT },
  })
  const bytes = Buffer.from(await answer.arrayBuffer())
  if (answer.status === 404) return undefined
  if (!answer.ok) throw new Error(`${repository} ${reference}: ${answer.status} ${bytes}`)
  return { bytes, mediaType: answer.headers.get('content-type') ?? '' }
}

/** A blob's bytes. */
export async function takeBlob(url: string, repository: string, digest: string): Promise<Buffer> {
  const answer = await fetch(`${url}/v2/${repository}/blobs/${digest}`)
  if (!answer.ok) throw new Error(`${repository} ${digest}: ${answer.status}`)
  return Buffer.from(await answer.arrayBuffer())
}

/** Uploads a blob. */
export async function sendBlob(url: string, repository: string, { digest, bytes }: Blob): Promise<void> {
  const started = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' })
  const location = new URL(started.headers.get('location') ?? '', url)
  location.searchParams.set('digest', digest)
  await put(location, bytes, 'application/octet-stream')
}

/** Uploads a manifest under a tag or digest. */
export async function sendManifest(
  url: string,
  repository: string,
  reference: string,
  { bytes, mediaType }: Blob,
): Promise<void> {
  await put(`${url}/v2/${repository}/manifests/${reference}`, bytes, mediaType)
}

async function put(target: URL | string, bytes: Buffer, type: string): Promise<void> {
  const body = new Uint8Array(bytes)
  const answer = await fetch(target, { method: 'PUT', headers: { 'content-type': type }, body })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`PUT ${target}: ${answer.status} ${text}`)
}
