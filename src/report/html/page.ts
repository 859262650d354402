import { createHash } from 'node:crypto'
import type { Report } from '../report.ts'
import { formatDiff } from './diff.ts'
import { formatFindings } from './findings.ts'
import { formatImages } from './images.ts'
import { counted, html, type Markup, shownPlain } from './markup.ts'
import type { PageFacts } from './page-facts.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'
import { countOf, formatSummary, formatVerdict } from './summary.ts'

/**
 * Formats the report as one page for people: a summary, the findings with the lines of the manifests around them, the images, and
 * the changes. It refers to nothing outside of itself, and its policy (Content-Security-Policy) forbids everything but its own
 * style and script, so that nothing in it can be fetched or run even if something were escaped wrongly. It is complete
 * without the script, which only sorts and filters.
 * @param version Pinpull's own
 */
export function formatHtml(report: Report, version: string, facts: PageFacts = {}): string {
  const { inputs = [] } = facts
  const diff = formatDiff(inputs)
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'`
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${`pinpull ${version}`}">
<title>${shownPlain(titleOf(report))}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<header>
<p class="product">Pinpull report</p>
${formatVerdict(report, facts)}
<nav aria-label="Sections"><a href="#findings">Findings</a> <a href="#images">Images</a>${diff === undefined ? '' : html` <a href="#changes">Changes</a>`}</nav>
</header>
<main>
<section aria-labelledby="summary-title">
<h2 id="summary-title">Summary</h2>
${formatSummary(report, version, facts)}
</section>
<section id="findings" tabindex="-1" aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
${formatFindings(report.diagnostics, inputs)}
</section>
<section id="images" aria-labelledby="images-title">
<h2 id="images-title">Images</h2>
<p class="note" id="images-note">One row for all fields with the same image and the same result. Platforms are shown where the run read them.</p>
${formatImages(report)}
</section>
${
  diff === undefined
    ? ''
    : html`<section id="changes" aria-labelledby="changes-title">
<h2 id="changes-title">Changes</h2>
${diff}</section>
`
}</main>
<footer>
<p>In lines of manifests, ••• stands for a value that is neither a name, an image nor a pull policy, and for a comment. Lines of Secrets are left out. Characters that cannot be seen are written as their number, such as ${exampleCharacter()}.</p>
<p>Written by pinpull ${version}${facts.time === undefined ? '' : html`, <time datetime="${facts.time}">${facts.time}</time>`}.</p>
</footer>
<script>${raw(SCRIPT)}</script>
</body>
</html>
`
  return page.markup
}

function exampleCharacter(): Markup {
  return html`<span class="hidden-character">U+200B</span>`
}

function titleOf({ profile, diagnostics }: Report): string {
  const counts = [
    counted(countOf(diagnostics, 'error'), 'error'),
    counted(countOf(diagnostics, 'warning'), 'warning'),
  ]
  return `Pinpull: ${profile}: ${counts.join(', ')}`
}

/** Text that is markup, style or script of our own. */
function raw(markup: string): Markup {
  return { markup }
}

/** The hash with which a policy allows an inline style or script (Content Security Policy Level 3, section 2.3.1). */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
