// The other half of all screens, and what lies over screens, on a phone, looked at by axe in light, dark and with more contrast.
import { tour } from './lib/walk.mjs'

tour('phone', { width: 360, height: 740 }, 1)
