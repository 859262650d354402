import type { CommandSpec } from '../command.ts'
import type { OptionSpec } from '../option.ts'
import { type Completes, completesOf, nextWords, quoted } from './shell.ts'

/** Completion for fish: `pinpull completion fish | source`. */
export function formatFishCompletion(
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
): string {
  const starts = [
    ...new Set(commands.flatMap(({ words }) => words.map((_, at) => words.slice(0, at + 1).join(' ')))),
  ]
  return `# fish completion for pinpull
function __pinpull_command
    set -l command
    for word in (commandline -opc)[2..-1]
        switch (string join -- ' ' $command $word)
            case ${starts.map(quoted).join(' ')}
                set -a command $word
        end
    end
    string join -- ' ' $command
end
complete -c pinpull -f
complete -c pinpull -l help -d 'display help'
${['', ...starts].flatMap((start) => startLines(start, commands, groups)).join('\n')}
`
}

function startLines(
  start: string,
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
): string[] {
  const words = start === '' ? [] : start.split(' ')
  const spec = commands.find((one) => one.words.join(' ') === start)
  const line = `complete -c pinpull -n ${quoted(`test "$(__pinpull_command)" = "${start}"`)}`
  const offered = nextWords(words, commands, groups).map(
    ({ word, description }) => `${line} -a ${word} -d ${quoted(description)}`,
  )
  const argument = spec?.argument === undefined ? [] : [`${line}${action(completesOf(spec.argument))}`]
  const version = start === '' ? [`${line} -l version -d 'display the version'`] : []
  return [
    ...offered,
    ...argument,
    ...(spec?.options ?? []).map((option) => line + optionWords(option)),
    ...version,
  ]
}

function optionWords(option: OptionSpec): string {
  const { name, value, description } = option
  const takes = value === undefined ? '' : ` -r${action(completesOf(option))}`
  return ` -l ${name}${takes} -d ${quoted(description)}`
}

function action(completes: Completes): string {
  switch (completes.kind) {
    case 'words':
      return ` -f -a ${quoted(completes.words.join(' '))}`
    case 'files':
      return ' -F'
    case 'folders':
      return ` -f -a '(__fish_complete_directories)'`
    case 'nothing':
      return ' -f'
  }
}
