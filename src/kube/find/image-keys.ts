import { isKeyEnd } from '../../yaml/bytes.ts'
import type { TextPattern } from '../../yaml/nodes.ts'

/** Names of keys that hold an image in practice: `image`, `sidecarImage`, `proxy-image`, `PROXY_IMAGE`, `imageName`, `imageURL`. */
const IMAGE_KEY =
  /^(?:(?:.*[a-z0-9])?I|(?:.*[-_.])?i)mage(?:Name|Ref|Reference|U(?:rl|RL|ri|RI))?$|^(?:.*_)?IMAGE$/

/** Names of keys that hold several: `images`, `sidecarImages`. */
const IMAGES_KEY = /^(?:.*[a-z0-9]I|(?:.*[-_.])?i)mages$/

/** Names of keys that hold a repository, with the tag in another key. */
const REPOSITORY_KEY = /^(?:repository|(?:.*[a-z0-9]R|.*[-_]r)epository)$/

/** A quick test that few keys pass. */
function mayMatch(key: string): boolean {
  return key.includes('mage') || key.includes('MAGE') || key.includes('epository')
}

/** Whether a key's name suggests that its value holds an image, a part of one, or arguments of a program. */
export function mayNameImage(key: string): boolean {
  if (key === 'image' || isProgramKey(key)) return true
  return mayMatch(key) && (isImageKey(key) || isImagesKey(key) || isRepositoryKey(key))
}

/** Whether the name of a key suggests that its value is an image. */
export function isImageKey(key: string): boolean {
  return IMAGE_KEY.test(key)
}

/** Whether the name of a key suggests that the values in its list or mapping are images. */
export function isImagesKey(key: string): boolean {
  return IMAGES_KEY.test(key)
}

/** Whether a key holds a repository, perhaps with a tag in another key beside it. */
export function isRepositoryKey(key: string): boolean {
  return REPOSITORY_KEY.test(key)
}

/** Keys of a container that are passed to its program. */
const PROGRAM_KEYS: ReadonlySet<string> = new Set(['args', 'command', 'env'])

/** Whether a key holds the arguments or the environment of a program. */
export function isProgramKey(key: string): boolean {
  return PROGRAM_KEYS.has(key)
}

/**
 * Finds texts without which an object has no image field, no value that looks like one, and no embedded object: keys and
 * flags with `image` in their names, names of variables, repositories, and `apiVersion`. It may find too much.
 */
export const IMAGE_KEYWORDS: TextPattern = {
  texts: ['mage', 'IMAGE', 'epository', 'apiVersion'],
  counts: (bytes, at, text) => {
    const end = at + text.length
    return text === 'IMAGE' || (text === 'mage' ? isKeyOrFlag(bytes, end) : isKeyEnd(bytes, end))
  },
}

const [EQUALS, DASH, UPPER_P] = new TextEncoder().encode('=-P')

/** Whether `…image` begins the last word of a key, or the name of a flag: `image:`, `imageRef:`, `--x-image=`. */
function isKeyOrFlag(bytes: Uint8Array, end: number): boolean {
  // `imagePullPolicy` and `imagePullSecrets` are beside every other image.
  if (bytes[end] === UPPER_P) return false
  let at = end
  while (isLetter(bytes[at])) at += 1
  return bytes[at] === EQUALS || isKeyEnd(bytes, at) || isFlag(bytes, end)
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
