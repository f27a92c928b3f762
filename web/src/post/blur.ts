// A picture that is still on its way shows its colours. They are painted when it comes near, and not if it is there already.
let near: IntersectionObserver | undefined
const hashes = new WeakMap<Element, string>()

async function paint(canvas: HTMLCanvasElement): Promise<void> {
  if ((canvas.parentElement?.querySelector('img') as HTMLImageElement | null)?.complete) return
  const { decodeBlurHash } = await import('fast-blurhash')
  const { width, height } = canvas
  try {
    const pixels = new Uint8ClampedArray(decodeBlurHash(hashes.get(canvas)!, width, height))
    canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0)
  } catch {
    // A hash that is none: the plain ground stays.
  }
}

export const blur = (hash: string) => (canvas: HTMLCanvasElement) => {
  hashes.set(canvas, hash)
  near ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue
        near?.unobserve(target)
        void paint(target as HTMLCanvasElement)
      }
    },
    { rootMargin: '600px 0px' },
  )
  near.observe(canvas)
  return () => near?.unobserve(canvas)
}
