import type { ArgumentSpec, CommandSpec } from '../command.ts'
import type { OptionSpec } from '../option.ts'
import { type Completes, completesOf, nextWords, quoted } from './shell.ts'

/** Completion for zsh: a file `_pinpull` in the `fpath`, or `source <(pinpull completion zsh)`. */
export function formatZshCompletion(
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
): string {
  const starts = [
    ...new Set(commands.flatMap(({ words }) => words.map((_, at) => words.slice(0, at + 1).join(' ')))),
  ]
  return `#compdef pinpull
_pinpull() {
  local command='' word
  local -a offered
  for word in \${words[2,CURRENT-1]}; do
    case "\${command:+$command }$word" in
      ${starts.map(quoted).join('|')}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command" in
${['', ...starts].map((start) => startCase(start, commands, groups)).join('\n')}
  esac
}
if [ "$funcstack[1]" = _pinpull ]; then
  _pinpull "$@"
else
  compdef _pinpull pinpull
fi
`
}

function startCase(
  start: string,
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
): string {
  const words = start === '' ? [] : start.split(' ')
  const spec = commands.find((one) => one.words.join(' ') === start)
  const offered = nextWords(words, commands, groups)
  const options = ["'--help[display help]'", ...(spec?.options ?? []).map(optionSpec)]
  if (start === '') options.push("'--version[display the version]'")
  const rest =
    offered.length > 0
      ? [
          `'*:command:((${offered.map(({ word, description }) => `${word}\\:"${escapeSpec(description)}"`).join(' ')}))'`,
        ]
      : spec?.argument === undefined
        ? []
        : [argumentSpec(spec.argument)]
  return `    ${quoted(start)}) _arguments ${[...options, ...rest].join(' ')} ;;`
}

function optionSpec(option: OptionSpec): string {
  const { name, value, description } = option
  const head = `--${name}${value === undefined ? '' : '='}[${escapeSpec(description)}]`
  return quoted(value === undefined ? head : `${head}:${value}:${action(completesOf(option))}`)
}

function argumentSpec(argument: ArgumentSpec): string {
  return quoted(`*:${argument.name}:${action(completesOf(argument))}`)
}

function action(completes: Completes): string {
  switch (completes.kind) {
    case 'words':
      return `(${completes.words.join(' ')})`
    case 'files':
      return '_files'
    case 'folders':
      return '_files -/'
    case 'nothing':
      return ' '
  }
}

/** What would end a description, or split it. */
function escapeSpec(text: string): string {
  return text
    .replace(/["`$\\]/g, '')
    .replace(/[[\]:]/g, '\\$&')
    .replaceAll("'", '’')
}
