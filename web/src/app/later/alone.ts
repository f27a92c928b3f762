import { t } from '../../text'

/** alone is shown when the server cannot be reached and nothing was kept. */
export function alone(app: HTMLElement): void {
  const [main, box, heading, text, again] = ['main', 'div', 'h1', 'p', 'button'].map((name) => document.createElement(name)) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement]
  main.className = 'column column-narrow'
  box.className = 'empty'
  heading.textContent = t('app.alone')
  text.textContent = t('app.alone.text')
  again.className = 'btn btn-primary'
  again.textContent = t('app.retry')
  again.addEventListener('click', () => location.reload())
  addEventListener('online', () => location.reload())
  box.append(heading, text, again)
  main.append(box)
  app.replaceChildren(main)
}
