// Which part of a picture is kept.

/** Frame is the part that is seen: zoom 1 fits, x and y are where it stands between the edges. */
export interface Frame {
  zoom: number
  x: number
  y: number
}

/** cut gives the part of a picture that fills wide by high. */
export function cut(width: number, height: number, wide: number, high: number, { zoom, x, y }: Frame) {
  const scale = Math.max(wide / width, high / height) * zoom
  const sw = wide / scale
  const sh = high / scale
  return { sx: (width - sw) * x, sy: (height - sh) * y, sw, sh }
}

/** most is how far a picture can be enlarged. */
export const most = 4

/** enlarge makes the picture so many times as large, within what is allowed. */
export const enlarge = (frame: Frame, times: number): Frame => ({ ...frame, zoom: Math.min(most, Math.max(1, frame.zoom * times)) })

const within = (n: number) => Math.min(1, Math.max(0, n))

/** slide moves the picture under the frame by so many pixels of the result. */
export function slide(frame: Frame, width: number, height: number, wide: number, high: number, dx: number, dy: number): Frame {
  const { sw, sh } = cut(width, height, wide, high, frame)
  const roomX = width - sw
  const roomY = height - sh
  return {
    zoom: frame.zoom,
    x: roomX > 0.5 ? within(frame.x - (dx * (sw / wide)) / roomX) : frame.x,
    y: roomY > 0.5 ? within(frame.y - (dy * (sh / high)) / roomY) : frame.y,
  }
}
