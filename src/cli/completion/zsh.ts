import type { OptionSpec } from '../options/option.ts'
import { type Completes, completesOf, quoted, type Situation } from './state.ts'

/** Completion for zsh: a file `_pinpull` in the `fpath`, or `source <(pinpull completion zsh)`. */
export function formatZshCompletion(situations: readonly Situation[]): string {
  const commands = situations.map(({ typed }) => typed).filter(Boolean)
  return `#compdef pinpull
_pinpull() {
  local command='' word
  for word in \${words[2,CURRENT-1]}; do
    case "\${command:+$command }$word" in
      ${commands.map(quoted).join('|')}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command" in
${situations.map(nextCase).join('\n')}
  esac
}
if [ "$funcstack[1]" = _pinpull ]; then
  _pinpull "$@"
else
  compdef _pinpull pinpull
fi
`
}

function nextCase({ typed, words, options, argument }: Situation): string {
  const given = [...options.map(optionSpec)]
  if (words.length > 0) {
    const offered = words.map(({ word, description }) => `${word}\\:"${plain(description)}"`)
    given.push(quoted(`*:command:((${offered.join(' ')}))`))
  } else if (argument !== undefined) {
    given.push(quoted(`*:${argument.name}:${action(argument.completes)}`))
  }
  return `    ${quoted(typed)}) _arguments ${given.join(' ')} ;;`
}

function optionSpec(option: OptionSpec): string {
  const { name, value, description } = option
  const head = `--${name}${value === undefined ? '' : '='}[${plain(description)}]`
  return quoted(value === undefined ? head : `${head}:${value}:${action(completesOf(option))}`)
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

/** A description without what would end it, or split it. */
function plain(text: string): string {
  return text
    .replace(/["`$\\]/g, '')
    .replace(/[[\]:]/g, '\\$&')
    .replaceAll("'", '’')
}
