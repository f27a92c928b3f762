// Public pages and half of all screens on a phone, looked at by axe in light, dark and with more contrast.
import { tour } from './lib/walk.mjs'

tour('phone', { width: 360, height: 740 }, 0)
