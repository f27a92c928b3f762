// The server side of a WebSocket, as far as short text frames need it.
import { createHash } from 'node:crypto'

export function accept(request, socket, onmessage) {
  const key = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64')
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`)
  let rest = Buffer.alloc(0)
  socket.on('data', (data) => {
    rest = Buffer.concat([rest, data])
    while (rest.length >= 6) {
      let size = rest[1] & 127
      let at = 2
      if (size === 126) {
        size = rest.readUInt16BE(2)
        at = 4
      }
      if (rest.length < at + 4 + size) return
      const mask = rest.subarray(at, at + 4)
      const body = Buffer.from(rest.subarray(at + 4, at + 4 + size).map((b, i) => b ^ mask[i % 4]))
      const op = rest[0] & 15
      rest = rest.subarray(at + 4 + size)
      if (op === 8) socket.end()
      else if (op === 1) onmessage(JSON.parse(body.toString()))
    }
  })
  socket.on('end', () => socket.end()) // a page that goes away may say nothing
  socket.on('error', () => {})
  return (value) => {
    const body = Buffer.from(JSON.stringify(value))
    const head = body.length < 126 ? Buffer.from([129, body.length]) : body.length < 65536 ? Buffer.from([129, 126, body.length >> 8, body.length & 255]) : null
    if (head && socket.writable) socket.write(Buffer.concat([head, body]))
  }
}
