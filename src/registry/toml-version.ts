/** The pieces of TOML text that matter here: what is quoted or commented out, brackets, commas, line ends, and other words. */
const PIECE =
  /#[^\n]*|"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|'''(?:[^']|'(?!''))*'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[[\]{},\n]|[^\s#"'[\]{},]+/gs

/**
 * Finds what TOML has only since version 1.1: line ends and a last comma in inline tables, the escapes `\e` and `\x`, times without
 * seconds. The library that podman, skopeo and CRI-O read `registries.conf` with refuses it (BurntSushi/toml 1.5); ours does not, nor does containerd's.
 *
 * @param text valid TOML
 * @returns the line of the first such piece, from 1; undefined where the text is TOML 1.0
 */
export function lineOfNewToml(text: string): number | undefined {
  const open: string[] = []
  let before = ''
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    const isInTable = open.at(-1) === '{'
    const isNew =
      (piece === '\n' && isInTable) ||
      (piece === '}' && before === ',') ||
      (piece.startsWith('"') && /^(?:[^\\]|\\[^ex])*\\[ex]/s.test(piece)) ||
      /^(?:\d{4}-\d\d-\d\d[Tt])?\d\d:\d\d(?![:\d])/.test(piece)
    if (isNew) return text.slice(0, index).split('\n').length
    if (piece === '{' || piece === '[') open.push(piece)
    if (piece === '}' || piece === ']') open.pop()
    if (!piece.startsWith('#')) before = piece
  }
  return undefined
}
