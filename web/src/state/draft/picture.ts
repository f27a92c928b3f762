// Makes a file fit to be sent: cleaned of what it tells about its maker, no larger than the site takes.
import { session } from '../session.svelte'
import { t } from '../../text'
import type { Kind } from './model'
import { strip, type Clean } from './strip'

const limits = () => session.instance.configuration.media_attachments

/** Refused says in a sentence why a file is not taken. */
export class Refused extends Error {}

const known = (type: string): boolean => limits().supported_mime_types.includes(type)

export function kindOf(type: string): Kind | null {
  const kind = type.split('/')[0]
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : null
}

/** drawn makes the picture anew, from its pixels alone. */
async function drawn(file: Blob, most: number): Promise<Blob> {
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, Math.sqrt(most / (picture.width * picture.height)))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const type = file.type === 'image/png' || file.type === 'image/webp' ? file.type : 'image/jpeg'
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, type, 0.9))
  if (!blob) throw new Error('canvas')
  return blob
}

/** pixels is how many a picture has; 0 when it cannot be read here. */
async function pixels(file: Blob): Promise<number> {
  try {
    const picture = await createImageBitmap(file)
    const n = picture.width * picture.height
    picture.close()
    return n
  } catch {
    return 0
  }
}

export async function ready(file: File): Promise<Clean & { kind: Kind }> {
  const kind = kindOf(file.type)
  if (!kind) throw new Refused(t('compose.file.kind', { name: file.name }))
  const { image_matrix_limit: most = 33_000_000, image_size_limit: bytes = 16 << 20, video_size_limit: film = 100 << 20 } = limits()
  if (kind !== 'image') {
    if (!known(file.type)) throw new Refused(t('compose.file.kind', { name: file.name }))
    if (file.size > film) throw new Refused(t('compose.file.large', { name: file.name, n: Math.floor(film / (1 << 20)) }))
    return { kind, ...(await strip(file))! }
  }
  let clean = known(file.type) ? await strip(file) : null
  try {
    const animated = file.type === 'image/gif'
    if (!clean) clean = { blob: await drawn(file, most) }
    else if (!animated && (clean.blob.size > bytes || (clean.blob.size > 1 << 20 && (await pixels(clean.blob)) > most))) {
      let scale = most
      do {
        clean = { ...clean, blob: await drawn(clean.blob, scale) }
        scale /= 2
      } while (clean.blob.size > bytes && scale > 100_000)
    }
  } catch {
    throw new Refused(t('compose.file.broken', { name: file.name }))
  }
  if (clean.blob.size > bytes) throw new Refused(t('compose.file.large', { name: file.name, n: Math.floor(bytes / (1 << 20)) }))
  return { kind, ...clean }
}
