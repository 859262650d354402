import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  printable,
  printableDiff,
  printableLines,
  printableWord,
  quoteText,
  quoteYaml,
} from '../../src/diagnostics/printable.ts'

test.each<[name: string, text: string, printed: string]>([
  ['ordinary text', 'nginx:1.27 (ghcr.io/acme/web): ä, 中, 🎉', 'nginx:1.27 (ghcr.io/acme/web): ä, 中, 🎉'],
  ['line breaks of every kind', 'a\r\nb\u0085c\u2028d\u2029e\v\ff\tg', 'a b c d e f g'],
  ['an escape sequence', 'a\u001b[2Jb', 'a\\u001b[2Jb'],
  ['one of a single character', 'a\u009b31mb', 'a\\u009b31mb'],
  ['a bell, a backspace and an end', '\u0007\b\0\u007f', '\\u0007\\u0008\\u0000\\u007f'],
  ['text that runs backwards', 'a\u202eb\u2066c\u061cd', 'a\\u202eb\\u2066c\\u061cd'],
  ['blanks of no width', 'a\u200bb\u2060c\ufeffd\u00ade', 'a\\u200bb\\u2060c\\ufeffd\\u00ade'],
  ['fillers', 'a\u3164b\uffa0c\u115fd\u2800e\u034ff', 'a\\u3164b\\uffa0c\\u115fd\\u2800e\\u034ff'],
  ['tags', 'a\u{e0041}\u{e007f}', 'a\\udb40\\udc41\\udb40\\udc7f'],
  ['variation selectors', '1\ufe0f2\u{e0100}', '1\\ufe0f2\\udb40\\udd00'],
  ['half of a pair', 'a\ud800b', 'a\\ud800b'],
  ['what is no character', 'a\uffffb', 'a\\uffffb'],
  ['emoji as people write them', '⚠️ 👩🏽‍💻 ❤️‍🔥', '⚠️ 👩🏽‍💻 ❤️‍🔥'],
  ['joiners that join no emoji', 'a\u200db ⚠\ufe0f\ufe0f', 'a\\u200db ⚠\ufe0f\\ufe0f'],
  ['a command of GitHub', '::error title=x::y', '\\u003a:error title=x::y'],
  ['one behind blanks', ' \u00a0::set-output name=x::y', ' \u00a0\\u003a:set-output name=x::y'],
  ['one behind a line break', '\n::add-mask::x', ' \\u003a:add-mask::x'],
  ['an address', '::1 ::ffff:1.2.3.4', '::1 ::ffff:1.2.3.4'],
  [
    'a command of Azure',
    'x ##[error]y ##vso[task.setvariable variable=a]b',
    'x #\\u0023[error]y #\\u0023vso[task.setvariable variable=a]b',
  ],
  ['one of TeamCity', '##TeamCity[buildStop]', '#\\u0023TeamCity[buildStop]'],
  ['more signs than it takes', '###[group]', '##\\u0023[group]'],
  ['headings', '## a [b]', '## a [b]'],
  ['what kpt drops', 'Digest: sha256:00', 'Digest sha256:00'],
])('printable: %s', (_, text, printed) => {
  expect(printable(text)).toBe(printed)
  expect(printable(printed)).toBe(printed)
  expect(JSON.parse(quoteText(text))).toBe(text)
})

test('printableLines keeps the lines', () => {
  expect(printableLines('a\u001b\n::error::b\n  c\n')).toBe('a\\u001b\n\\u003a:error::b\n  c\n')
})

test.each([
  ['nginx:1.27', 'nginx:1.27'],
  ['[2001:db8::1]:5000/a:1', '[2001:db8::1]:5000/a:1'],
  ['$(IMAGE)', '$(IMAGE)'],
  ['', '""'],
  ['a b', '"a b"'],
  ['a"b', '"a\\"b"'],
  ["it's", '"it\'s"'],
  ['a\nb', '"a\\nb"'],
  ['::error::x', '"::error::x"'],
  ['##[error]x', '"#\\u0023[error]x"'],
  ['--flag', '"\\u002d-flag"'],
  ['\u009b31m:1', '"\\u009b31m:1"'],
  ['a\u00a0b', '"a\u00a0b"'],
])('%j is the word %s of a listing', (text, word) => {
  expect(printableWord(text)).toBe(word)
  if (word !== text) expect(JSON.parse(word)).toBe(text)
})

describe('quoteYaml', () => {
  test.each(['plain', 'a\u009bb\u202e\u2028', 'tag \u{e0041}', 'smile 😀', '##[error]\n::x', 'half \ud800'])(
    '%j is read as it was',
    (text) => {
      const written = quoteYaml(text)
      expect(written).toMatch(/^"[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*"$/u)
      if (!text.includes('\ud800')) expect(parse(written)).toBe(text)
    },
  )

  test('has escapes that Go reads, too', () => {
    expect(quoteYaml('\u{e0041}\u200b')).toBe('"\\U000e0041\\u200b"')
  })
})

test('printableDiff leaves what a patch needs, and nothing that is obeyed', () => {
  const diff = [
    ' \ufeffa: 1\r',
    '+\tb: \u001b[2J',
    '-c: ##[error]x',
    '  ::error::y',
    '+::error::z',
    '@@ -1 +1 @@',
  ].join('\n')
  expect(printableDiff(diff)).toBe(
    [
      ' \ufeffa: 1\r',
      '+\tb: \\u001b[2J',
      '-c: #\\u0023[error]x',
      '  \\u003a:error::y',
      '+::error::z',
      '@@ -1 +1 @@',
    ].join('\n'),
  )
})
