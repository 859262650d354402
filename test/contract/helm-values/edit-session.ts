import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import { pathProgramRunner } from '../../../src/cli/io/path-programs.ts'
import { realSourceDisk } from '../../../src/cli/io/source-disk.ts'
import { BUILTIN_PROFILES } from '../../../src/config/builtin-profiles.ts'
import type { Profile } from '../../../src/config/profile.ts'
import type { Resolver } from '../../../src/plan/resolver.ts'
import { parseDigest } from '../../../src/reference/digest.ts'
import { parseReference } from '../../../src/reference/parse.ts'
import { canonicalText } from '../../../src/reference/reference.ts'
import type { EditSession } from '../../../src/sources/source-edit.ts'
import { transform } from '../../../src/transform.ts'

/** The digest that every image has in these tests, by its name. */
export function digestOf(image: string): string {
  return `sha256:${createHash('sha256')
    .update(canonicalText(parseReference(image)))
    .digest('hex')}`
}

const resolver: Resolver = {
  resolve: async (reference) => ({
    descriptor: {
      mediaType: 'application/vnd.oci.image.index.v1+json',
      digest: parseDigest(reference.digest ?? digestOf(reference.text)),
    },
    origin: { kind: 'registry', from: reference.domain },
  }),
}

const PROFILE = BUILTIN_PROFILES.get('prod') as Profile

/**
 * A session whose registry knows every image.
 * @param helm the program that is found as `helm`; its file has that name
 */
export function editSession(helm: string, mayAdd = false): EditSession {
  const { signal } = new AbortController()
  return {
    transform: (bytes, file) => transform(bytes, { profile: PROFILE, resolver, signal, file }),
    disk: realSourceDisk('/'),
    run: pathProgramRunner({ env: { PATH: dirname(helm) } }, signal),
    mayAdd,
    signal,
  }
}
