// Where a picture lies on its stage: how large, and how far from the middle.
export interface Pose {
  scale: number
  x: number
  y: number
}
export interface Point {
  x: number
  y: number
}
export interface Box {
  width: number
  height: number
}

export const most = 4
export const whole: Pose = { scale: 1, x: 0, y: 0 }

/** zoom makes larger or smaller; the point at stays under the finger. Points count from the middle of the stage. */
export function zoom(pose: Pose, by: number, at: Point = { x: 0, y: 0 }): Pose {
  const scale = Math.min(most, Math.max(1, pose.scale * by))
  const k = scale / pose.scale
  return { scale, x: at.x - (at.x - pose.x) * k, y: at.y - (at.y - pose.y) * k }
}

/** hold keeps the picture on the stage: no edge of it comes further in than that of the stage. */
export function hold(pose: Pose, picture: Box, stage: Box): Pose {
  const within = (value: number, size: number, room: number) => {
    const spare = Math.max(0, (size * pose.scale - room) / 2)
    return Math.min(spare, Math.max(-spare, value)) || 0
  }
  return { scale: pose.scale, x: within(pose.x, picture.width, stage.width), y: within(pose.y, picture.height, stage.height) }
}

export type Swipe = 'next' | 'before' | 'close' | null

/** swiped tells what a finger meant that moved by (x, y) over a picture shown whole. */
export function swiped(x: number, y: number, ms: number): Swipe {
  const quick = ms < 250
  if (Math.abs(x) > Math.abs(y)) return Math.abs(x) > (quick ? 40 : 90) ? (x < 0 ? 'next' : 'before') : null
  return y > (quick ? 60 : 120) ? 'close' : null
}
