/** A time from which and until which something is valid; both belong to it. */
export interface Period {
  readonly start: Date
  readonly end: Date
}

export function isWithin({ start, end }: Period, time: Date): boolean {
  return start <= time && time <= end
}

/** Formats a time in UTC, for a message. */
export function formatTime(time: Date): string {
  return Number.isNaN(time.getTime()) ? 'an unreadable time' : time.toISOString().replace('.000Z', 'Z')
}

/** Formats a period, for a message. */
export function formatPeriod({ start, end }: Period): string {
  const isOpen = end.getTime() === 8.64e15
  return isOpen ? `${formatTime(start)} or later` : `${formatTime(start)} to ${formatTime(end)}`
}
