import type { RegistryError } from '../errors/registry-error.ts'
import { abortable } from './clock.ts'
import type { HttpRequest } from './http.ts'
import { tlsNumbering } from './tls.ts'

/**
 * What one run knows about whether a host can be connected to. As long as no connection was ever opened, one request at a
 * time tries again for all: the others wait for it, and fail with its error. A host that has been connected to stays
 * reachable, since an error after that, or the response for one image, says nothing about other requests.
 */
export class HostReach {
  #isReached = false
  #hasFailed = false
  #outage: RegistryError | undefined
  #probe: Promise<void> | undefined
  #endProbe = (): void => {}

  /**
   * Waits while another request tries to connect.
   *
   * @returns whether this request is to try for all, and has to call `endProbe`
   * @throws the error of connecting, once it is final; the signal's reason
   */
  async enter(signal: AbortSignal): Promise<boolean> {
    while (!this.#isReached) {
      if (this.#outage !== undefined) throw this.#outage
      if (!this.#hasFailed) return false
      if (this.#probe === undefined) {
        this.#probe = new Promise((resolve) => {
          this.#endProbe = resolve
        })
        return true
      }
      await abortable(this.#probe, signal)
    }
    return false
  }

  /** Whether a failure to connect is one of the host: it was never connected to. */
  get mayBeDown(): boolean {
    return !this.#isReached
  }

  /** A connection was opened: the requests that wait may be sent. */
  setReached(): void {
    this.#isReached = true
    this.endProbe()
  }

  /**
   * A connection could not be opened.
   *
   * @param outage the error, if it is final
   */
  setFailed(outage?: RegistryError): void {
    this.#hasFailed = true
    if (!this.#isReached) this.#outage ??= outage
  }

  /** Lets the requests go on that wait for the one that tried for all. */
  endProbe(): void {
    this.#probe = undefined
    this.#endProbe()
  }
}

/** Creates a function that finds the `HostReach` of a request: requests that may share connections share one. */
export function hostReaches(): (request: HttpRequest) => HostReach {
  const reaches = new Map<string, HostReach>()
  const tlsNumber = tlsNumbering()
  return ({ url, tls, allowedAddresses }) => {
    const key = `${tlsNumber(tls)} ${url.origin} ${allowedAddresses ?? ''}`
    const reach = reaches.get(key) ?? new HostReach()
    reaches.set(key, reach)
    return reach
  }
}
