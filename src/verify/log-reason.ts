import type { SignedEntity, TrustMaterial } from '@sigstore/verify'
import { Refusal, shown } from './refusal.ts'
import { formatPeriod, formatTime, isWithin } from './time.ts'

type LogEntry = SignedEntity['tlogEntries'][number]
type Logs = TrustMaterial['tlogs']

/** Looks up why a log's promise to include an entry (its SET) does not hold. */
export function promiseReason(entries: readonly LogEntry[], logs: Logs): Refusal {
  const unknown = unknownLog(entries, logs)
  if (unknown !== undefined) return unknown
  for (const { logId, integratedTime } of entries) {
    const time = new Date(Number(integratedTime) * 1000)
    const known = logs.filter((log) => log.logID.equals(logId.keyId))
    const [first] = known
    if (first !== undefined && !known.some(({ validFor }) => isWithin(validFor, time))) {
      return new Refusal('its log entry is from a time at which the trusted root does not trust the log', {
        wanted: formatPeriod(first.validFor),
        found: formatTime(time),
      })
    }
  }
  return new Refusal(
    'the promise of the log (SET) does not fit its log entry: the entry or its time was changed',
  )
}

/** Looks up why the proof that an entry is in a log does not hold. */
export function proofReason(message: string, entries: readonly LogEntry[], logs: Logs): Refusal {
  if (message === 'invalid checkpoint signature') {
    return (
      unknownLog(entries, logs) ??
      new Refusal('the checkpoint in its log entry is not signed by the log that the entry names')
    )
  }
  if (/checkpoint (?:separator|header|log size|signature)|signatures found/.test(message)) {
    return new Refusal(`the checkpoint in its log entry is malformed: ${shown(message)}`)
  }
  return new Refusal(`the proof that its log entry is in the log does not hold: ${shown(message)}`)
}

function unknownLog(entries: readonly LogEntry[], logs: Logs): Refusal | undefined {
  const unknown = entries.find(({ logId }) => !logs.some((log) => log.logID.equals(logId.keyId)))
  return (
    unknown &&
    new Refusal('its log entry is from a log that the trusted root does not list', {
      wanted: logs.map(({ baseURL }) => baseURL).join(' or ') || 'none',
      found: `log ${unknown.logId.keyId.toString('hex').slice(0, 16)}…`,
    })
  )
}
