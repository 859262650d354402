import { describe, expect, test } from 'vitest'
import { formatSvg } from '../../bench/chart/svg.ts'
import { bytes, ms, spread, times } from '../../bench/format.ts'
import { formatTable } from '../../bench/results.ts'
import { ratios, summarize } from '../../bench/statistics.ts'

describe('what the benchmark makes of its samples', () => {
  test.each([
    [[5], { median: 5, low: 5, high: 5 }],
    [[3, 1, 2], { median: 2, low: 1.5, high: 2.5 }],
    [[4, 1, 2, 3], { median: 2.5, low: 1.75, high: 3.25 }],
  ])('%j has median and quartiles %j', (samples, summary) => {
    expect(summarize(samples)).toEqual(summary)
  })

  test('ratios are taken pair by pair', () => {
    expect(ratios([2, 9, 4], [1, 3, 4])).toEqual([2, 3, 1])
  })

  test.each([
    [times(1.134), '1.13 ×'],
    [ms(34.06), '34.1 ms'],
    [ms(1234.5), '1235 ms'],
    [bytes(60_000), '60 KB'],
    [bytes(1_900_000), '1.9 MB'],
    [bytes(50_000_000), '50 MB'],
    [spread({ median: 2, low: 1.5, high: 2.5 }, ms), '2.0 ms (1.5–2.5)'],
    [
      formatTable(
        ['a', 'b'],
        [
          ['x', '1'],
          ['y', '2'],
        ],
      ),
      '| a | b |\n| --- | ---: |\n| x | 1 |\n| y | 2 |',
    ],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected)
  })

  test('a tenfold is the same step everywhere on a curve', () => {
    const svg = formatSvg([
      {
        title: 't',
        xLabel: 'x',
        yLabel: 'y',
        xTick: String,
        yTick: String,
        curves: [
          {
            name: 'c',
            points: [
              { x: 1, y: 10 },
              { x: 10, y: 100 },
              { x: 100, y: 1000 },
            ],
          },
        ],
      },
    ])
    const places = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ])
    expect(places).toEqual([
      [66, 308],
      [245, 174],
      [424, 40],
    ])
    expect(svg).toContain('>c</text>')
  })
})
