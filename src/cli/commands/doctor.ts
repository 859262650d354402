import { delimiter, resolve } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { describeCredentialFiles } from '../../doctor/credential-files.ts'
import { formatDoctorDocument, formatStep, formatTitle } from '../../doctor/format.ts'
import { describeAuthorities, describeProxyVariables, describeRuntime } from '../../doctor/machine.ts'
import { describePrograms } from '../../doctor/programs.ts'
import { createRedaction, type Redaction } from '../../doctor/redaction.ts'
import type { AddStep, Section, Step } from '../../doctor/step.ts'
import { parseSubject } from '../../doctor/subject.ts'
import { homeFolder } from '../../files/home.ts'
import { realTextFiles } from '../../files/text-files.ts'
import { SecretRedactor } from '../../registry/errors/redact.ts'
import { proxyCredentials } from '../../registry/http/proxy.ts'
import type { DataFormat } from '../../report/data-document.ts'
import { errorDiagnostics, exitCodeOf, isUserError } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { lastFailurePath } from '../io/last-failure.ts'
import { runProcess } from '../io/process.ts'
import { hasOutputColor } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { buildKeychain } from '../session/keychain.ts'
import { registriesConfPath } from '../session/registry-files.ts'
import { openSession, type Session } from '../session/session.ts'
import { failedSteps, openSettings } from './doctor-settings.ts'
import { checkSubject } from './doctor-subject.ts'

/** How long a program may take to print its version, in milliseconds. */
const PROGRAM_TIMEOUT = 5000

interface DoctorFlags extends Flags {
  readonly output?: 'text' | DataFormat | undefined
}

/**
 * Shows what a run would use: the settings, and for each image or registry every step to it with its outcome; without
 * arguments also what is found on this machine. Its output is made to be pasted into an issue.
 *
 * @param words images and hosts of registries
 * @returns the exit code: 0 if everything works, otherwise that of the run that would fail
 * @throws {UsageError} USAGE for a word that is neither an image nor a host
 */
export async function doctor(words: readonly string[], flags: DoctorFlags, io: Io): Promise<number> {
  const subjects = words.map(parseSubject)
  const secrets = new SecretRedactor()
  for (const credential of proxyCredentials(io.env)) secrets.addCredential(credential)
  const redaction = createRedaction(secrets, homeFolder(io.env))
  const printer = createPrinter(flags, io, redaction)
  const diagnostics: Diagnostic[] = []

  printer.begin('Settings')
  printer.add(describeRuntime(process))
  const session = openOrExplain(flags, io, printer.add, diagnostics)
  const settings = session && (await openSettings(session, printer.add))
  diagnostics.push(...(settings?.diagnostics ?? []))
  if (subjects.length === 0) {
    printer.begin('This machine')
    diagnostics.push(...(await describeMachine(session, io, printer.add)))
  }
  for (const subject of subjects) {
    if (session === undefined || settings?.isUsable !== true) break
    printer.begin(subject.title)
    diagnostics.push(
      ...(await checkSubject(subject, { session, settings, redaction, secrets, add: printer.add })),
    )
  }
  const exitCode = exitCodeOf(diagnostics)
  printer.end(exitCode)
  return exitCode
}

/** @returns undefined if the configuration cannot be used, which is then a failed step */
function openOrExplain(
  flags: DoctorFlags,
  io: Io,
  add: AddStep,
  diagnostics: Diagnostic[],
): Session | undefined {
  try {
    return openSession(flags, io)
  } catch (error) {
    if (!isUserError(error)) throw error
    const found = errorDiagnostics(error)
    // Broken YAML is an error of usage here, since it is not in the manifests.
    diagnostics.push(...found, { code: 'USAGE', severity: 'error', args: {} })
    for (const step of failedSteps('configuration', found)) add(step)
    return undefined
  }
}

async function describeMachine(
  session: Session | undefined,
  io: Io,
  add: AddStep,
): Promise<readonly Diagnostic[]> {
  const { env } = io
  add({
    name: 'last failure',
    status: 'ok',
    text: lastFailurePath(env) ?? 'not kept: the environment names no home',
  })
  await describeAuthorities(env, process, realTextFiles, add)
  describeProxyVariables(env, add)
  await describePrograms(
    { env, platform: process.platform, run: runProcess, delimiter, timeout: PROGRAM_TIMEOUT },
    add,
  )
  if (session === undefined) return []
  const provider = session.flags.credentialProviderConfig
  const others = [registriesConfPath(session.flags, io), provider && resolve(io.cwd, provider)]
  const failures = await describeCredentialFiles(
    buildKeychain(session, undefined, () => {}).searched,
    {
      env,
      files: realTextFiles,
      platform: process.platform,
      others: others.filter((one) => one !== undefined),
    },
    add,
  )
  return failures.flatMap(errorDiagnostics)
}

interface Printer {
  readonly begin: (title: string) => void
  readonly add: AddStep
  readonly end: (exitCode: number) => void
}

/** Text is printed step by step, so that a step that takes long can be seen; data at the end. */
function createPrinter(flags: DoctorFlags, io: Io, redaction: Redaction): Printer {
  const { output = 'text' } = flags
  const color = hasOutputColor(flags, io)
  const sections: { title: string; steps: Step[] }[] = []
  const write = (text: string): void => {
    if (output === 'text') io.writeOutput(text)
  }
  return {
    begin: (title) => {
      const shown = redaction.clean(title)
      sections.push({ title: shown, steps: [] })
      write(sections.length === 1 ? formatTitle(shown, color).trimStart() : formatTitle(shown, color))
    },
    add: redaction.steps((step) => {
      sections.at(-1)?.steps.push(step)
      write(formatStep(step, color))
    }),
    end: (exitCode) => {
      if (output !== 'text')
        io.writeOutput(formatDoctorDocument(output, sections satisfies readonly Section[], exitCode))
    },
  }
}
