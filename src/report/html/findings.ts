import { catalogueEntry } from '../../diagnostics/catalogue.ts'
import type { Severity } from '../../diagnostics/catalogue-entry.ts'
import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import { type CauseGroup, groupByCause } from '../cause.ts'
import { formatCause, formatHint, formatMessage, formatWithAccount, sharedArgs } from '../message.ts'
import { formatPlace } from './images.ts'
import { formatExcerpt } from './lines.ts'
import { counted, html, type Markup, shown } from './markup.ts'
import type { ShownInput } from './shown-input.ts'

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']

/** The word for each severity in this report, as in the summary of `pinpull check`. */
export const SEVERITY_NAMES: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
}

/** How many excerpts one code gets, and how many a page: ten thousand would make it unusable. */
const EXCERPTS_OF_CODE = 50
const EXCERPTS_OF_PAGE = 500

/** Formats the findings by severity, code and cause, each with the lines of the manifest around it. */
export function formatFindings(diagnostics: readonly Diagnostic[], inputs: readonly ShownInput[]): Markup {
  if (diagnostics.length === 0) return html`<p class="nothing">No errors or warnings.</p>`
  const budget: Budget = { left: EXCERPTS_OF_PAGE }
  const ordered = SEVERITIES.flatMap((severity) => diagnostics.filter((one) => one.severity === severity))
  const byCode = Map.groupBy(ordered, ({ severity, code }) => `${severity} ${code}`)
  return html`${[...byCode.values()].map((found) => formatCode(found, inputs, budget))}`
}

/** How many excerpts the page may still have. */
interface Budget {
  left: number
}

function formatCode(found: readonly Diagnostic[], inputs: readonly ShownInput[], page: Budget): Markup {
  const [{ code, severity }] = found as [Diagnostic]
  const { title } = catalogueEntry(code)
  const own: Budget = { left: EXCERPTS_OF_CODE }
  const causes = groupByCause(found)
  const hints = new Set(causes.map((cause) => formatHint({ code, args: sharedArgs(cause) })))
  const [first] = causes
  const isShared = hints.size === 1 && first !== undefined
  const shared = isShared ? formatHint({ code, args: sharedArgs(first) }, found) : undefined
  const items = causes.map((cause) => html`<li>${formatCauseGroup(cause, inputs, [own, page], shared)}</li>`)
  const count = found.length === 1 ? '' : html`<span class="count">${counted(found.length, 'place')}</span>`
  return html`<article class="finding ${severity}" aria-labelledby="${`${severity}-${code}`}">
<h3 id="${`${severity}-${code}`}"><span class="badge ${severity}">${SEVERITY_NAMES[severity]}</span> <span class="code-name">${code}</span> <span class="title">${title}</span> ${count}</h3>
${shared === undefined ? '' : formatNext(shared)}<ol class="causes">${items}</ol>
</article>
`
}

function formatNext(hint: string): Markup {
  return html`<p class="next"><strong>Next:</strong> ${shown(hint)}</p>
`
}

function formatCauseGroup(
  cause: CauseGroup,
  inputs: readonly ShownInput[],
  budgets: readonly Budget[],
  sharedHint: string | undefined,
): Markup {
  const [first] = cause
  const whole = { code: first.code, args: sharedArgs(cause) }
  const { message, account } =
    cause.length === 1 ? formatWithAccount(first, formatMessage) : formatWithAccount(whole, formatCause)
  const hint = sharedHint === undefined ? formatNext(formatHint(whole, cause)) : ''
  const places = cause.map((one) => formatFound(one, cause.length > 1, inputs, budgets))
  const looked = account.map((item) => html`<li>${shown(item)}</li>`)
  return html`<p class="message">${shown(message)}</p>
${looked.length === 0 ? '' : html`<ul class="account">${looked}</ul>\n`}${hint}${places}`
}

/** Formats the place of a finding. If the message is about several images, it is with the image. */
function formatFound(
  { at, args }: Diagnostic,
  isOneOfSeveral: boolean,
  inputs: readonly ShownInput[],
  budgets: readonly Budget[],
): Markup {
  const image =
    isOneOfSeveral && args['image'] !== undefined ? html`<code>${shown(String(args['image']))}</code> ` : ''
  if (at === undefined)
    return isOneOfSeveral && image !== '' ? html`<div class="place">${image}</div>` : html``
  const path =
    at.path === undefined || at.path === '' ? '' : html` <code class="path">${shown(at.path)}</code>`
  return html`<div class="place">${image}${formatPlace(at)}${path}</div>
${excerptOf(at, args, inputs, budgets)}`
}

function excerptOf(
  at: Location,
  args: Diagnostic['args'],
  inputs: readonly ShownInput[],
  budgets: readonly Budget[],
): Markup | undefined {
  const input = inputs.find(({ file }) => file === at.file)
  if (input === undefined || budgets.some(({ left }) => left === 0)) return undefined
  const excerpt = formatExcerpt(input.excerpt(at, Object.values(args).map(String)))
  if (excerpt !== undefined) for (const budget of budgets) budget.left -= 1
  return excerpt
}
