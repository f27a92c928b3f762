// Tests speak English.
import { speak } from '../text'
import en from '../text/en.json'
import guard from '../text/part/guard.en.json'
import later from '../text/part/later.en.json'
import seldom from '../text/part/seldom.en.json'
import settings from '../text/part/settings.en.json'
import side from '../text/part/side.en.json'
import welcome from '../text/part/welcome.en.json'

speak('en', { ...en, ...guard, ...later, ...seldom, ...settings, ...side, ...welcome })
