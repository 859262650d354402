import { parseAge } from '../duration.ts'
import { type ImagePattern, parseImagePattern } from '../reference/pattern.ts'
import type { Reference } from '../reference/reference.ts'
import type { ConfigDiagnostic } from './config-node.ts'
import { listOf, type OneOrMany } from './matcher.ts'
import { impossibleImage } from './unreachable.ts'

/** When `pinpull lock --update` may take a digest, as it is written in a configuration. */
export interface CoolDownSpec {
  /** How long a digest must have been seen under its tag before it replaces another: `7d`, `36h`, `0`. */
  readonly minAge?: string
  /** Whether an image that is not in the lock file yet may be locked. */
  readonly minAgeNew?: 'allow' | 'deny'
}

/** The key `lock` of a configuration. */
export interface LockSpec extends CoolDownSpec {
  /** The lock file, relative to the configuration's folder. */
  readonly file?: string
  /** Exceptions for some images. Each setting comes from the first rule that matches the image and has it. */
  readonly rules?: readonly LockRuleSpec[]
}

export interface LockRuleSpec extends CoolDownSpec {
  /** Patterns of image names. */
  readonly image: OneOrMany<string>
}

/** When a digest may be taken. */
export interface CoolDownSettings {
  /** In milliseconds; 0 for no cool-down. */
  readonly minAge: number
  readonly minAgeNew: 'allow' | 'deny'
}

/** The settings of `lock` for every image. */
export interface LockSettings extends CoolDownSettings {
  readonly rules: readonly (Partial<CoolDownSettings> & { readonly patterns: readonly ImagePattern[] })[]
}

/** The settings of a configuration that has none: a moved tag is taken at once. */
export const DEFAULT_LOCK_SETTINGS: LockSettings = { minAge: 0, minAgeNew: 'allow', rules: [] }

/** Compiles the settings; they must be valid. */
export function parseLockSettings({ rules = [], ...spec }: LockSpec): LockSettings {
  return {
    ...DEFAULT_LOCK_SETTINGS,
    ...parseCoolDown(spec),
    rules: rules.map((rule) => ({
      patterns: listOf(rule.image).map(parseImagePattern),
      ...parseCoolDown(rule),
    })),
  }
}

function parseCoolDown({ minAge, minAgeNew }: CoolDownSpec): Partial<CoolDownSettings> {
  return {
    ...(minAge === undefined ? {} : { minAge: parseAge(minAge) ?? 0 }),
    ...(minAgeNew === undefined ? {} : { minAgeNew }),
  }
}

/** Finds the settings for one image. */
export function coolDownOf(settings: LockSettings, image: Reference): CoolDownSettings {
  const rules = settings.rules.filter(({ patterns }) => patterns.some((pattern) => pattern.matches(image)))
  const find = <K extends keyof CoolDownSettings>(key: K): CoolDownSettings[K] =>
    (rules.find((rule) => rule[key] !== undefined)?.[key] ?? settings[key]) as CoolDownSettings[K]
  return { minAge: find('minAge'), minAgeNew: find('minAgeNew') }
}

/** Finds what the schema cannot: two names for the lock file, and patterns that match no image. */
export function checkLockSettings(
  spec: LockSpec,
  lockFile: string | undefined,
  path: ConfigDiagnostic['path'],
): ConfigDiagnostic[] {
  const patterns = (spec.rules ?? []).flatMap(({ image }, index) =>
    listOf(image).flatMap((pattern): ConfigDiagnostic[] => {
      const reason = impossibleImage(pattern)
      return reason === undefined
        ? []
        : [{ code: 'CONFIG_RULE_DEAD', path: [...path, 'rules', index, 'image'], ...reason }]
    }),
  )
  if (spec.file === undefined || lockFile === undefined) return patterns
  const reason = 'names the lock file a second time, beside spec.lockFile'
  return [{ code: 'CONFIG_INVALID', path: [...path, 'file'], reason }, ...patterns]
}
