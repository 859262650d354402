export { PinpullError } from './diagnostics/errors.ts'
