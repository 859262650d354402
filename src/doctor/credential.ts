import { type Credential, credentialSource } from '../credentials/keychain.ts'
import type { KeychainEvent } from './recording.ts'
import type { Step } from './step.ts'

/** Describes where the credential for a host was found, without anything of the credential. */
export function describeCredential(event: KeychainEvent): Step {
  if (event.kind === 'nothing') {
    const text = `none is stored for ${event.host}, so requests are anonymous`
    return {
      name: 'credential',
      status: 'info',
      text,
      details: [`looked in: ${event.searched.join(', ') || 'nowhere'}`],
    }
  }
  const source = credentialSource(event.credential)
  const text =
    source === undefined
      ? `none for ${event.host}, as the configuration says`
      : `${kindOf(event.credential)} for ${event.host} from ${source}; trust tier 1`
  return { name: 'credential', status: source === undefined ? 'info' : 'ok', text }
}

function kindOf({ kind }: Credential): string {
  switch (kind) {
    case 'basic':
      return 'a user name and password'
    case 'identity-token':
      return 'an identity token'
    case 'registry-token':
      return 'a registry token'
    case 'anonymous':
      return 'nothing'
  }
}
