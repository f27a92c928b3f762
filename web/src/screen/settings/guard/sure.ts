// Before what cannot be taken back somebody shows that it is they. It holds for some minutes, so it is not asked each time.
import { ApiError } from '../../../api/client'
import { layers } from '../../../ui/layers.svelte'
import Prove from './prove.svelte'

const ask = async (passkeys: boolean) => (await layers.dialog(Prove, { passkeys })) === true

/** proof is there, or is asked for. */
export const proof = async (until: string | null | undefined, passkeys: boolean) => (until && Date.parse(until) > Date.now() + 10_000) || (await ask(passkeys))

/** sure runs what the server wants a proof for, and asks for one where it has none. undefined: somebody changed their mind. */
export async function sure<T>(until: string | null | undefined, passkeys: boolean, run: () => Promise<T>): Promise<T | undefined> {
  if (!until || Date.parse(until) < Date.now() + 10_000) return (await ask(passkeys)) ? run() : undefined
  try {
    return await run()
  } catch (e) {
    if (!(e instanceof ApiError) || e.status !== 403) throw e
    return (await ask(passkeys)) ? run() : undefined // it held by the clock of this device only
  }
}
