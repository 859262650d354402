import type { Chart, Curve } from './chart.ts'

const WIDTH = 520
const HEIGHT = 360
const MARGIN = { left: 66, right: 96, top: 40, bottom: 52 }
/** Colours that colour-blind readers can distinguish, also on dark pages (Okabe and Ito). */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'] as const
const TEXT = '#6e7681'

/** Draws charts next to each other in one picture. */
export function formatSvg(charts: readonly Chart[]): string {
  const width = WIDTH * charts.length
  const panels = charts.map(
    (chart, index) => `<g transform="translate(${index * WIDTH} 0)">\n${panel(chart)}\n</g>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="${TEXT}">
<title>${charts.map(({ title }) => title).join('; ')}</title>
${panels.join('\n')}
</svg>
`
}

function panel(chart: Chart): string {
  const points = chart.curves.flatMap((curve) => curve.points)
  const x = logarithmic(
    points.map((point) => point.x),
    MARGIN.left,
    WIDTH - MARGIN.right,
  )
  const y = logarithmic(
    points.map((point) => point.y),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
  )
  const bottom = HEIGHT - MARGIN.bottom
  return [
    `<text x="${MARGIN.left}" y="20" font-size="14" font-weight="600">${chart.title}</text>`,
    ...y.ticks.map(
      (tick) =>
        `<path d="M${MARGIN.left} ${fix(y.place(tick))}H${WIDTH - MARGIN.right}" stroke="${TEXT}" stroke-opacity=".25"/><text x="${MARGIN.left - 8}" y="${fix(y.place(tick) + 4)}" text-anchor="end">${chart.yTick(tick)}</text>`,
    ),
    ...x.ticks.map(
      (tick) =>
        `<path d="M${fix(x.place(tick))} ${bottom}v5" stroke="${TEXT}"/><text x="${fix(x.place(tick))}" y="${bottom + 19}" text-anchor="middle">${chart.xTick(tick)}</text>`,
    ),
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${chart.xLabel}</text>`,
    `<text transform="translate(14 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${chart.yLabel}</text>`,
    ...chart.curves.map((curve, index) =>
      line(curve, COLORS[index % COLORS.length] ?? TEXT, x.place, y.place),
    ),
  ].join('\n')
}

function line(
  curve: Curve,
  color: string,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  const placed = curve.points.map((point) => ({ x: fix(x(point.x)), y: fix(y(point.y)) }))
  const last = placed.at(-1)
  if (last === undefined) return ''
  const dots = placed
    .map((point) => `<circle cx="${point.x}" cy="${point.y}" r="3" fill="${color}"/>`)
    .join('')
  const path = placed.map((point) => `${point.x} ${point.y}`).join('L')
  return `<path d="M${path}" fill="none" stroke="${color}" stroke-width="2"/>${dots}<text x="${Number(last.x) + 8}" y="${Number(last.y) + 4}" fill="${color}">${curve.name}</text>`
}

/** A logarithmic scale from the power of ten at or below the minimum to the maximum, with a tick at each power. */
function logarithmic(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.log10(Math.max(...values))
  const ticks = Array.from({ length: Math.floor(high) - low + 1 }, (_, index) => 10 ** (low + index))
  const span = Math.max(high - low, Number.EPSILON)
  return { ticks, place: (value: number) => from + ((Math.log10(value) - low) / span) * (to - from) }
}

function fix(number: number): string {
  return number.toFixed(1)
}
