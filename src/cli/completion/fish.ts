import type { OptionSpec } from '../options/option.ts'
import { type Completes, completesOf, quoted, type Situation } from './state.ts'

/** Completion for fish: `pinpull completion fish | source`. */
export function formatFishCompletion(situations: readonly Situation[]): string {
  const commands = situations.map(({ typed }) => typed).filter(Boolean)
  return `# fish completion for pinpull
function __pinpull_command
    set -l command
    for word in (commandline -opc)[2..-1]
        switch (string join -- ' ' $command $word)
            case ${commands.map(quoted).join(' ')}
                set -a command $word
        end
    end
    string join -- ' ' $command
end
complete -c pinpull -f
${situations.flatMap(nextLines).join('\n')}
`
}

function nextLines({ typed, words, options, argument }: Situation): string[] {
  const line = `complete -c pinpull -n ${quoted(`test "$(__pinpull_command)" = "${typed}"`)}`
  return [
    ...words.map(({ word, description }) => `${line} -a ${word} -d ${quoted(description)}`),
    ...(argument === undefined ? [] : [`${line}${action(argument.completes)}`]),
    ...options.map((option) => line + optionWords(option)),
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
