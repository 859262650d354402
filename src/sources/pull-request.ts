import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { code, table, text } from '../report/markdown-text.ts'
import { formatMessage } from '../report/message.ts'
import type { DigestMove } from '../resolve/digest-mover.ts'
import type { PinResult } from './edit-report.ts'
import type { SourceImage } from './source-edit.ts'

const DAY = 24 * 60 * 60 * 1000

/**
 * Formats the body of a pull request with the changes of a run.
 * @param moves the digests that have moved
 * @param now milliseconds since 1970
 */
export function formatPullRequest(result: PinResult, moves: readonly DigestMove[], now: number): string {
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return page(['No file was changed, because of errors:', '', ...errors.map(item)])
  if (result.changed.length === 0) return page(['No image changes.', ...notes(result)])
  const files = result.changed.map(({ path }) => code(path)).join(', ')
  const moved = distinct(moves)
  const byMove = moved.flatMap((move) => moveLines(move, now))
  const added = result.images.filter(isPinned)
  return page([
    `Changes ${files}.`,
    ...(moved.length > 0
      ? [
          '',
          ...table(
            MOVE_COLUMNS,
            moved.map((move) => moveCells(move, now)),
          ),
        ]
      : addedLines(added)),
    ...(byMove.length === 0 ? [] : ['', ...byMove]),
    ...proofLines(result),
    ...notes(result),
    '',
    'To undo it, revert the commit: `git revert COMMIT`. To refuse a digest for good, add it to `denyDigests` in `pinpull.yaml`.',
  ])
}

function page(lines: readonly string[]): string {
  return ['### Pinned images', '', ...lines, ''].join('\n')
}

const MOVE_COLUMNS = ['Image', 'Old digest', 'New digest', 'First seen', 'Platforms']

function moveCells({ image, before, after, since, platforms }: DigestMove, now: number): string[] {
  return [code(image), code(before), code(after), text(ageOf(since, now)), text(platformChange(platforms))]
}

/** `2026-11-02, 7 days ago`; a digest that was never seen before has no age. */
function ageOf(since: string | undefined, now: number): string {
  const seen = since === undefined ? Number.NaN : Date.parse(since)
  if (Number.isNaN(seen)) return 'unknown'
  const days = Math.floor(Math.max(0, now - seen) / DAY)
  return `${since?.slice(0, 10)}, ${days === 0 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`} ago`
}

function platformChange(platforms: DigestMove['platforms']): string {
  const { before = [], after = [] } = platforms ?? {}
  if (before.length === 0 || after.length === 0) return 'not compared'
  const gained = after.filter((one) => !before.includes(one)).map((one) => `+${one}`)
  const lost = before.filter((one) => !after.includes(one)).map((one) => `-${one}`)
  return gained.length + lost.length === 0 ? `the same ${after.length}` : [...gained, ...lost].join(', ')
}

/** Warnings that a reviewer should not miss, in words. */
function moveLines({ image, since, platforms }: DigestMove, now: number): string[] {
  const lost = (platforms?.before ?? []).filter((one) => platforms?.after.includes(one) === false)
  const age = since === undefined ? 0 : now - Date.parse(since)
  return [
    ...(lost.length > 0 && platforms?.after.length !== 0
      ? [`- ${code(image)} is no longer there for ${text(lost.join(', '))}.`]
      : []),
    ...(age < DAY ? [`- Nobody had seen the new digest of ${code(image)} a day ago.`] : []),
  ]
}

function isPinned({ outcome }: SourceImage): boolean {
  return outcome === 'written'
}

function addedLines(images: readonly SourceImage[]): string[] {
  const rows = images.map(({ before, after, at }) => [
    `${code(before)} → ${code(after)}`,
    text([at.file ?? '', at.line ?? ''].filter((part) => part !== '').join(':')),
  ])
  return rows.length === 0 ? [] : ['', ...table(['Image', 'Where'], rows)]
}

function proofLines({ proofs }: PinResult): string[] {
  return proofs.length === 0
    ? []
    : [
        '',
        ...proofs.map((proof) =>
          proof.kind === 'proved'
            ? `- ${code(proof.subject)}: rendered before and after with ${text(proof.by)}; only the images differ.`
            : `- ${code(proof.subject)}: not tried: ${text(proof.reason)}.`,
        ),
      ]
}

function notes({ diagnostics }: PinResult): string[] {
  const shown = diagnostics.filter(({ code, severity }) => severity === 'warning' || code === 'LOCK_WAITING')
  return shown.length === 0 ? [] : ['', ...shown.map(item)]
}

function item(diagnostic: Diagnostic): string {
  return `- ${diagnostic.code}: ${text(formatMessage(diagnostic))}`
}

function distinct(moves: readonly DigestMove[]): readonly DigestMove[] {
  return [...new Map(moves.map((move) => [`${move.image} ${move.before} ${move.after}`, move])).values()]
}
