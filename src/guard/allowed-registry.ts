import { allowedPrefix } from '../config/allowed-registry.ts'
import { anyOf, type Condition, call, literal, relation } from './cel.ts'
import { FIELD, matchesImage } from './condition.ts'

/** Whether an entry of `allowedRegistries` matches an image, as `parseAllowedRegistry` has it. */
export function allowedCondition(text: string): Condition {
  if (/[*?]/.test(text)) return matchesImage([text])
  if (!text.includes('/')) return call(`${FIELD.repository}.startsWith(${literal(`${text}/`)})`)
  const prefix = allowedPrefix(text)
  return anyOf(
    relation(`${FIELD.repository} == ${literal(prefix)}`),
    call(`${FIELD.repository}.startsWith(${literal(`${prefix}/`)})`),
  )
}
