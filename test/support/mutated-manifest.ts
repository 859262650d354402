import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const GOLDEN = fileURLToPath(new URL('../golden', import.meta.url))

/** Texts to insert into manifests: everything with a meaning in YAML, or in only some of its readers. */
const PIECES: readonly string[] = [
  '\n',
  '  ',
  ' ',
  '\t',
  '- ',
  '-',
  'image: nginx\n',
  'imagePullPolicy: ',
  'imagePullPolicy: Always\n',
  '&a ',
  '*a',
  '<<: *a\n',
  '!!str ',
  '!!binary ',
  '!foo ',
  '| \n',
  '|2\n',
  '>-\n',
  '>+\n',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  ': ',
  ':',
  '#',
  ' # c',
  '---\n',
  '\n--- \n',
  '---x',
  '\n---x: 1\n',
  '...\n',
  '? ',
  '~',
  'null',
  'yes',
  '0x1',
  '\r\n',
  '\r',
  'key: &x\n',
  '%YAML 1.2\n---\n',
  '@',
  '`',
  '\\',
  '\\n',
  'é',
  '\u0085',
  '\u2028',
  '\ufeff',
  'kind: Pod\n',
  'containers:\n',
]

/**
 * Manifests of the golden cases with a few random edits each: a deleted character, a deleted or moved line, an inserted text.
 * @param seed the same seed gives the same manifests
 */
export function* mutatedManifests(seed: number, count: number): Generator<string> {
  const originals = readdirSync(GOLDEN).map((name) => readFileSync(`${GOLDEN}/${name}/input.yaml`, 'utf8'))
  const random = randomNumbers(seed)
  for (let made = 0; made < count; made += 1) {
    let text = originals[random(originals.length)] as string
    for (let edits = 1 + random(3); edits > 0; edits -= 1) text = mutate(text, random)
    yield text
  }
}

function mutate(text: string, random: (below: number) => number): string {
  const at = random(text.length + 1)
  const lines = text.split('\n')
  switch (random(5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + random(6))
    case 1:
      return lines.toSpliced(random(lines.length), 1).join('\n')
    case 2:
      return lines.toSpliced(random(lines.length), 0, lines[random(lines.length)] as string).join('\n')
    default:
      return text.slice(0, at) + PIECES[random(PIECES.length)] + text.slice(at)
  }
}

/** Marsaglia's xorshift: the same numbers for the same seed, on every machine. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}
