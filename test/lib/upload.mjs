/** picture is a file to send: a PNG with one pixel. */
export function picture() {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64')
  return new File([png], 'dot.png', { type: 'image/png' })
}
