import type { OptionSpec } from '../options/option.ts'
import { aliasWords, type Candidates, type CompletionState, candidatesFor, singleQuoted } from './state.ts'

/** Completion for fish: `pinpull completion fish | source`. */
export function formatFishCompletion(states: readonly CompletionState[]): string {
  const commands = states.map(({ prefix }) => prefix).filter(Boolean)
  return `# fish completion for pinpull
function __pinpull_command
    set -l command
    for word in (commandline -opc)[2..-1]
        switch (string join -- ' ' $command $word)
            case ${commands.map(singleQuoted).join(' ')}
                set -a command $word
        end
    end
    string join -- ' ' $command
end
complete -c pinpull -f
${states.flatMap(nextLines).join('\n')}
`
}

function nextLines({ prefix, nextWords, options, argument }: CompletionState): string[] {
  const inCommand = `test "$(__pinpull_command)" = "${prefix}"`
  const line = `complete -c pinpull -n ${singleQuoted(inCommand)}`
  return [
    ...nextWords.map(({ word, description }) => `${line} -a ${word} -d ${singleQuoted(description)}`),
    ...(argument === undefined ? [] : [`${line}${action(argument.candidates)}`]),
    ...options.map((option) => line + optionFlags(option)),
    // Known once it is on the line, so that it is not offered, but its value is completed.
    ...options.flatMap((option) =>
      aliasWords(option).map((word) => {
        const isGiven = `${inCommand}; and contains -- ${word} (commandline -opc)`
        return `complete -c pinpull -n ${singleQuoted(isGiven)}${optionFlags({ ...option, short: undefined, name: word.slice(2) })}`
      }),
    ),
  ]
}

function optionFlags(option: OptionSpec): string {
  const { name, short, value, description } = option
  const letter = short === undefined ? '' : ` -s ${short}`
  const takes = value === undefined ? '' : ` -r${action(candidatesFor(option))}`
  return `${letter} -l ${name}${takes} -d ${singleQuoted(description)}`
}

function action(candidates: Candidates): string {
  switch (candidates.kind) {
    case 'words':
      return ` -f -a ${singleQuoted(candidates.words.join(' '))}`
    case 'files':
      return ' -F'
    case 'folders':
      return ` -f -a '(__fish_complete_directories)'`
    case 'nothing':
      return ' -f'
  }
}
