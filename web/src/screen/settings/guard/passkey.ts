// Passkeys as the browser has them.
import { addPasskey, askNewPasskey, askProof, provePasskey } from '../../../api/security'
import { answer, bytes, type Asked, type AskedNew } from '../../../text/passkey'

/** able: this browser does passkeys on this page. */
export const able = () => 'PublicKeyCredential' in window && isSecureContext

const known = (list: { id: string; transports?: AuthenticatorTransport[] }[] = []) => list.map((c): PublicKeyCredentialDescriptor => ({ ...c, type: 'public-key', id: bytes(c.id) }))

/** make lets the browser make a passkey. */
export async function make(name: string) {
  const { state, options: o } = (await askNewPasskey()) as AskedNew
  const got = await navigator.credentials.create({
    publicKey: { ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: known(o.excludeCredentials) },
  })
  return addPasskey(state, JSON.stringify(answer(got as PublicKeyCredential)), name)
}

/** show proves by a passkey who somebody is. */
export async function show(): Promise<void> {
  const { state, options: o } = (await askProof()) as Asked
  const got = await navigator.credentials.get({ publicKey: { ...o, challenge: bytes(o.challenge), allowCredentials: known(o.allowCredentials) } })
  await provePasskey(state, JSON.stringify(answer(got as PublicKeyCredential)))
}
