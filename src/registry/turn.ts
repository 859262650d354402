/** Lets what was begun go on its way before something is loaded that takes milliseconds. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
