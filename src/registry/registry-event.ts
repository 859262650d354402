import type { PinpullError } from '../diagnostics/errors.ts'
import type { Endpoint } from './hosts/endpoint.ts'
import type { ConnectionEvent, RequestEvent } from './http/observation.ts'

/** The settings that name the endpoints of a registry. */
export type EndpointSource = 'mirrors' | 'rules' | 'hostsFolder' | 'registriesConf'

/** Which endpoints are found and tried for an image. */
export type EndpointEvent =
  | {
      readonly kind: 'endpoints'
      /** In the order in which they are tried. */
      readonly endpoints: readonly Endpoint[]
      /** Undefined if no settings name the registry, so that it is contacted itself. */
      readonly source: EndpointSource | undefined
    }
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint }
  | {
      readonly kind: 'endpoint failed'
      readonly endpoint: Endpoint
      /** With the image's name, and secrets redacted. */
      readonly error: PinpullError
      /** The endpoint that is tried after it. */
      readonly next: Endpoint
    }

/** What a registry client does, for `pinpull doctor`. */
export type RegistryEvent = ConnectionEvent | RequestEvent | EndpointEvent

/** Takes what a registry client does. It must not throw. */
export type ObserveRegistry = (event: RegistryEvent) => void
