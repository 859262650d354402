import type { CommandSpec } from '../command.ts'
import { type Completes, completesOf, nextWords, quoted } from './shell.ts'

/** Completion for bash 4 and later: `eval "$(pinpull completion bash)"`. */
export function formatBashCompletion(
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
): string {
  const starts = [
    ...new Set(commands.flatMap(({ words }) => words.map((_, at) => words.slice(0, at + 1).join(' ')))),
  ]
  return `# bash completion for pinpull
_pinpull() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command='' word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${command:+$command }$word" in
      ${starts.map(quoted).join('|')}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command $previous" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$command" in
${['', ...starts].map((start) => startCase(start, commands, groups)).join('\n')}
  esac
}
complete -F _pinpull pinpull
`
}

function valueCases({ words, options }: CommandSpec): string[] {
  return options
    .filter(({ value }) => value !== undefined)
    .map(
      (option) =>
        `    ${quoted(`${words.join(' ')} --${option.name}`)}) ${reply(completesOf(option))}; return ;;`,
    )
}

function startCase(
  start: string,
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
): string {
  const words = start === '' ? [] : start.split(' ')
  const spec = commands.find((one) => one.words.join(' ') === start)
  const options = ['--help', ...(spec?.options ?? []).map(({ name }) => `--${name}`)]
  if (start === '') options.push('--version')
  const offered = nextWords(words, commands, groups).map(({ word }) => word)
  const argument =
    spec?.argument === undefined ? { kind: 'words' as const, words: offered } : completesOf(spec.argument)
  return `    ${quoted(start)}) if [[ $current == -* ]]; then ${reply({ kind: 'words', words: options })}; else ${reply(argument)}; fi ;;`
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
