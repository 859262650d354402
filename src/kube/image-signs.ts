import { endsKey, type TextSigns } from '../yaml/lookup.ts'

/** Names of keys that hold an image in practice: `image`, `sidecarImage`, `proxy-image`, `PROXY_IMAGE`, `imageName`. */
const IMAGE_KEY = /^(?:.*[a-z0-9]I|(?:.*[-_.])?i)mage(?:Name|Ref|Reference)?$|^(?:.*_)?IMAGE$/

/** Names of keys that hold several: `images`, `sidecarImages`. */
const IMAGES_KEY = /^(?:.*[a-z0-9]I|(?:.*[-_.])?i)mages$/

/** Names of keys that hold a repository, whose tag stands in another key. */
const REPOSITORY_KEY = /^(?:repository|(?:.*[a-z0-9]R|.*[-_]r)epository)$/

/** Whether the value of a key is an image by the key's name alone. */
export function isImageKey(key: string): boolean {
  return IMAGE_KEY.test(key)
}

/** Whether the values in a list or mapping are images by its key's name alone. */
export function isImagesKey(key: string): boolean {
  return IMAGES_KEY.test(key)
}

/** Whether a key holds a repository, perhaps with a tag in another key beside it. */
export function isRepositoryKey(key: string): boolean {
  return REPOSITORY_KEY.test(key)
}

/** Keys of a container under which programs are told of images. */
const PROGRAM_KEYS: ReadonlySet<string> = new Set(['args', 'command', 'env'])

/** Whether a list tells a program of images: its arguments, or its environment. */
export function isProgramKey(key: string): boolean {
  return PROGRAM_KEYS.has(key)
}

/**
 * Texts without which nothing in an object is an image field, or looks like one, and no object is embedded in it: keys
 * and flags with `image` in their names, names of variables, repositories, and the `apiVersion` of an object. It may
 * count more than there is: what is found is judged by what it says.
 */
export const IMAGE_SIGNS: TextSigns = {
  pieces: [
    { text: 'mage', counts: isKeyOrFlag },
    { text: 'IMAGE', counts: () => true },
    { text: 'epository', counts: endsKey },
    { text: 'apiVersion', counts: endsKey },
  ],
}

const [EQUALS, DASH, UPPER_P] = [...Buffer.from('=-P')]

/** Whether `…image` is the beginning of a key's last word, or of the name of a flag: `image:`, `imageRef:`, `--x-image=`. */
function isKeyOrFlag(bytes: Uint8Array, end: number): boolean {
  // `imagePullPolicy` and `imagePullSecrets`, which stand beside every other image.
  if (bytes[end] === UPPER_P) return false
  let at = end
  while (isLetter(bytes[at])) at += 1
  return bytes[at] === EQUALS || endsKey(bytes, at) || isFlag(bytes, end)
}

function isFlag(bytes: Uint8Array, end: number): boolean {
  let at = end - 'image'.length - 1
  while (isLetter(bytes[at]) || isDigit(bytes[at])) at -= 1
  return bytes[at] === DASH
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}
