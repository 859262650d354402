import { describe, expect, test } from 'vitest'
import {
  allOf,
  anyOf,
  type Condition,
  call,
  choose,
  formatBlock,
  formatCondition,
  literal,
  not,
  relation,
} from '../../src/guard/cel.ts'

const a = relation("i.a == '1'")
const b = relation('i.b in [1]')
const c = call('i.c.matches(r"x")')

describe('a condition in CEL', () => {
  test.each<[Condition, string]>([
    [allOf(a, b), "i.a == '1' && i.b in [1]"],
    [anyOf(a, allOf(b, c)), `i.a == '1' || (i.b in [1] && i.c.matches(r"x"))`],
    [allOf(a, anyOf(b, c)), `i.a == '1' && (i.b in [1] || i.c.matches(r"x"))`],
    [allOf(a, allOf(b, c)), `i.a == '1' && i.b in [1] && i.c.matches(r"x")`],
    [not(a), "!(i.a == '1')"],
    [not(c), '!i.c.matches(r"x")'],
    [not(not(a)), "i.a == '1'"],
    [not(anyOf(a, b)), "!(i.a == '1' || i.b in [1])"],
    [choose(a, b, c), `i.a == '1' ? i.b in [1] : i.c.matches(r"x")`],
    [allOf(a, choose(b, c, a)), `i.a == '1' && (i.b in [1] ? i.c.matches(r"x") : i.a == '1')`],
    [
      choose(choose(a, b, c), b, c),
      `(i.a == '1' ? i.b in [1] : i.c.matches(r"x")) ? i.b in [1] : i.c.matches(r"x")`,
    ],
    [choose(a, b, choose(c, a, b)), `i.a == '1' ? i.b in [1] : i.c.matches(r"x") ? i.a == '1' : i.b in [1]`],
  ])('%# is %s', (condition, text) => {
    expect(formatCondition(condition)).toBe(text)
  })

  test.each<[string, Condition, Condition]>([
    ['and', allOf(a, true), a],
    ['and nothing', allOf(), true],
    ['and false', allOf(a, false), false],
    ['and twice', allOf(a, a), a],
    ['or', anyOf(a, false), a],
    ['or nothing', anyOf(), false],
    ['or true', anyOf(a, true), true],
    ['not', not(true), false],
    ['a known condition', choose(true, a, b), a],
    ['another', choose(false, a, b), b],
    ['the same either way', choose(a, b, b), b],
    ['else false', choose(a, b, false), allOf(a, b)],
    ['else true', choose(a, b, true), anyOf(not(a), b)],
    ['then true', choose(a, true, b), anyOf(a, b)],
    ['then false', choose(a, false, b), allOf(not(a), b)],
    ['true or false', choose(a, true, false), a],
  ])('constants are folded: %s', (_, condition, wanted) => {
    expect(formatCondition(condition)).toBe(formatCondition(wanted))
  })

  test('a long one has an operand a line', () => {
    const long = anyOf(...[...Array(6).keys()].map((n) => relation(`i.image == 'registry-${n}'`)))
    expect(formatBlock(long).split('\n').slice(0, 3)).toEqual([
      '(',
      "  i.image == 'registry-0' ||",
      "  i.image == 'registry-1' ||",
    ])
  })

  test.each([
    ['nginx', "'nginx'"],
    [String.raw`^a\.b$`, String.raw`r'^a\.b$'`],
    ["it's", String.raw`'it\U00000027s'`],
    ['a\nb', String.raw`'a\U0000000ab'`],
    ["\\'", String.raw`'\U0000005c\U00000027'`],
    ['\u200b', String.raw`'\U0000200b'`],
  ])('%j is the literal %s', (text, wanted) => {
    expect(literal(text)).toBe(wanted)
  })
})
