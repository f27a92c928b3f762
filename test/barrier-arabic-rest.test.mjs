// The other half of all screens, and what lies over screens, on a phone, from right to left, looked at by axe in light, dark and with more contrast.
import { tour } from './lib/walk.mjs'

tour('Arabic', { width: 360, height: 740, lang: 'ar' }, 1)
