import { type Code, catalogueEntry } from '../diagnostics/catalogue.ts'
import type { Args, Diagnostic } from '../diagnostics/diagnostic.ts'
import { formatCause, formatHint } from './message.ts'

/** Diagnostics with the same cause, in their original order. */
export type CauseGroup = readonly [Diagnostic, ...Diagnostic[]]

/**
 * Groups diagnostics by cause: if a registry is down, each of its images fails for the same reason. Problems of
 * single images and fields are not grouped.
 *
 * @returns in the order of the first diagnostic of each group
 */
export function groupByCause(diagnostics: readonly Diagnostic[]): readonly CauseGroup[] {
  const groups: [Diagnostic, ...Diagnostic[]][] = []
  const shared = new Map<string, [Diagnostic, ...Diagnostic[]]>()
  for (const diagnostic of diagnostics) {
    const key = isShared(diagnostic) ? causeKey(diagnostic) : undefined
    const known = key === undefined ? undefined : shared.get(key)
    if (known !== undefined) known.push(diagnostic)
    else {
      const group: [Diagnostic] = [diagnostic]
      groups.push(group)
      if (key !== undefined) shared.set(key, group)
    }
  }
  return groups
}

/**
 * Whether a diagnostic may have a cause that affects several images, such as a registry or the lock file. The catalogue's
 * message then names the image first.
 */
function isShared({ code }: Diagnostic): boolean {
  const { message, exit } = catalogueEntry(code)
  return exit === 'external' || exit === 'usage' || /^("?)\{image\}\1: /.test(message)
}

/** The key is the same for diagnostics that differ only in the image, and in what `comparedArgs` drops. */
function causeKey({ code, severity, args }: Diagnostic): string {
  const compared = comparedArgs(code, args)
  return JSON.stringify([
    code,
    severity,
    formatCause({ code, args: compared }),
    formatHint({ code, args: compared }),
  ])
}

function comparedArgs(code: Code, args: Args): Args {
  if (catalogueEntry(code).exit === 'external') return withoutDetails(args)
  // The same signer, or none, at images whose digests differ.
  if (args['looked'] !== undefined) return withoutDigests(args)
  // A registry that is not allowed is one cause, whatever its repositories are.
  if (code === 'REGISTRY_NOT_ALLOWED') return { ...args, repository: domainOf(args['repository']) }
  return args
}

function withoutDigests(args: Args): Args {
  const looked = String(args['looked']).replaceAll(/\bsha256[:-][\da-f]+/g, '')
  return { ...args, digest: '', looked }
}

function domainOf(repository: string | number = ''): string {
  return String(repository).replace(/\/.*$/s, '')
}

/**
 * Drops what tells apart the images of one cause: the repository, also in a reason that quotes it, the number of tries, the
 * wait that a server asks for, and the numbers that servers give to requests.
 */
function withoutDetails(args: Args): Args {
  const { repository = '', reason } = args
  const common = { ...args, repository: '', what: '', tries: '', when: '' }
  if (reason === undefined) return common
  const quoted = repository === '' ? String(reason) : String(reason).replaceAll(String(repository), '')
  return { ...common, reason: quoted.replace(/[\da-f]{8}[\da-f-]*|\d{4,}/gi, '') }
}
