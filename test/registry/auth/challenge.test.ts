import { describe, expect, test } from 'vitest'
import { parseChallenges, pickScheme } from '../../../src/registry/auth/challenge.ts'

/** As `scheme{name=value;…}`, to keep the table readable. */
function shown(lines: readonly string[]): string {
  return parseChallenges(lines)
    .map(
      ({ scheme, params }) => `${scheme}{${[...params].map(([key, value]) => `${key}=${value}`).join(';')}}`,
    )
    .join(' ')
}

describe('parseChallenges', () => {
  test.each([
    ['one', ['Bearer realm="https://a/t",service="s"'], 'bearer{realm=https://a/t;service=s}'],
    ['any case', ['BEARER Realm="https://a/t"'], 'bearer{realm=https://a/t}'],
    ['unquoted values', ['Bearer realm=https://a/t,service=s'], 'bearer{realm=https://a/t;service=s}'],
    ['spaces about the equals sign', ['Basic realm = "x"'], 'basic{realm=x}'],
    [
      'a comma inside quotes',
      ['Bearer realm="r",scope="repository:a:pull,push"'],
      'bearer{realm=r;scope=repository:a:pull,push}',
    ],
    ['escapes', ['Basic realm="a \\"quoted\\" \\l\\lo"'], 'basic{realm=a "quoted" llo}'],
    ['an empty value', ['Bearer realm="r",empty="",service="s"'], 'bearer{realm=r;empty=;service=s}'],
    ['a repeated name keeps the first', ['Bearer realm="r",realm="evil"'], 'bearer{realm=r}'],
    ['a charset', ['Basic realm="x", charset="UTF-8"'], 'basic{realm=x;charset=UTF-8}'],
    ['no parameters', ['Negotiate'], 'negotiate{}'],
    ['token68', ['Negotiate YIIB+/aa=='], 'negotiate{}'],
    [
      'two on one line',
      ['Basic realm="x", Bearer realm="r",service="s"'],
      'basic{realm=x} bearer{realm=r;service=s}',
    ],
    [
      'two without space, as Codeberg',
      ['Bearer realm="r",service="s",scope="*",Basic realm="x"'],
      'bearer{realm=r;service=s;scope=*} basic{realm=x}',
    ],
    [
      'three, one bare',
      ['Negotiate, Basic realm="x", Bearer realm="r"'],
      'negotiate{} basic{realm=x} bearer{realm=r}',
    ],
    ['on lines of their own', ['Basic realm="x"', 'Bearer realm="r"'], 'basic{realm=x} bearer{realm=r}'],
    ['empty list members', [', ,Basic realm="x",, ,Bearer realm="r",'], 'basic{realm=x} bearer{realm=r}'],
    ['nothing', [''], ''],
    ['no line at all', [], ''],
    ['a missing comma', ['Bearer realm="r" service="s"'], ''],
    ['an unclosed quote', ['Bearer realm="r'], ''],
    ['an escape at the end', ['Bearer realm="r\\'], ''],
    ['a quoted scheme', ['"Bearer" realm="r"'], ''],
    ['a quoted name', ['Bearer "realm"="r"'], ''],
    ['a broken line beside a good one', ['Bearer realm="r', 'Basic realm="x"'], 'basic{realm=x}'],
  ])('%s', (_, lines, expected) => {
    expect(shown(lines)).toBe(expected)
  })

  test('takes time in proportion to the length', () => {
    // Quadratic parsing would take longer than a test may.
    const line = `Bearer ${'a=b,'.repeat(500_000)}${'"'.repeat(500_000)}`
    parseChallenges([line, `Bearer realm="${'\\'.repeat(2_000_000)}`])
  })
})

describe('pickScheme', () => {
  test.each([
    [
      'Bearer before Basic',
      'Basic realm="x", Bearer realm="r",service="s",scope="c"',
      { kind: 'bearer', realm: 'r', service: 's', scope: 'c' },
    ],
    ['a realm alone, as Artifact Registry', 'Bearer realm="r"', { kind: 'bearer', realm: 'r' }],
    ['Bearer without a realm is none', 'Bearer service="s", Basic realm="x"', { kind: 'basic' }],
    [
      'Basic',
      'Basic realm="https://1.dkr.ecr.eu-west-1.amazonaws.com/",service="ecr.amazonaws.com"',
      { kind: 'basic' },
    ],
    ['neither', 'Negotiate', undefined],
  ])('%s', (_, line, expected) => {
    expect(pickScheme(parseChallenges([line]))).toEqual(expected)
  })
})
