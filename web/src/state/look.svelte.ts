// Theme, contrast, text size, font, density, motion: kept in cookies, so that the server draws the next page right from its first byte.
import { updateProfile } from '../api/account'

export const themes = ['system', 'light', 'dark'] as const
export const contrasts = ['system', 'normal', 'more'] as const
export const fonts = ['own', 'legible', 'system'] as const
export const densities = ['roomy', 'compact'] as const
export const motions = ['system', 'less'] as const
/** the column at the side, on wide pages; which parts it has: state/beside */
export const sides = ['on', 'off'] as const
export const sizes = ['85', '100', '115', '130', '150'] as const

/** languages are those the app is written in, in their own names; the server knows the same (kit/web/look.go). */
export const languages = { en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español', ar: 'العربية' } as const
/** All but English were translated by machine first: their speakers are asked to mend them. */
export const spoken: string = 'en'

type Values = { theme: (typeof themes)[number]; contrast: (typeof contrasts)[number]; size: (typeof sizes)[number]; font: (typeof fonts)[number]; density: (typeof densities)[number]; motion: (typeof motions)[number]; side: (typeof sides)[number] }
const root = document.documentElement

function keep(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`
}

class Look {
  theme = $state<Values['theme']>((root.dataset.theme as Values['theme']) ?? 'system')
  contrast = $state<Values['contrast']>((root.dataset.contrast as Values['contrast']) ?? 'system')
  size = $state<Values['size']>((root.dataset.size as Values['size']) ?? '100')
  font = $state<Values['font']>((root.dataset.font as Values['font']) ?? 'own')
  density = $state<Values['density']>((root.dataset.density as Values['density']) ?? 'roomy')
  motion = $state<Values['motion']>((root.dataset.motion as Values['motion']) ?? 'system')
  side = $state<Values['side']>((root.dataset.side as Values['side']) ?? 'on')

  set<K extends keyof Values>(name: K, value: Values[K]): void {
    Object.assign(this, { [name]: value })
    root.dataset[name] = value
    keep(name, value)
  }

  /** speak changes the language of the interface: every word is another, so the page begins anew. */
  async speak(language: string): Promise<void> {
    keep('lang', language)
    await updateProfile({ locale: language }).catch(() => {}) // of letters and pushes; this device speaks it all the same
    navigator.serviceWorker?.controller?.postMessage('speak')
    location.reload()
  }

}

export const look = new Look()
