import { expect } from 'vitest'

/** What a chart may try on whoever reads what is printed: a person at a terminal, a CI system's log, a dashboard. */
export const HOSTILE: Readonly<Record<string, string>> = {
  clear: '\u001b[2J\u001b[Hgone',
  title: '\u001b]0;owned\u0007x',
  link: '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\',
  c1: '\u009b31mred',
  osc1: '\u009d0;owned\u009c',
  backspaces: 'good\b\b\b\bevil',
  carriage: 'good\rerror FORGED: evil',
  lines: 'x\nerror FORGED: all is well\n::error::x',
  nextLine: 'x\u0085error FORGED: y',
  separators: 'x\u2028::error::y\u2029::error::z',
  override: 'a\u202egnp.exe',
  isolates: '\u2066a\u2067b\u2068c\u2069',
  arabicMark: 'a\u061cb',
  zeroWidth: 'ng\u200binx\u200c\u200d\u2060',
  byteOrder: '\ufeffnginx',
  softHyphen: 'ngi\u00adnx',
  tags: 'nginx\u{e0069}\u{e0067}\u{e006e}',
  selectors: 'nginx\ufe01\u{e0100}\u{e01ef}',
  fillers: '\u3164\uffa0\u115f\u1160',
  delete: 'a\u007fb\u0000c',
  github: '::error title=pwn::x',
  githubBlanks: '   ::set-output name=a::b',
  githubMask: '::add-mask::nginx',
  githubOld: 'x ##[error]y',
  githubMatcher: '##[add-matcher]/tmp/evil.json',
  azure: '##vso[task.setvariable variable=PATH]/tmp',
  teamcity: "##teamcity[buildStatus status='SUCCESS']",
  gitlab: 'section_start:1:a\r\u001b[0Kx',
  html: '<img src=x onerror=alert(1)>&lt;script>',
  markdown: '[click](https://evil.example) @admins `x` | www.evil.example #1 ![x](y) $x$',
  xml: ']]></failure><testcase name="forged"/><!--',
  sarif: '{0} [a](1) {{',
  percent: '%0A::error::x%0D',
  flag: '--output=/tmp/evil',
  quote: '"; rm -rf /; \'$(id)`id`',
  kpt: 'Digest: sha256:00',
}

/** What no output may hold, but for line breaks; tested here by other means than the printer has. */
export const HIDDEN = /[^\P{Cc}\n\t]|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}|\p{Default_Ignorable_Code_Point}/u
const COMMAND = /^\s*::|##(?:vso|teamcity)?\[/im
const FORGED = /^\s*(?:error FORGED|<testcase name="forged")/m

/** Expects that a text is neither hidden nor a command for whoever shows it. */
export function expectHarmless(text: string): void {
  expect(HIDDEN.exec(text)?.[0]).toBeUndefined()
  expect(COMMAND.exec(text)?.[0]).toBeUndefined()
  expect(FORGED.exec(text)?.[0]).toBeUndefined()
}
