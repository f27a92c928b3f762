// Tests speak English.
import { speak } from '../text'
import en from '../text/en.json'

speak('en', en)
