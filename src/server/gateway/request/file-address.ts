import { REFUSED, refuse } from '../response/refusal.ts'

const MAX_LENGTH = 2_048
/** Written so that every reader of addresses finds the same host in it: no spaces, backslashes or other scripts. */
const PLAIN_ADDRESS = /^https:\/\/[\x21-\x5b\x5d-\x7e]+$/

/**
 * Lets an address of a file through: https, at its usual port, without a password, on one of the hosts that the owner allows.
 * @throws VendorRefusal for any other
 */
export function checkFileAddress(address: unknown, fileHosts: readonly string[]): void {
  const isPlain = typeof address === 'string' && address.length <= MAX_LENGTH && PLAIN_ADDRESS.test(address)
  const url = isPlain && URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || url.username + url.password + url.port !== '' || !fileHosts.includes(url.hostname)) {
    throw refuse(REFUSED.parameter)
  }
}
