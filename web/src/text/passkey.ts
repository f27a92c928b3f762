// What WebAuthn says in bytes, as JSON writes it: base64url (https://www.w3.org/TR/webauthn-3/#typedefdef-base64urlstring).
export interface Asked {
  state: string
  options: {
    challenge: string
    rpId?: string
    timeout?: number
    userVerification?: UserVerificationRequirement
    allowCredentials?: { id: string; transports?: AuthenticatorTransport[] }[]
  }
}

export interface AskedNew {
  state: string
  options: {
    challenge: string
    rp: PublicKeyCredentialRpEntity
    user: { id: string; name: string; displayName: string }
    pubKeyCredParams: PublicKeyCredentialParameters[]
    timeout?: number
    excludeCredentials?: { id: string; transports?: AuthenticatorTransport[] }[]
    authenticatorSelection?: AuthenticatorSelectionCriteria
    attestation?: AttestationConveyancePreference
  }
}

/** bytes reads base64url. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(raw, (c) => c.charCodeAt(0))
}

/** letters writes base64url. */
export const letters = (b: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

/** answer is a credential as the server reads it. */
export function answer(got: PublicKeyCredential): unknown {
  const r = got.response as AuthenticatorAssertionResponse & AuthenticatorAttestationResponse
  const response: Record<string, unknown> = { clientDataJSON: letters(r.clientDataJSON) }
  if (r.attestationObject) {
    response.attestationObject = letters(r.attestationObject)
    response.transports = r.getTransports?.() ?? []
  } else {
    response.authenticatorData = letters(r.authenticatorData)
    response.signature = letters(r.signature)
    if (r.userHandle) response.userHandle = letters(r.userHandle)
  }
  return {
    id: got.id, rawId: letters(got.rawId), type: got.type, response, clientExtensionResults: got.getClientExtensionResults(),
    ...(got.authenticatorAttachment ? { authenticatorAttachment: got.authenticatorAttachment } : {}),
  }
}
