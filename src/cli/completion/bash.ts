import { type Completes, completesOf, quoted, type Situation } from './state.ts'

/** Completion for bash 4 and later: `eval "$(pinpull completion bash)"`. */
export function formatBashCompletion(situations: readonly Situation[]): string {
  const commands = situations.map(({ typed }) => typed).filter(Boolean)
  return `# bash completion for pinpull
_pinpull() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command='' word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${command:+$command }$word" in
      ${commands.map(quoted).join('|')}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command $previous" in
${situations.flatMap(valueCases).join('\n')}
  esac
  case "$command" in
${situations.map(nextCase).join('\n')}
  esac
}
complete -F _pinpull pinpull
`
}

/** What follows an option that takes a value. */
function valueCases({ typed, options }: Situation): string[] {
  return options
    .filter(({ value }) => value !== undefined)
    .map((option) => `    ${quoted(`${typed} --${option.name}`)}) ${reply(completesOf(option))}; return ;;`)
}

function nextCase({ typed, words, options, argument }: Situation): string {
  const names = options.map(({ name }) => `--${name}`)
  const rest = argument?.completes ?? { kind: 'words', words: words.map(({ word }) => word) }
  const option = reply({ kind: 'words', words: names })
  return `    ${quoted(typed)}) if [[ $current == -* ]]; then ${option}; else ${reply(rest)}; fi ;;`
}

function reply(completes: Completes): string {
  switch (completes.kind) {
    case 'words':
      return `mapfile -t COMPREPLY < <(compgen -W ${quoted(completes.words.join(' '))} -- "$current")`
    case 'files':
      return `compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")`
    case 'folders':
      return `compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current")`
    case 'nothing':
      return 'COMPREPLY=()'
  }
}
