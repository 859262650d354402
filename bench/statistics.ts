/** A summary of samples. */
export interface Summary {
  readonly median: number
  /** The first and third quartile: half of the samples lie between them. */
  readonly low: number
  readonly high: number
}

/** @param samples at least one */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) }
}

/** The ratios pair by pair: each pair ran directly after one another, so a drift of the machine's speed does not matter. */
export function ratios(samples: readonly number[], baseline: readonly number[]): readonly number[] {
  return samples.map((sample, index) => sample / (baseline[index] ?? Number.NaN))
}

function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}
