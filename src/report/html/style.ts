/** The style of a page: light and dark, wide and narrow, screen and paper. No fonts or pictures. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9;
  --surface: #ffffff;
  --raised: #f0f2f5;
  --line: #d5dae1;
  --text: #1b2330;
  --muted: #56606f;
  --accent: #1a56b8;
  --error: #b3261e;
  --error-ground: #fdecea;
  --warning: #855300;
  --warning-ground: #fff3d6;
  --info: #1a56b8;
  --info-ground: #e6effc;
  --good: #1d6b3a;
  --good-ground: #e3f4e8;
  --mark: #ffe28a;
  --mark-text: #1b2330;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161d;
    --surface: #1a2029;
    --raised: #232b36;
    --line: #38424f;
    --text: #e4e8ee;
    --muted: #a7b1bf;
    --accent: #8ab8ff;
    --error: #ff9a91;
    --error-ground: #3c1d1d;
    --warning: #f2c266;
    --warning-ground: #3a2c10;
    --info: #8ab8ff;
    --info-ground: #1b2c47;
    --good: #7ed69a;
    --good-ground: #17331f;
    --mark: #6b5310;
    --mark-text: #fff4cf;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: auto; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto;
  padding: 0 1.5rem 2rem;
  max-width: 100rem;
  background: var(--ground);
  color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif;
}
code, pre { font-family: var(--mono); font-size: .86em; }
code { overflow-wrap: anywhere; }
small { color: var(--muted); font-size: .84em; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
[hidden] { display: none !important; }
.skip { position: absolute; left: -100rem; top: 0; padding: .5rem 1rem; background: var(--surface); }
.skip:focus { left: 0; z-index: 1; }

header { padding: 1.75rem 0 .5rem; }
.product { margin: 0; color: var(--muted); font-weight: 600; letter-spacing: .02em; }
h1 { margin: .15rem 0; font-size: 1.9rem; line-height: 1.25; }
.verdict .sign { display: inline-block; width: 1.6em; height: 1.6em; border-radius: 50%; text-align: center; line-height: 1.6em; font-size: .7em; vertical-align: .15em; margin-right: .25em; }
.verdict.failed .sign { background: var(--error-ground); color: var(--error); }
.verdict.warned .sign { background: var(--warning-ground); color: var(--warning); }
.verdict.passed .sign { background: var(--good-ground); color: var(--good); }
.what { margin: 0 0 .75rem; color: var(--muted); overflow-wrap: anywhere; }
nav a { display: inline-block; margin-right: 1rem; padding: .15rem 0; }
h2 { margin: 2rem 0 .75rem; font-size: 1.25rem; }
h3 { margin: 0 0 .25rem; font-size: 1rem; line-height: 1.5; }
.note, .nothing { margin: 0 0 .75rem; color: var(--muted); }
.count { color: var(--muted); font-weight: 400; font-size: .9em; }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 0 0 1rem; padding: 0; list-style: none; }
.tile { padding: .7rem .9rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.figure { display: block; font-size: 1.6rem; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; }
.name { color: var(--muted); font-size: .9em; }
.tile.error { border-color: var(--error); } .tile.error .figure { color: var(--error); }
.tile.warning { border-color: var(--warning); } .tile.warning .figure { color: var(--warning); }
.tile.info .figure { color: var(--info); }
.facts { margin: 0; padding: .6rem .9rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.facts div { display: grid; grid-template-columns: 7rem 1fr; gap: .75rem; padding: .12rem 0; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; overflow-wrap: anywhere; }

.badge { display: inline-block; padding: 0 .5em; border-radius: 4px; font-size: .86em; font-weight: 600; background: var(--raised); color: var(--text); }
.badge.error, .badge.failed { background: var(--error-ground); color: var(--error); }
.badge.warning { background: var(--warning-ground); color: var(--warning); }
.badge.info, .badge.renamed { background: var(--info-ground); color: var(--info); }
.badge.pinned, .badge.verified { background: var(--good-ground); color: var(--good); }

.finding { margin: 0 0 1rem; padding: .9rem 1rem; background: var(--surface); border: 1px solid var(--line); border-left: 4px solid var(--info); border-radius: 8px; }
.finding.error { border-left-color: var(--error); }
.finding.warning { border-left-color: var(--warning); }
.code-name { font-family: var(--mono); font-size: .92em; }
.title { font-weight: 400; }
.next { margin: 0 0 .4rem; overflow-wrap: anywhere; }
.causes { margin: 0; padding: 0; list-style: none; }
.causes > li { padding: .6rem 0 0; margin-top: .6rem; border-top: 1px solid var(--line); }
.message { margin: 0 0 .25rem; overflow-wrap: anywhere; font-weight: 600; }
.account { margin: .1rem 0 .4rem; padding-left: 1.25rem; overflow-wrap: anywhere; }
.place { margin: .2rem 0; color: var(--muted); overflow-wrap: anywhere; }
.place code { color: var(--text); }
.place .path { color: var(--muted); }

pre.code { padding: .35rem 0; tab-size: 4; border: 1px solid var(--line); border-radius: 6px; background: var(--ground); margin: .35rem 0 .6rem; }
.line { display: flex; min-height: 1.5em; padding-right: 1rem; white-space: pre-wrap; }
.line code { font-size: 1em; min-width: 0; }
.number { flex: none; width: 4.5em; padding-right: 1em; text-align: right; color: var(--muted); user-select: none; }
.line .sign { flex: none; width: 1.4em; user-select: none; }
.line.here { background: var(--raised); }
.line.here .number { color: var(--text); font-weight: 700; box-shadow: inset 3px 0 var(--accent); }
mark { background: var(--mark); color: var(--mark-text); border-radius: 2px; }
del, ins { text-decoration: none; display: block; }
.line.removed { background: var(--error-ground); }
.line.added { background: var(--good-ground); }
.hunk + .hunk { border-top: 1px dashed var(--line); margin-top: .35rem; padding-top: .35rem; }
/* What is far from the window is not laid out: a page may have ten thousand rows. */
.hunk { content-visibility: auto; contain-intrinsic-size: auto 12em; }
.causes > li { content-visibility: auto; contain-intrinsic-size: auto 4em; }
.scroll { content-visibility: auto; contain-intrinsic-size: auto 40em; }
.value, .left-out { color: var(--muted); font-style: italic; }
mark .value { color: inherit; }
.hidden-character { padding: 0 .25em; border: 1px solid var(--error); border-radius: 3px; background: var(--error-ground); color: var(--error); font: 600 .86em var(--mono); white-space: nowrap; }
.file { margin-top: 1rem; }

.filter { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; margin: 0 0 .75rem; }
.filter label { color: var(--muted); }
input, select, button { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--muted); border-radius: 6px; padding: .3rem .6rem; }
input { flex: 1 1 14rem; max-width: 28rem; min-width: 0; }
input::placeholder { color: var(--muted); opacity: 1; }
output { color: var(--muted); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); }
table { width: 100%; min-width: 72rem; border-collapse: collapse; table-layout: fixed; font-size: .92em; }
th, td { padding: .55rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
tbody tr:last-child td { border-bottom: 0; }
th { background: var(--raised); font-size: .9em; }
th:nth-child(1) { width: 9%; } th:nth-child(2) { width: 15%; } th:nth-child(3) { width: 20%; } th:nth-child(4) { width: 10.5%; }
th:nth-child(5) { width: 9.5%; } th:nth-child(6) { width: 11%; } th:nth-child(7) { width: 10%; } th:nth-child(8) { width: 15%; }
.with-signers th:nth-child(1) { width: 8.5%; } .with-signers th:nth-child(2) { width: 12.5%; } .with-signers th:nth-child(3) { width: 15%; } .with-signers th:nth-child(4) { width: 9.5%; }
.with-signers th:nth-child(5) { width: 17%; } .with-signers th:nth-child(6) { width: 8.5%; } .with-signers th:nth-child(7) { width: 10%; } .with-signers th:nth-child(8) { width: 8%; } .with-signers th:nth-child(9) { width: 11%; }
th button { padding: 0 .2rem; margin: 0 -.2rem; border: 0; background: none; font-weight: 700; text-align: left; cursor: pointer; }
th button::after { content: ' ↕'; color: var(--muted); font-weight: 400; }
th[aria-sort=ascending] button::after { content: ' ↑'; color: var(--accent); }
th[aria-sort=descending] button::after { content: ' ↓'; color: var(--accent); }
td small { display: block; }
.digest, .same, .none { color: var(--muted); }
.platform, .policy { white-space: nowrap; }
.places { margin: 0; padding: 0; list-style: none; }
.places li + li { margin-top: .25rem; }
summary { cursor: pointer; color: var(--accent); }
footer { margin-top: 2rem; padding-top: .75rem; border-top: 1px solid var(--line); color: var(--muted); font-size: .9em; }
footer p { margin: .2rem 0; }

@media (max-width: 44rem) {
  body { padding: 0 .9rem 1.5rem; }
  h1 { font-size: 1.5rem; }
  .tiles { grid-template-columns: repeat(2, 1fr); }
  .facts div { grid-template-columns: 5.5rem 1fr; }
  .number { width: 3.4em; padding-right: .7em; }
  .scroll { overflow: visible; border: 0; background: none; }
  table { min-width: 0; }
  table, thead, tbody, tr, td { display: block; }
  thead tr { display: flex; flex-wrap: wrap; gap: .25rem .75rem; padding: .35rem 0; }
  th { width: auto !important; padding: .1rem 0; border: 0; background: none; }
  tbody tr { margin-bottom: .75rem; padding: .5rem .8rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
  td { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: 0 .75rem; padding: .2rem 0; border: 0; }
  td::before { content: attr(data-label); grid-row: 1 / span 9; color: var(--muted); font-size: .9em; }
  td > * { grid-column: 2; justify-self: start; }
}

@media (forced-colors: active) {
  mark, .badge, .line.removed, .line.added { outline: 1px solid; }
}

@media print {
  :root { color-scheme: light; --ground: #fff; --surface: #fff; --raised: #f0f2f5; --line: #b8bec7; --text: #000; --muted: #454c57; --accent: #000; --error: #8c1d16; --error-ground: #fdecea; --warning: #6b4300; --warning-ground: #fff3d6; --info: #123f88; --info-ground: #e6effc; --good: #14512b; --good-ground: #e3f4e8; --mark: #ffe28a; --mark-text: #000; }
  @page { size: landscape; margin: 12mm; }
  body { padding: 0; max-width: none; font-size: 9.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, .filter, .skip { display: none; }
  th button::after { content: none; }
  .scroll { overflow: visible; }
  .scroll { border: 0; }
  .hunk, .causes > li, .scroll { content-visibility: visible; }
  table { min-width: 0; font-size: .86em; }
  thead { display: table-header-group; }
  tr, .causes > li, .tile, .facts { break-inside: avoid; }
  h2, h3, .message, .place { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; }
  summary { list-style: none; color: var(--muted); }
}
`
