import type { LockEntry } from './lock.ts'

/** The versions of the format, oldest first. An older Pinpull says of a newer version that it is newer. */
export const LOCK_VERSIONS = ['pinpull.dev/v1alpha1', 'pinpull.dev/v1alpha2'] as const
export type LockVersion = (typeof LOCK_VERSIONS)[number]

/** Returns the oldest version that has all keys of the entries. */
export function neededVersion(entries: readonly LockEntry[]): LockVersion {
  return entries.some(usesNewKey) ? 'pinpull.dev/v1alpha2' : 'pinpull.dev/v1alpha1'
}

function usesNewKey({ platforms = [], forced, verified, candidate }: LockEntry): boolean {
  return (
    [forced, verified, candidate].some((value) => value !== undefined) ||
    platforms.some(({ digest }) => digest !== undefined)
  )
}

/** Returns the later of two versions. */
export function laterVersion(a: LockVersion, b: LockVersion): LockVersion {
  return LOCK_VERSIONS.indexOf(a) > LOCK_VERSIONS.indexOf(b) ? a : b
}

const VERSION = /^pinpull\.dev\/v([1-9]\d{0,3})(?:(alpha|beta)([1-9]\d{0,3}))?$/

/** Whether a version exists that comes after another; `v1alpa2` and `example.com/v2` do not (Kubernetes API versioning). */
export function isNewer(apiVersion: string, known: string): boolean {
  const [a, b] = [apiVersion, known].map((text) => {
    const match = VERSION.exec(text)
    if (match === null) return undefined
    const [, major, stage, minor = '0'] = match
    return [Number(major), ['alpha', 'beta', undefined].indexOf(stage), Number(minor)]
  })
  if (a === undefined || b === undefined) return false
  const at = a.findIndex((part, index) => part !== b[index])
  return at >= 0 && (a[at] as number) > (b[at] as number)
}
