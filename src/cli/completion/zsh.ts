import type { OptionSpec } from '../options/option.ts'
import { aliasWords, type Candidates, type CompletionState, candidatesFor, singleQuoted } from './state.ts'

/** Completion for zsh: a file `_pinpull` in the `fpath`, or `source <(pinpull completion zsh)`. */
export function formatZshCompletion(states: readonly CompletionState[]): string {
  const commands = states.map(({ prefix }) => prefix).filter(Boolean)
  return `#compdef pinpull
_pinpull() {
  local command='' word
  for word in \${words[2,CURRENT-1]}; do
    case "\${command:+$command }$word" in
      ${commands.map(singleQuoted).join('|')}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command" in
${states.map(nextCase).join('\n')}
  esac
}
if [ "$funcstack[1]" = _pinpull ]; then
  _pinpull "$@"
else
  compdef _pinpull pinpull
fi
`
}

function nextCase({ prefix, nextWords, options, argument }: CompletionState): string {
  const given = [...options.flatMap(optionSpecs)]
  if (nextWords.length > 0 && argument !== undefined) {
    // Evaluated as a command once more, since it begins with a space.
    const offered = nextWords.map(({ word, description }) => `${word}\\\\:\\"${plain(description)}\\"`)
    const files = `"${argument.name}s:${argument.name}:${action(argument.candidates)}"`
    given.push(singleQuoted(`*:command: _alternative "commands:command:((${offered.join(' ')}))" ${files}`))
  } else if (nextWords.length > 0) {
    const offered = nextWords.map(({ word, description }) => `${word}\\:"${plain(description)}"`)
    given.push(singleQuoted(`*:command:((${offered.join(' ')}))`))
  } else if (argument !== undefined) {
    given.push(singleQuoted(`*:${argument.name}:${action(argument.candidates)}`))
  }
  return `    ${singleQuoted(prefix)}) _arguments ${given.join(' ')} ;;`
}

/** A specification for the name of an option, and one for its letter, whose value is the next word. */
function optionSpecs(option: OptionSpec): string[] {
  const { name, short, value, description } = option
  const does = `[${plain(description)}]`
  const takes = value === undefined ? '' : `:${value}:${action(candidatesFor(option))}`
  const letter = short === undefined ? [] : [`-${short}${does}${takes}`]
  // What begins with an exclamation mark is completed behind it, and not offered.
  const others = aliasWords(option).map((word) => `!${word}=${does}${takes}`)
  return [...letter, `--${name}${value === undefined ? '' : '='}${does}${takes}`, ...others].map(singleQuoted)
}

function action(candidates: Candidates): string {
  switch (candidates.kind) {
    case 'words':
      return `(${candidates.words.join(' ')})`
    case 'files':
      return '_files'
    case 'folders':
      return '_files -/'
    case 'nothing':
      return ' '
  }
}

/** Removes and escapes characters of a description that have a meaning in a specification of zsh. */
function plain(text: string): string {
  return text
    .replace(/["`$\\]/g, '')
    .replace(/[[\]:]/g, '\\$&')
    .replaceAll("'", '’')
}
