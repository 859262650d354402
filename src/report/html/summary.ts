import type { Severity } from '../../diagnostics/catalogue-entry.ts'
import { groupByCause } from '../cause.ts'
import { countVerified, formatOutcome, type Report } from '../report.ts'
import { SEVERITY_NAMES } from './findings.ts'
import { counted, html, type Markup, shown } from './markup.ts'
import type { PageFacts } from './page-facts.ts'

/** Formats the verdict as the heading of the page: whether the run failed, and why in one line. */
export function formatVerdict(
  { profile, diagnostics }: Report,
  { command = 'pinpull', isFailed }: PageFacts,
): Markup {
  const verdict = verdictOf(diagnostics, isFailed)
  return html`<h1 class="verdict ${verdict.kind}"><span class="sign" aria-hidden="true">${verdict.sign}</span> ${verdict.text}</h1>
<p class="what"><code>${command}</code> with profile <code>${shown(profile)}</code></p>`
}

interface Verdict {
  readonly kind: 'failed' | 'warned' | 'passed'
  readonly sign: string
  readonly text: string
}

function verdictOf(diagnostics: Report['diagnostics'], isFailed: boolean | undefined): Verdict {
  const errors = countOf(diagnostics, 'error')
  const warnings = countOf(diagnostics, 'warning')
  if (diagnostics.some(({ code }) => code === 'RUN_UNFINISHED'))
    return { kind: 'failed', sign: '✗', text: 'Not finished' }
  const found = errors > 0 ? counted(errors, 'error') : counted(warnings, 'warning')
  if (isFailed ?? errors > 0) return { kind: 'failed', sign: '✗', text: `Failed: ${found}` }
  if (errors > 0 || warnings > 0) return { kind: 'warned', sign: '!', text: `Passed with ${found}` }
  return { kind: 'passed', sign: '✓', text: 'Passed' }
}

/** The number of causes, as in the summary on standard error. */
export function countOf(diagnostics: Report['diagnostics'], severity: Severity): number {
  return groupByCause(diagnostics.filter((one) => one.severity === severity)).length
}

/** How many names of inputs are listed. */
const INPUTS_SHOWN = 20

/** Formats the counts, and what the run was about. */
export function formatSummary(report: Report, version: string, facts: PageFacts): Markup {
  const { images, diagnostics, profile } = report
  const withDigest = images.filter(({ result }) => result.includes('@')).length
  const verified = countVerified(images)
  const distinct = new Set(images.map(({ image }) => image)).size
  const tiles = [
    tile(images.length, 'image field'),
    tile(distinct, 'distinct image'),
    tile(withDigest, 'field', ' with a digest'),
    tile(images.length - withDigest, 'field', ' without a digest'),
    ...(verified === 0 ? [] : [tile(verified, 'field', ' verified')]),
    ...(['error', 'warning', 'info'] as const).map((severity) => {
      const count = countOf(diagnostics, severity)
      return tile(count, SEVERITY_NAMES[severity], '', count === 0 ? '' : severity)
    }),
  ]
  const rows: readonly (readonly [string, Markup | undefined])[] = [
    ['Profile', shown(profile)],
    ['Command', facts.command === undefined ? undefined : html`<code>${facts.command}</code>`],
    ['Inputs', formatInputs(facts)],
    ['Outcomes', formatOutcomes(report)],
    ['Pinpull', html`version ${version}`],
    [
      'Time',
      facts.time === undefined ? undefined : html`<time datetime="${facts.time}">${facts.time}</time>`,
    ],
  ]
  const described = rows.flatMap(([name, value]) =>
    value === undefined ? [] : [html`<div><dt>${name}</dt><dd>${value}</dd></div>`],
  )
  return html`<ul class="tiles">${tiles}</ul>
<dl class="facts">${described}</dl>`
}

/** @param rest what follows the noun, which gets the plural */
function tile(count: number, noun: string, rest = '', severity = ''): Markup {
  const name = `${noun}${count === 1 ? '' : 's'}${rest}`
  return html`<li class="tile ${severity}"><span class="figure">${count}</span> <span class="name">${name}</span></li>`
}

function formatInputs({ inputs = [] }: PageFacts): Markup | undefined {
  if (inputs.length === 0) return undefined
  const names = inputs.slice(0, INPUTS_SHOWN).map(({ file }) => file ?? 'standard input')
  const listed = names.map((name, index) => html`${index === 0 ? '' : ', '}<code>${shown(name)}</code>`)
  const more = inputs.length > INPUTS_SHOWN ? ` and ${inputs.length - INPUTS_SHOWN} more` : ''
  return html`${listed}${more}`
}

/** `18 pinned, 2 unchanged`. */
function formatOutcomes({ images }: Report): Markup | undefined {
  if (images.length === 0) return undefined
  const outcomes = Map.groupBy(images, formatOutcome)
  return html`${[...outcomes].map(([outcome, entries]) => `${entries.length} ${outcome}`).join(', ')}`
}
