import type { SignedEntity } from '@sigstore/verify'
import type { NamedTrust } from './library-trust.ts'
import { Refusal, shown } from './refusal.ts'
import { formatPeriod, formatTime, isWithin } from './time.ts'

type LogEntry = SignedEntity['tlogEntries'][number]

/** Looks up why a log's promise to include an entry (its SET) does not hold. */
export function promiseReason(entries: readonly LogEntry[], trust: NamedTrust): Refusal {
  const unknown = unknownLog(entries, trust)
  if (unknown !== undefined) return unknown
  for (const { logId, integratedTime } of entries) {
    const time = new Date(Number(integratedTime) * 1000)
    const known = trust.tlogs.filter((log) => log.logID.equals(logId.keyId))
    const [first] = known
    if (first !== undefined && !known.some(({ validFor }) => isWithin(validFor, time))) {
      return new Refusal(`its log entry is from a time at which ${trust.name} does not trust the log`, {
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
export function proofReason(message: string, entries: readonly LogEntry[], trust: NamedTrust): Refusal {
  if (message === 'invalid checkpoint signature') {
    return (
      unknownLog(entries, trust) ??
      new Refusal('the checkpoint in its log entry is not signed by the log that the entry names')
    )
  }
  if (/checkpoint (?:separator|header|log size|signature)|signatures found/.test(message)) {
    return new Refusal(`the checkpoint in its log entry is malformed: ${shown(message)}`)
  }
  return new Refusal(`the proof that its log entry is in the log does not hold: ${shown(message)}`)
}

function unknownLog(entries: readonly LogEntry[], { name, tlogs }: NamedTrust): Refusal | undefined {
  const unknown = entries.find(({ logId }) => !tlogs.some((log) => log.logID.equals(logId.keyId)))
  return (
    unknown &&
    new Refusal(`its log entry is from a log that ${name} does not list`, {
      wanted: tlogs.map(({ baseURL }) => baseURL).join(' or ') || 'none',
      found: `log ${unknown.logId.keyId.toString('hex').slice(0, 16)}…`,
    })
  )
}
