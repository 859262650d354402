import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { AddStep, Step } from '../../doctor/step.ts'
import type { LockFile } from '../../lock/lock-file.ts'
import type { FindRegistryBlock } from '../../plan/resolver.ts'
import { formatHint, formatLocation, formatMessage } from '../../report/message.ts'
import { errorDiagnostics, isUserError } from '../io/exit.ts'
import { lockPath, openLock, shownPath } from '../session/lock.ts'
import { registriesConfPath } from '../session/registry-files.ts'
import { cacheSettings, usesLockOnly } from '../session/resolver.ts'
import type { Session } from '../session/session.ts'

/** The settings that a run would use. */
export interface Settings {
  /** Whether a run could begin with them. */
  readonly isUsable: boolean
  readonly diagnostics: readonly Diagnostic[]
  readonly lock: LockFile | undefined
  readonly findBlock: FindRegistryBlock | undefined
}

/** Shows which settings are in force, where they come from and how much that is trusted. */
export async function openSettings(session: Session, add: AddStep): Promise<Settings> {
  const diagnostics: Diagnostic[] = []
  const attempt = async <T>(name: string, act: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await act()
    } catch (error) {
      if (!isUserError(error)) throw error
      const found = errorDiagnostics(error)
      diagnostics.push(...found)
      for (const step of failedSteps(name, found)) add(step)
      return undefined
    }
  }
  add(describeConfig(session))
  add(describeProfile(session))
  const lock = await attempt('lock file', () => openLock(session, usesLockOnly(session)))
  if (diagnostics.length === 0) {
    add(describeLock(session, lock))
    const broken = lock?.diagnostics ?? []
    diagnostics.push(...broken)
    for (const step of failedSteps('lock file', broken)) add(step)
  }
  add(describeCache(session))
  for (const step of describeMirrors(session)) add(step)
  const findBlock = await attempt('registries', () => session.openBlockList())
  return { isUsable: diagnostics.length === 0, diagnostics, lock, findBlock }
}

/** One failed step for each diagnostic. */
export function failedSteps(name: string, diagnostics: readonly Diagnostic[]): readonly Step[] {
  return diagnostics.map((one) => {
    const at = one.at === undefined ? '' : formatLocation(one.at)
    return {
      name,
      status: 'failed',
      text: `${one.code}: ${formatMessage(one)}`,
      ...(at === '' ? {} : { details: [`at ${at}`] }),
      hint: formatHint(one),
    }
  })
}

function describeConfig({ config, flags }: Session): Step {
  const name = 'configuration'
  if (config.file === undefined) {
    return { name, status: 'ok', text: 'none; the built-in profiles apply' }
  }
  const origin =
    flags.config === undefined ? 'found in the working directory' : 'named by --config or PINPULL_CONFIG'
  return { name, status: 'ok', text: `${config.file}, ${origin} (trust tier ${config.tier})` }
}

function describeProfile({ profile, config, flags }: Session): Step {
  const origin =
    flags.profile !== undefined
      ? 'chosen by --profile or PINPULL_PROFILE'
      : config.defaultProfile !== undefined
        ? `the defaultProfile of ${config.file}`
        : 'the default'
  const { pin, output } = profile
  const only = pin === 'always' ? '' : ' (the filter contacts no registry for it)'
  return {
    name: 'profile',
    status: 'ok',
    text: `${profile.name}, ${origin}; pin: ${pin}${only}, output: ${output}`,
  }
}

function describeLock(session: Session, lock: LockFile | undefined): Step {
  const path = shownPath(lockPath(session), session.io)
  const name = 'lock file'
  if (lock !== undefined) {
    const { length } = lock.lock.entries
    return { name, status: 'ok', text: `${path}, ${length} ${length === 1 ? 'image' : 'images'}` }
  }
  return { name, status: 'info', text: `${path} does not exist` }
}

function describeCache(session: Session): Step {
  const { path, lifetime } = cacheSettings(session)
  const name = 'cache'
  if (path === undefined) return { name, status: 'info', text: 'off: the environment names no home' }
  if (lifetime === 0)
    return { name, status: 'info', text: `off (--cache-ttl, or in CI); its file would be ${path}` }
  return {
    name,
    status: 'ok',
    text: `${path}${existsSync(path) ? '' : ' (not written yet)'}; answers are kept for ${lifetime / 1000} s`,
  }
}

/** The settings that can name mirrors, in the order in which they are searched. */
function describeMirrors({ flags, config, io }: Session): readonly Step[] {
  const steps: Step[] = []
  const add = (text: string): void => void steps.push({ name: 'mirrors', status: 'ok', text })
  for (const { host, url } of flags.mirror ?? [])
    add(`--mirror: ${host} is replaced by ${new URL(url).origin}`)
  const withMirrors = config.registries.filter(({ mirrors }) => mirrors !== undefined)
  if (withMirrors.length > 0) add(`${config.file}: for ${withMirrors.map(({ host }) => host).join(', ')}`)
  if (flags.hostsDir !== undefined) add(`--hosts-dir: ${resolve(io.cwd, flags.hostsDir)}`)
  const conf = registriesConfPath(flags, io)
  if (conf !== undefined) add(`--registries-conf or CONTAINERS_REGISTRIES_CONF: ${conf}`)
  if (steps.length === 0) add('none: no flag, configuration, hosts.toml or registries.conf names one')
  return steps
}
