// What guards an account, in a browser with an authenticator of its own: a passkey is made and opens the door, and so does a recovery
// code beside the password once there is a second step.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { desktop, faults, launch, open, patient } from './lib/browser.mjs'
import { town } from './lib/town.mjs'

let skein, elm, browser, carol

before(async () => {
  ;({ skein, elm, carol } = await town())
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await skein?.stop()
})

/** totp is the code of a moment (RFC 6238, SHA-1, six digits, 30 seconds). */
function totp(secret, now = Date.now()) {
  const bits = [...secret.replace(/\s/g, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
  const count = Buffer.alloc(8)
  count.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)))
  const mac = createHmac('sha1', key).update(count).digest()
  return String((mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1e6).padStart(6, '0')
}

test('codes are those of RFC 6238', () => assert.equal(totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 59_000), '287082'))

const home = (page) => page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()

async function byPassword(page) {
  await page.getByLabel('Handle or email').fill('carol')
  await page.getByLabel('Password').fill(carol.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function signOut(page) {
  await page.getByRole('button', { name: 'Your account' }).click()
  const gone = page.waitForEvent('load')
  await page.getByRole('menuitem', { name: /^Sign out/ }).click()
  await gone
}

/** prove answers whether it is her; what was asked goes on by itself. */
async function prove(page) {
  const dialog = page.getByRole('dialog', { name: 'Is it you?' })
  await dialog.getByLabel('Your password').fill(carol.password)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await dialog.waitFor({ state: 'detached' })
}

test('a passkey opens the door, and a recovery code where the phone is not at hand', { timeout: patient(120_000) }, async (t) => {
  const { page, context, problems, close } = await open(browser, elm, desktop)
  t.after(close)
  const cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  })
  const present = (enabled) => cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })

  await page.goto('/signin')
  await byPassword(page)
  await home(page)
  await page.goto('/settings/security')
  await page.getByText('You have no passkey yet.').waitFor()
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByLabel('Name of the passkey').fill('Drawer')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const list = page.getByRole('region', { name: 'Passkeys' })
  await page.getByRole('dialog', { name: 'Is it you?' }).or(list.getByText('Drawer', { exact: true })).first().waitFor()
  if (await page.getByRole('dialog', { name: 'Is it you?' }).isVisible()) await prove(page)
  await list.getByText('Drawer', { exact: true }).waitFor()
  await page.getByText('Passkey Drawer added').waitFor()
  assert.deepEqual(await faults(page), [])

  // Out, and in with the passkey. Nobody touches the device before the button is pressed.
  await present(false)
  await signOut(page)
  await page.addInitScript(() => {
    const { get } = CredentialsContainer.prototype
    CredentialsContainer.prototype.get = function (o) {
      globalThis.offered = true
      return get.call(this, o)
    }
  })
  await page.goto('/signin')
  const button = page.getByRole('button', { name: 'Sign in with a passkey' })
  await button.waitFor()
  await page.waitForFunction(async () => globalThis.offered || !(await PublicKeyCredential.isConditionalMediationAvailable())) // where the name is typed
  await present(true)
  await button.click()
  await home(page)
  await page.goto('/settings/security')
  await list.getByText(/last used/).waitFor()

  // The second step.
  const step = page.getByRole('region', { name: 'Second step' })
  await step.getByRole('button', { name: 'Set up' }).click()
  const code = step.getByLabel('Code that the app shows now')
  await page.getByRole('dialog', { name: 'Is it you?' }).or(code).first().waitFor()
  if (await page.getByRole('dialog', { name: 'Is it you?' }).isVisible()) await prove(page)
  await code.waitFor()
  await step.getByRole('img', { name: /^QR code/ }).waitFor()
  assert.deepEqual(await faults(page), [])
  await code.fill(totp(await step.locator('code').textContent()))
  await step.getByRole('button', { name: 'Switch on' }).click()
  const box = page.getByRole('region', { name: 'Recovery codes' })
  await box.getByRole('listitem').first().waitFor()
  const codes = await box.getByRole('listitem').allTextContents()
  assert.equal(new Set(codes).size, 10)
  await box.getByRole('button', { name: 'I have kept them' }).click()
  await box.getByText('10 codes are left.').waitFor()
  await step.getByRole('button', { name: 'Switch off' }).waitFor()

  // Out, and in with the password and one of the codes.
  await present(false)
  await signOut(page)
  await page.goto('/signin')
  await byPassword(page)
  await page.getByRole('heading', { name: 'One more step' }).waitFor()
  await page.getByLabel('Code').fill(codes[0])
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await home(page)
  await page.goto('/settings/security')
  await box.getByText('9 codes are left.').waitFor()
  await page.getByText('Signed in with a recovery code').waitFor()
  assert.deepEqual(problems, [])
})
