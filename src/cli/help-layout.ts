import { Help, type HelpConfiguration } from 'commander'

/** The width of the column of options and commands, which leaves room for their descriptions at 80 columns. */
const TERM_WIDTH = 24

/**
 * How the help is laid out: commands stand before options, as with kubectl, and a long option has its description on the next
 * line, as with gh and git.
 */
export const HELP: HelpConfiguration = {
  subcommandTerm: (command) => command.name(),
  padWidth: () => TERM_WIDTH,
  formatItem(term, width, description, helper) {
    const format = (text: string): string =>
      Help.prototype.formatItem.call(helper, text, width, description, helper)
    return term.length <= width ? format(term) : `  ${term}\n${format('')}`
  },
  formatHelp: (command, helper) => commandsFirst(Help.prototype.formatHelp.call(helper, command, helper)),
}

function commandsFirst(text: string): string {
  const [usage = '', description = '', ...sections] = text.trimEnd().split('\n\n')
  const isCommands = (section: string): boolean => section.startsWith('Commands:')
  const sorted = [...sections.filter(isCommands), ...sections.filter((one) => !isCommands(one))]
  return `${[usage, description, ...sorted].join('\n\n')}\n`
}
