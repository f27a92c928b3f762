// Posts with files of every kind, by Hana; older than all others, so that no list begins with them. Pictures are drawn on demand.
import { make } from './seed.mjs'

const hills = ['#2E5E4E', '#3F7A63', '#7AA77B', '#C8B273', '#B5633F', '#6C4A73', '#31506F']

/** picture draws a landscape of a size; what it is made of follows from its number. */
export function picture(q) {
  const [w, h, n] = ['w', 'h', 'n'].map((k) => Number(q.get(k)) || 600)
  const ridge = (y, i) => `M0 ${h} L0 ${y} C ${w * 0.25} ${y - h * 0.18 * ((n + i) % 3)}, ${w * 0.6} ${y + h * 0.14}, ${w} ${y - h * 0.05 * i} L ${w} ${h} Z`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}"><rect width="${w}" height="${h}" fill="${['#F2D9B8', '#BFD9E6', '#E8C4C0', '#22303C'][n % 4]}"/>
<circle cx="${w * (0.25 + (n % 3) * 0.22)}" cy="${h * 0.3}" r="${Math.min(w, h) * 0.11}" fill="${n % 4 === 3 ? '#F4EBD0' : '#F7F2E4'}"/>
${[0.5, 0.64, 0.8].map((y, i) => `<path d="${ridge(h * y, i)}" fill="${hills[(n + i * 2) % hills.length]}"/>`).join('')}</svg>`
}

const hashes = ['LKO2?U%2Tw=w]~RBVZRi};RPxuwH', 'LEHV6nWB2yk8pyo0adR*.7kCMdnj', 'LGF5]+Yk^6#M@-5c,1J5@[or[Q6.']
let n = 0
const file = (w, h, description, more = {}) => {
  n++
  const url = `/proxy/picture/${n}.svg?w=${w}&h=${h}&n=${n}`
  const scale = Math.min(1, 640 / Math.max(w, h))
  return {
    id: `9${n}`, type: 'image', url, preview_url: url, remote_url: `https://peer.example/media/${n}.png`, preview_remote_url: null, text_url: null, description, blurhash: hashes[n % 3],
    meta: { original: { width: w, height: h, aspect: w / h }, small: { width: Math.round(w * scale), height: Math.round(h * scale), aspect: w / h } }, ...more,
  }
}
let at = Date.now() - 40 * 86_400_000
const post = (html, more) => make('hana@peer.example', html, { favourites_count: 12, ...more }, (at += 60_000))

export const gallery = [
  post('<p>One, lying.</p>', { media_attachments: [file(1600, 1000, 'Three green ridges one behind the other under a pale sun.')] }),
  post('<p>One, standing.</p>', { media_attachments: [file(800, 1600, 'A narrow valley, seen from the pass, with a strip of sky.')] }),
  post('<p>Two.</p>', { media_attachments: [file(1200, 900, 'A hill in the morning.'), file(900, 1200, null)] }),
  post('<p>Three.</p>', { media_attachments: [file(900, 1300, 'A dune.'), file(1200, 800, 'The same dune from the side.'), file(1200, 800, '')] }),
  post('<p>Four.</p>', { media_attachments: [1, 2, 3, 4].map((i) => file(1200, 900, `Field number ${i}.`)) }),
  post('<p>A whole walk.</p>', { media_attachments: [[1200, 900], [800, 1200], [1600, 700], [1000, 1000], [1200, 900], [700, 1300]].map(([w, h], i) => file(w, h, i % 2 ? null : `Stop ${i + 1} of the walk.`)) }),
  post('<p>Not for everybody.</p>', { sensitive: true, media_attachments: [file(1200, 900, 'A fox that did not make it across the road.'), file(1200, 900, 'The road.')] }),
  post('<p>It moves.</p>', { media_attachments: [file(800, 600, 'Clouds pass over a hill, again and again.', { type: 'gifv' })] }),
  post('<p>It speaks.</p>', { media_attachments: [file(640, 360, 'The tide comes in at the hide.', { type: 'video' }), file(300, 300, 'Curlews at dawn, two minutes.', { type: 'audio', meta: null })] }),
]
export const standing = gallery[1]
export const strip = gallery[5]
