// A file of its own, for the reason that `plain-wires.ts` gives.
export { Agent, request } from 'node:https'
