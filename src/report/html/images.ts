import type { Location } from '../../diagnostics/diagnostic.ts'
import { formatPosition, formatResource } from '../message.ts'
import { countVerified, formatOutcome, type ImageEntry, type Report } from '../report.ts'
import { formatProof, formatProofDetails } from '../signer.ts'
import { counted, html, type Markup, shown } from './markup.ts'

/** How many places of an image are shown at once; the others are in an element that opens. */
const PLACES_SHOWN = 4

/** `Verified by` is only there if something was verified. */
const COLUMNS = [
  'Outcome',
  'Before',
  'After',
  'Digest',
  'Verified by',
  'Platforms',
  'Pull policy',
  'Source',
  'Used in',
] as const

/** Formats the table of images: one row for all fields with the same image and the same result. */
export function formatImages({ images: entries, profile }: Report): Markup {
  if (entries.length === 0) return html`<p class="nothing">No image was looked at.</p>`
  const rows = [...Map.groupBy(entries, sameRow).values()]
  const hasSigners = countVerified(entries) > 0
  const columns = COLUMNS.filter((name) => hasSigners || name !== 'Verified by')
  const heads = columns.map((name) => html`<th scope="col" role="columnheader">${name}</th>`)
  // The roles are those of the elements; browsers forget them where a narrow page shows rows as blocks.
  return html`<form class="filter" id="filter" role="search" hidden>
<label for="words">Filter images</label>
<input type="search" id="words" autocomplete="off" spellcheck="false" placeholder="name, digest, file, policy …">
<label for="outcome">Outcome</label>
<select id="outcome"><option value="">all</option>${outcomesOf(entries)}</select>
<output id="shown-rows" for="words outcome" role="status"></output>
<button type="button" id="all-rows" hidden>Show all</button>
</form>
<div class="scroll" role="group" aria-labelledby="images-title" tabindex="0">
<table id="images-table"${hasSigners ? html` class="with-signers"` : ''} role="table" aria-describedby="images-note">
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => formatRow(row, columns, profile))}</tbody>
</table>
</div>`
}

function sameRow(entry: ImageEntry): string {
  const { image, result, reason, origin, digest, platforms, policyBefore, policyAfter, policyDefault } = entry
  const { outcome, pinBy, policyBy, verified } = entry
  return JSON.stringify([
    [image, result, outcome, reason, digest, origin, platforms, verified],
    [policyBefore, policyAfter, policyDefault, pinBy, policyBy],
  ])
}

function outcomesOf(entries: readonly ImageEntry[]): readonly Markup[] {
  return [...new Set(entries.map(formatOutcome))].sort().map((outcome) => html`<option>${outcome}</option>`)
}

type Column = (typeof COLUMNS)[number]

/** @param row at least one entry; they differ only in their locations */
function formatRow(row: readonly ImageEntry[], columns: readonly Column[], profile: string): Markup {
  const entry = row[0] as ImageEntry
  const outcome = formatOutcome(entry)
  const cells: Readonly<Record<Column, Markup>> = {
    Outcome: html`<span class="badge ${outcome}">${outcome}</span>${note(entry.reason)}${decider(entry.pinBy, profile)}`,
    Before: html`<code>${shown(entry.image)}</code>`,
    After:
      entry.result === entry.image
        ? html`<span class="same">as before</span>`
        : formatReference(entry.result),
    Digest: formatDigest(entry),
    'Verified by': formatVerified(entry),
    Platforms: formatPlatforms(entry),
    'Pull policy': formatPolicy(entry, profile),
    Source: formatSource(entry),
    'Used in': formatPlaces(row.map(({ at }) => at)),
  }
  const marked = columns.map(
    (name) => html`<td role="cell" data-label="${name}"><div>${cells[name]}</div></td>`,
  )
  return html`<tr role="row">${marked}</tr>
`
}

/** A reference with its digest set apart. */
function formatReference(reference: string): Markup {
  const at = reference.indexOf('@')
  if (at < 0) return html`<code>${shown(reference)}</code>`
  return html`<code>${shown(reference.slice(0, at))}<span class="digest">${shown(reference.slice(at))}</span></code>`
}

const DIGEST_DIGITS = 12

/** The digest: its beginning if the reference beside it has all of it. */
function formatDigest({ digest, image, result }: ImageEntry): Markup {
  const known = digest ?? /@(.+)$/.exec(result)?.[1]
  if (known === undefined) return html`<span class="none">none</span>`
  const [algorithm = '', hex = ''] = known.split(':')
  const isBeside = image.endsWith(known) || result.endsWith(known)
  const text = isBeside ? `${algorithm}:${hex.slice(0, DIGEST_DIGITS)}…` : known
  return html`<code class="digest">${shown(text)}</code>`
}

function formatVerified({ verified }: ImageEntry): Markup {
  if (verified === undefined) return html`<span class="none">nobody</span>`
  const { by, signer, rule } = verified
  return html`<span class="badge verified">${by === 'key' ? 'key' : 'identity'}</span> <code>${shown(signer)}</code>${note(formatProof(verified))}${note(formatProofDetails(verified))}${note(`demanded by ${rule}`)}`
}

function formatPlatforms({ platforms }: ImageEntry): Markup {
  if (platforms === undefined || platforms.length === 0) return html`<span class="none">not read</span>`
  return html`${platforms.map((platform, index) => html`${index === 0 ? '' : ', '}<span class="platform">${shown(platform)}</span>`)}`
}

function formatPolicy(
  { policyBefore, policyAfter, policyDefault, policyBy }: ImageEntry,
  profile: string,
): Markup {
  const before = policyBefore ?? 'unset'
  const after = policyAfter ?? 'unset'
  const change =
    before === after
      ? html`<span class="policy">${shown(after)}</span>`
      : html`<span class="policy">${shown(before)} →</span> <strong class="policy">${shown(after)}</strong>`
  const implied = policyBefore === undefined && policyDefault !== undefined
  return html`${change}${note(implied ? `unset means ${policyDefault}` : undefined)}${decider(policyBy, profile)}`
}

const SOURCES: Readonly<Record<NonNullable<ImageEntry['originKind']>, string>> = {
  registry: 'registry',
  mirror: 'mirror',
  lock: 'lock file',
  cache: 'cached answer of',
  layout: 'OCI layout',
}

/** Where the digest came from. */
function formatSource({ origin, originKind, result }: ImageEntry): Markup {
  if (origin !== undefined) {
    const kind = originKind === undefined ? '' : `${SOURCES[originKind]} `
    return html`${kind}<code>${shown(origin)}</code>`
  }
  return result.includes('@') ? html`the manifest` : html`<span class="none">none</span>`
}

function formatPlaces(places: readonly Location[]): Markup {
  const items = places.map((place) => html`<li>${formatPlace(place)}</li>`)
  const first = html`<ul class="places">${items.slice(0, PLACES_SHOWN)}</ul>`
  if (items.length <= PLACES_SHOWN) return first
  const others = items.slice(PLACES_SHOWN)
  return html`${first}<details><summary>${counted(others.length, 'more place')}</summary><ul class="places">${others}</ul></details>`
}

/** `shop.yaml:12:18`, and the object and container there. */
export function formatPlace(at: Location): Markup {
  const position = formatPosition(at)
  const object = [
    at.resource === undefined ? undefined : formatResource(at.resource),
    at.container === undefined ? undefined : `container ${at.container}`,
  ].filter((part) => part !== undefined)
  return html`${position === '' ? '' : html`<code>${position}</code>`}${note(object.length === 0 ? undefined : object.join(', '))}`
}

/** What decided, unless it is the profile itself, which the summary names. */
function decider(by: string | undefined, profile: string): Markup | undefined {
  return by === undefined || by === profile ? undefined : note(`by ${by}`)
}

function note(text: string | undefined): Markup | undefined {
  return text === undefined || text === '' ? undefined : html` <small>${shown(text)}</small>`
}
