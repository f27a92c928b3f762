// The other half of all screens, and what lies over screens, at a desk, looked at by axe in light, dark and with more contrast.
import { tour } from './lib/walk.mjs'

tour('desk', { width: 1440, height: 900 }, 1)
