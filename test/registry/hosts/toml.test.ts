import { expect, test } from 'vitest'
import { findToml11SyntaxLine } from '../../../src/registry/hosts/toml.ts'

test.each([
  ['a last comma', 'x = {a = 1,}', 1],
  ['a line end in an inline table', 'y = 1\nx = {a = 1\n}', 2],
  ['a comment in one', 'x = { # c\na = 1}', 1],
  ['in a table within', 'x = {a = 1, b = {c = 2,}}', 1],
  ['\\e', 'x = "\\e"', 1],
  ['\\x', 'x = """\n\\x41"""', 1],
  ['after an escaped backslash', 'x = "a\\\\\\e"', 1],
  ['a time without seconds', 'x = 07:32', 1],
  ['with a date', 'x = 1979-05-27T07:32Z', 1],
  ['with a date and a space', 'x = 1979-05-27 07:32', 1],
])('new since 1.1: %s', (_, text, line) => {
  expect(findToml11SyntaxLine(text)).toBe(line)
})

test.each([
  'x = {a = 1, b = {c = 2}}\ny = { }',
  'x = {a = [1,\n2,\n]}',
  'x = [{a = 1},\n{b = 2},\n]',
  'x = "a\\\\e"',
  "x = '\\e {'\ny = '''\n{\n'''",
  'x = """\n{\n"""\ny = """a""""',
  '"07:32" = 07:32:00\nx = 1979-05-27T07:32:00-07:00',
  '# {\nx = 1 # "\\e"',
  'x = {a = "}", b = 1}',
  "x = '''a''''\ny = ''''''\nz = \"\"",
])('as old as 1.0: %j', (text) => {
  expect(findToml11SyntaxLine(text)).toBeUndefined()
})
