import type { Blob, Image } from '../../support/registry/image.ts'

/**
 * Pushes an image to a real registry as a client does: blobs, then manifests by digest, then the tag (OCI
 * distribution-spec, "Push").
 *
 * @param url of the registry
 * @param name repository and tag
 * @param image what `buildImage` made
 * @param headers for every request, such as an Authorization
 */
export async function pushImage(
  url: string,
  name: string,
  image: Image,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [repository = '', tag = ''] = name.split(':')
  const send = async (
    method: string,
    target: URL | string,
    body?: Blob,
    type?: string,
  ): Promise<Response> => {
    const answer = await fetch(target, {
      method,
      headers: { ...headers, ...(type === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body: new Uint8Array(body.bytes) }),
    })
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${await answer.text()}`)
    return answer
  }
  for (const blob of image.blobs) {
    const started = await send('POST', `${url}/v2/${repository}/blobs/uploads/`)
    const location = new URL(started.headers.get('location') ?? '', url)
    location.searchParams.set('digest', blob.digest)
    await send('PUT', location, blob, 'application/octet-stream')
  }
  for (const manifest of image.manifests) {
    await send('PUT', `${url}/v2/${repository}/manifests/${manifest.digest}`, manifest, manifest.mediaType)
  }
  await send('PUT', `${url}/v2/${repository}/manifests/${tag}`, image.top, image.top.mediaType)
}
