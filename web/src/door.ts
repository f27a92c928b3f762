// The script of the sign-in page: passkeys. Without it, or where a browser knows none, the page takes passwords all the same.
import { answer, bytes, type Asked } from './text/passkey'

const box = document.getElementById('door-passkey')
const form = document.getElementById('door-answer') as HTMLFormElement | null
const fault = box?.querySelector<HTMLElement>('[role=alert]')
let waiting: AbortController | undefined

/** sign asks for any passkey of this site; quietly where names are typed, or by the button. */
async function sign(quietly: boolean): Promise<void> {
  waiting?.abort()
  const mine = (waiting = new AbortController())
  const asked = JSON.parse(box!.dataset.asked!) as Asked
  const o = asked.options
  const got = (await navigator.credentials.get({
    publicKey: { challenge: bytes(o.challenge), rpId: o.rpId, userVerification: o.userVerification, timeout: o.timeout },
    mediation: quietly ? 'conditional' : 'optional',
    signal: mine.signal,
  })) as PublicKeyCredential | null
  if (!got || mine.signal.aborted) return
  form!.querySelector<HTMLInputElement>('[name=state]')!.value = asked.state
  form!.querySelector<HTMLInputElement>('[name=answer]')!.value = JSON.stringify(answer(got))
  form!.submit()
}

/** offer lists passkeys where the name is typed, in browsers that do. */
async function offer(): Promise<void> {
  const can = await PublicKeyCredential.isConditionalMediationAvailable?.()
  if (can && !form!.querySelector('[aria-busy]')) await sign(true).catch(() => {}) // what the button asks is not cut short
}

async function start(): Promise<void> {
  if (!box || !form || !('PublicKeyCredential' in window)) return
  box.hidden = false
  const button = form.querySelector('button')!
  button.onclick = async () => {
    if (button.getAttribute('aria-busy')) return
    fault!.hidden = true
    button.setAttribute('aria-busy', 'true')
    try {
      await sign(false)
    } catch {
      fault!.hidden = false // also when somebody changed their mind: the other way stands below
      void offer() // the button took its place
    }
    button.removeAttribute('aria-busy')
  }
  await offer()
}

void start()
