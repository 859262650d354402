import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { allCodes, catalogueEntry } from '../../src/diagnostics/catalogue.ts'

/** Phrases that readers have to decode, and what to write instead. A pattern matches whole words, in any case. */
const PHRASES: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/(?<!there )(?:is|are) none\b/, 'is not a …, is invalid'],
  [/where there (?:is|are) none\b/, 'if there is none'],
  [/(?<!there )is no (?!longer\b|more\b)\w+/, 'is not a …'],
  [/holds none\b/, 'contains no …'],
  [/what there is to \w+/, 'name the thing'],
  [/there is nothing to \w+ (?:of|about|in)\b/, 'name the thing'],
  [/whoever\b/, 'a user who …, the caller'],
  [/whatever (?:it|he|she) says/, 'regardless of …'],
  [/what (?:has )?becomes? of\b/, 'the result of …'],
  [/would become of\b/, 'would happen to …'],
  [/what came of\b/, 'the result of …'],
  [/(?:had|has|have) to say\b/, 'reported, the messages of …'],
  [/asks? nobody\b/, 'contacts no registry'],
  [/asks? for nothing\b/, 'needs no …'],
  [/(?:is|are|was|were) asked for\b/, 'is requested, is resolved'],
  [/(?:is|are|was|were|be) told\b/, 'is configured, gets'],
  [/to tell it\b/, 'to configure it'],
  [/(?:was|were|is) said\b/, 'was reported, was written'],
  [/says nothing of\b/, 'does not set …, does not name …'],
  [/nothing (?:is said|stands)\b/, 'is not set'],
  [/finds out by itself\b/, 'detects'],
  [/(?:stands|stood) there\b/, 'is set, exists'],
  [/as it stands\b/, 'unchanged'],
  [/(?:left|leaves?) alone\b/, 'skipped'],
  [/leave (?:it|them|those|these) alone\b/, 'skip'],
  [/hangs on\b/, 'depends on'],
  [/what hangs\b/, 'what depends'],
  [/by way of\b/, 'through, with'],
  [/all the same\b/, 'still'],
  [/makes nothing of\b/, 'ignores'],
  [/(?:is|are) of no use\b/, 'does not work, has no effect'],
  [/a (?:thing|word) of (?:its|their) own\b/, 'name the thing'],
  [/that one which\b/, 'the … that'],
  [/none at all\b/, 'no …, unset'],
  [/of one['’]s own\b/, 'your own'],
  [/wants? to know who\b/, 'requires authentication'],
  [/nobody vouches\b/, 'from an unknown authority'],
  [/gives? no answer\b/, 'does not respond'],
  [/is gone over\b/, 'is searched'],
  [/in all the input\b/, 'in the input'],
  [/the way out\b/, 'the remedy'],
  [/(?:it|who) says to\b/, 'retry …, use …'],
  [/twins?\b/, 'variable, counterpart'],
  [/(?:says|said) of\b/, 'reports about …'],
]

/** Messages of other programs that a text quotes and that have such a phrase: they are not ours to reword. */
const QUOTES: readonly string[] = []

interface Text {
  readonly where: string
  readonly text: string
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** README and the pages of docs/ and examples/, without their code and their quotes of others. */
function pages(): readonly Text[] {
  const below = ['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(root, folder, name)),
  )
  return [
    ...['README.md', 'CHANGELOG.md', 'SECURITY.md', 'CONTRIBUTING.md'].map((name) => join(root, name)),
    ...below,
  ].map((path) => ({ where: relative(root, path), text: prose(readFileSync(path, 'utf8')) }))
}

/** Every title, message and hint of the catalogue. */
function messages(): readonly Text[] {
  return allCodes().flatMap((code) => {
    const { title, message, hint } = catalogueEntry(code)
    return [title, message, hint].map((text) => ({ where: code, text }))
  })
}

/** The help texts of commands, arguments and options. */
function help(): readonly Text[] {
  return COMMANDS.flatMap(({ words, description, argument, options }) => {
    const where = ['pinpull', ...words].join(' ')
    const texts = [description, argument?.description ?? '', ...options.map((option) => option.description)]
    return texts.map((text) => ({ where, text }))
  })
}

/** A page without blocks of code, code within a line, and links' targets. */
function prose(page: string): string {
  return page
    .replace(/^```[^\n]*\n[\s\S]*?^```$/gm, '')
    .replace(/^ {4}.*$/gm, '')
    .replace(/`[^`\n]*`/g, '`…`')
    .replace(/\]\([^)]*\)/g, ']')
}

/** @returns a line for each phrase that a text has, with where it is and what to write instead */
function findPhrases(texts: readonly Text[], quotes = QUOTES): readonly string[] {
  return texts.flatMap(({ where, text }) => {
    const ours = quotes.reduce((rest, quote) => rest.replaceAll(quote, ''), text).replace(/\s+/g, ' ')
    return PHRASES.flatMap(([phrase, instead]) => {
      const match = new RegExp(`.{0,30}\\b${phrase.source}.{0,20}`, 'i').exec(ours)
      return match === null ? [] : [`${where}: "${match[0]}": write "${instead}"`]
    })
  })
}

describe('plain words', () => {
  test('in the pages', () => {
    expect(findPhrases(pages())).toEqual([])
  })

  test('in the messages of the catalogue', () => {
    expect(findPhrases(messages())).toEqual([])
  })

  test('in the help texts', () => {
    expect(findPhrases(help())).toEqual([])
  })
})

describe('the test itself', () => {
  test.each([
    ['a manifest that is none', 'is none'],
    ['prints what the last run had to say', 'had to say'],
    ['for whoever\nreads this', 'whoever'],
    ['Whoever asks', 'Whoever'],
    ['what\n  has become of it', 'what has become of'],
  ])('finds a planted phrase: %s', (text, phrase) => {
    expect(findPhrases([{ where: 'planted', text }])).toEqual([expect.stringContaining(phrase)])
  })

  test('accepts a quote that it knows', () => {
    const text = 'helm prints "error: there is nothing to say of it, whoever asks"'
    expect(
      findPhrases([{ where: 'planted', text }], ['whoever asks', 'there is nothing to say of it']),
    ).toEqual([])
    expect(findPhrases([{ where: 'planted', text }])).toHaveLength(2)
  })

  test('has no quote that no text needs', () => {
    const texts = [...pages(), ...messages(), ...help()]
    expect(QUOTES.filter((quote) => !texts.some(({ text }) => text.includes(quote)))).toEqual([])
  })

  test.each([
    ['if there is none, the default is used'],
    ['a format that is no longer supported'],
    ['there is no manifest for linux/arm64'],
  ])('accepts plain words: %s', (text) => {
    expect(findPhrases([{ where: 'planted', text }])).toEqual([])
  })

  test('reads prose and no code', () => {
    expect(prose('a `that is none` b\n\n    what is none\n\n```sh\nis none\n```\n')).not.toContain('none')
  })

  test('sees every page, message and option', () => {
    expect(pages().length).toBeGreaterThan(60)
    expect(messages().length).toBeGreaterThan(300)
    expect(help().length).toBeGreaterThan(100)
  })
})
