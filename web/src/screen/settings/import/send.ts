// A file goes out in pieces. What was interrupted goes on where it was: the server says how much it has.
import { ApiError } from '../../../api/client'
import type { Import } from '../../../api/entity'
import { piece, readImport, sendPiece } from '../../../api/import'

/** same tells whether files are those that were announced. */
export const same = (it: Import, files: File[]): boolean => files.length === it.files.length && it.files.every((f, n) => f.size === files[n]!.size && f.name === files[n]!.name)

/** inOrder brings files into the order in which they were announced. */
export const inOrder = (files: Iterable<File>): File[] => [...files].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.size - b.size))

const tries = 6

/** send sends what the server does not have yet; wait is how long to rest after a fault, by how many there were. */
export async function send(it: Import, files: File[], told: (now: Import) => void, signal: AbortSignal, wait = (n: number) => 500 * 2 ** n): Promise<Import> {
  let faults = 0
  for (let n = 0; n < files.length; ) {
    const have = it.files[n]!.received
    if (have >= files[n]!.size) {
      n++
      continue
    }
    try {
      it = await sendPiece(it.id, n, have, files[n]!.slice(have, have + piece), signal)
      faults = 0
    } catch (error) {
      const often = error instanceof ApiError && error.status === 429 // many pieces in a short time: no fault
      if (!(error instanceof ApiError) || (!often && (++faults > tries || (error.status && error.status !== 409 && error.status < 500)))) throw error
      await new Promise((done) => setTimeout(done, often ? wait(5) : wait(faults)))
      if (signal.aborted) throw error
      it = await readImport(it.id).catch(() => it)
    }
    told(it)
  }
  return it
}
