// Public pages and half of all screens at a desk, looked at by axe in light, dark and with more contrast.
import { tour } from './lib/walk.mjs'

tour('desk', { width: 1440, height: 900 }, 0)
