/** A line of a chart. */
export interface Curve {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

/** Points over two logarithmic axes. */
export interface Chart {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly xTick: (value: number) => string
  readonly yTick: (value: number) => string
  readonly curves: readonly Curve[]
}
