import {
  aliasWords,
  type Candidates,
  type CompletionState,
  candidatesFor,
  optionWords,
  singleQuoted,
} from './state.ts'

/** Completion for bash 4 and later: `eval "$(pinpull completion bash)"`. */
export function formatBashCompletion(states: readonly CompletionState[]): string {
  const commands = states.map(({ prefix }) => prefix).filter(Boolean)
  return `# bash completion for pinpull
_pinpull() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command='' word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${command:+$command }$word" in
      ${commands.map(singleQuoted).join('|')}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command $previous" in
${states.flatMap(valueCases).join('\n')}
  esac
  case "$command" in
${states.map(nextCase).join('\n')}
  esac
}
complete -F _pinpull pinpull
`
}

/** The cases that complete the value of an option. */
function valueCases({ prefix, options }: CompletionState): string[] {
  return options
    .filter(({ value }) => value !== undefined)
    .map(
      (option) =>
        `    ${[...optionWords(option), ...aliasWords(option)]
          .map((word) => singleQuoted(`${prefix} ${word}`))
          .join('|')}) ${reply(candidatesFor(option))}; return ;;`,
    )
}

function nextCase({ prefix, nextWords, options, argument }: CompletionState): string {
  const names = options.flatMap(optionWords)
  const words = nextWords.map(({ word }) => word)
  const rest = argument === undefined ? reply({ kind: 'words', words }) : reply(argument.candidates, words)
  const option = reply({ kind: 'words', words: names })
  return `    ${singleQuoted(prefix)}) if [[ $current == -* ]]; then ${option}; else ${rest}; fi ;;`
}

/** @param words offered in addition to files */
function reply(candidates: Candidates, words: readonly string[] = []): string {
  const added = words.length === 0 ? '' : ` -W ${singleQuoted(words.join(' '))}`
  switch (candidates.kind) {
    case 'words':
      return `mapfile -t COMPREPLY < <(compgen -W ${singleQuoted(candidates.words.join(' '))} -- "$current")`
    case 'files':
      return `compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f${added} -- "$current")`
    case 'folders':
      return `compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current")`
    case 'nothing':
      return 'COMPREPLY=()'
  }
}
