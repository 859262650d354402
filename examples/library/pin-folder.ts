// Pins every manifest of a folder, and prints a table: node pin-folder.ts FOLDER [PROFILE]
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dockerKeychain, formatMessage, PinpullError, registryResolver, transform } from 'pinpull'

const [folder = '.', profile = 'prod'] = process.argv.slice(2)
const resolver = registryResolver({ keychain: dockerKeychain() })

const names = await readdir(folder, { recursive: true })
const files = names.filter((name) => /\.ya?ml$/.test(name)).sort()
const rows: string[][] = []
/** What to write, once every file is known to be good. */
const outputs = new Map<string, Uint8Array>()
try {
  for (const name of files) {
    const file = join(folder, name)
    const { ok, output, report } = await transform(await readFile(file), { profile, resolver, file })
    if (ok) outputs.set(file, output)
    else process.exitCode = 1
    for (const { code, severity, ...diagnostic } of report.diagnostics) {
      if (severity === 'error') rows.push([file, code, formatMessage({ code, ...diagnostic })])
    }
    for (const { outcome, image, digest = '' } of report.images) rows.push([file, outcome, image, digest])
    if (report.images.length === 0) rows.push([file, 'no images'])
  }
  if (process.exitCode !== 1) await Promise.all([...outputs].map(([file, output]) => writeFile(file, output)))
} catch (error) {
  if (!(error instanceof PinpullError)) throw error
  console.error(formatMessage(error))
  process.exitCode = 1
}

const width = Math.max(...rows.map(([file = '']) => file.length))
for (const [file = '', ...cells] of rows) console.log([file.padEnd(width), ...cells].join('  ').trimEnd())
