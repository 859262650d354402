import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import { asConfigNode, type ConfigNode, readConfigNode } from '../../config/config-node.ts'
import { parseDigestList, withDenyDigests } from '../../config/denied-digests.ts'
import {
  type ParsedConfig,
  parseConfig,
  parseFunctionConfig,
  parseProfileChoice,
} from '../../config/parse.ts'
import { LINK_LEAVES_FOLDER, trustHint } from '../../config/trust.ts'
import type { Location } from '../../diagnostics/diagnostic.ts'
import { ConfigError, PinpullError, UsageError } from '../../diagnostics/errors.ts'
import { errorReason, isNamedPipe } from '../../files/file-system.ts'
import { isWithinFolder } from '../../files/trusted-path.ts'
import type { YamlNode } from '../../yaml/nodes.ts'
import { readSource, type Source } from '../../yaml/source.ts'

/** A configuration that came with the input, which is trusted less than a file of the caller. */
export type FunctionConfig =
  /** A ResourceList's `functionConfig`. */
  | { readonly kind: 'node'; readonly source: Source; readonly node: YamlNode }
  /** The temporary file that kustomize passes to a legacy plugin, and the profile that the plugin's arguments choose. */
  | { readonly kind: 'file'; readonly path: string; readonly profile?: string | undefined }

/** The configurations that a run could use, at least one. */
export interface ConfigSources {
  /** By `--config` or `PINPULL_CONFIG`. */
  readonly named: string | undefined
  /** In the working directory. */
  readonly found: string | undefined
  readonly functionConfig: FunctionConfig | undefined
}

/**
 * Reads the one configuration that a run uses.
 *
 * @param cwd the folder that names are relative to
 * @throws {UsageError} CONFIG_UNREADABLE
 * @throws {ConfigError} with everything that is wrong with it
 */
export function readConfig({ named, found, functionConfig }: ConfigSources, cwd: string): Config {
  const file = named ?? found
  const functionNode = functionConfig === undefined ? undefined : functionConfigNode(functionConfig)
  const argument = functionConfig?.kind === 'file' ? functionConfig.profile : undefined
  if (file === undefined) {
    if (functionNode === undefined) throw new TypeError('there is no configuration to read')
    const config = requireConfig(parseFunctionConfig(functionNode))
    return argument === undefined ? config : { ...config, defaultProfile: argument }
  }
  if (named === undefined) {
    refuseLinkThatLeaves(file, cwd)
    if (isNamedPipe(resolve(cwd, file))) throw unreadable(file, 'it is a pipe')
  }
  const source = readConfigSource(resolve(cwd, file), file)
  const config = requireConfig(
    named === undefined
      ? parseConfig(source, {
          tier: 2,
          staysInside: (path) => isWithinFolder(resolve(cwd, path), cwd),
        })
      : parseConfig(source, { tier: 1 }),
  )
  const complete = withDeniedFile(config, dirname(resolve(cwd, file)))
  return functionNode === undefined ? complete : withFunctionProfile(complete, functionNode, argument, file)
}

/** Adds the digests of the file that a configuration names. */
function withDeniedFile(config: Config, folder: string): Config {
  const name = config.denyDigestsFile
  if (name === undefined) return config
  const { digests, invalid } = parseDigestList(readDeniedFile(resolve(folder, name), name))
  if (invalid.length > 0) {
    const advice = 'write one digest a line; # begins a comment'
    throw new ConfigError(
      invalid.map(({ line, reason }) => {
        const args = {
          path: 'spec.denyDigestsFile',
          reason: `has a line that is no digest: ${reason}`,
          advice,
        }
        return { code: 'CONFIG_INVALID', severity: 'error', args, at: { file: name, line } } as const
      }),
    )
  }
  return withDenyDigests(config, digests)
}

function readDeniedFile(path: string, name: string): string {
  if (isNamedPipe(path)) throw unreadable(name, 'it is a pipe')
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw unreadable(name, errorReason(error), error)
  }
}

/**
 * Adds the profile that a `functionConfig` chooses to a configuration that chooses none.
 * @param argument the profile that a plugin's arguments choose, which overrides that of the plugin's file
 */
function withFunctionProfile(
  config: Config,
  functionNode: ConfigNode,
  argument: string | undefined,
  file: string,
): Config {
  const { profile: chosen, denied = [], diagnostics } = parseProfileChoice(functionNode, file)
  const profile = argument ?? chosen
  if (diagnostics.length > 0) throw new ConfigError(diagnostics)
  return withProfile(withDenyDigests(config, denied), profile)
}

function withProfile(config: Config, profile: string | undefined): Config {
  if (profile === undefined || profile === config.defaultProfile) return config
  if (config.defaultProfile === undefined)
    return { ...config, defaultProfile: profile, profileOfInput: profile }
  return { ...config, unusedProfile: profile }
}

function functionConfigNode(functionConfig: FunctionConfig): ConfigNode {
  if (functionConfig.kind === 'node') return asConfigNode(functionConfig.source, functionConfig.node)
  const functionNode = readConfigNode(readConfigSource(functionConfig.path, functionConfig.path))
  if ('diagnostics' in functionNode) throw new ConfigError(functionNode.diagnostics)
  return functionNode
}

function requireConfig({ config, diagnostics }: ParsedConfig): Config {
  if (config === undefined) throw new ConfigError(diagnostics)
  return config
}

/** A configuration that was only found may not be a link to another folder, since messages quote parts of it. */
function refuseLinkThatLeaves(file: string, cwd: string): void {
  if (isWithinFolder(resolve(cwd, file), cwd)) return
  const args = { path: file, reason: LINK_LEAVES_FOLDER, advice: trustHint(2) }
  throw new ConfigError([{ code: 'CONFIG_UNTRUSTED', severity: 'error', args, at: { file } }])
}

function readConfigSource(path: string, name: string): Source {
  try {
    return readSource(readFileSync(path), name)
  } catch (error) {
    if (!(error instanceof PinpullError)) throw unreadable(name, errorReason(error), error)
    throw unreadable(
      name,
      `it is not UTF-8: ${error.args['reason']}; ${error.args['advice']}`,
      error,
      error.at,
    )
  }
}

function unreadable(file: string, reason: string, cause?: unknown, at?: Location): UsageError {
  return new UsageError('CONFIG_UNREADABLE', { file, reason }, { cause, at })
}
