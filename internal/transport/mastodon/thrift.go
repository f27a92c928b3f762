package mastodon

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"net"
	"net/http"
	"sync"
)

// frames lends the bytes in which events are put together for as long as it takes to write them.
var frames = sync.Pool{New: func() any { b := make([]byte, 0, 4<<10); return &b }}

// maxFrameKept is the largest of them that is kept.
const maxFrameKept = 64 << 10

func giveBack(buf *[]byte) {
	if cap(*buf) <= maxFrameKept {
		frames.Put(buf)
	}
}

// thrifty is a ResponseWriter that hands its connection over with small buffers, for a socket that is silent most of the time:
// those of the server are 8 kB.
type thrifty struct{ http.ResponseWriter }

func (t *thrifty) Unwrap() http.ResponseWriter { return t.ResponseWriter }

func (t *thrifty) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, brw, err := http.NewResponseController(t.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	early, _ := brw.Reader.Peek(brw.Reader.Buffered()) // what the client said already
	r := bufio.NewReaderSize(bytes.NewReader(bytes.Clone(early)), max(256, len(early)))
	_, _ = r.Peek(len(early)) // it is looked for in the buffer
	return conn, bufio.NewReadWriter(r, bufio.NewWriterSize(&whole{conn: conn}, maxHeader)), nil
}

// maxHeader is room for the header of any frame that a server writes: RFC 6455 5.2, without a mask.
const maxHeader = 16

// whole writes each frame as one, although it comes from a buffer that holds no more than its header. Its bytes are borrowed.
type whole struct {
	conn net.Conn
	buf  *[]byte // of a frame that is not complete; nil between frames
	left int     // bytes that it still lacks
}

func (w *whole) Write(p []byte) (int, error) {
	if w.buf == nil {
		left := frameSize(p) - len(p)
		if left <= 0 {
			return w.conn.Write(p)
		}
		w.buf, w.left = frames.Get().(*[]byte), left
		*w.buf = append((*w.buf)[:0], p...)
		return len(p), nil
	}
	*w.buf = append(*w.buf, p...)
	if w.left -= len(p); w.left > 0 {
		return len(p), nil
	}
	buf := w.buf
	w.buf = nil
	defer giveBack(buf)
	if _, err := w.conn.Write(*buf); err != nil {
		return 0, err
	}
	return len(p), nil
}

// frameSize is the length of the frame that begins with p, header and all; of what is no whole header, that of p.
func frameSize(p []byte) int {
	if len(p) < 2 {
		return len(p)
	}
	switch n := int(p[1] & 0x7f); {
	case n < 126:
		return 2 + n
	case n == 126 && len(p) >= 4:
		return 4 + int(binary.BigEndian.Uint16(p[2:]))
	case n == 127 && len(p) >= 10:
		return 10 + int(binary.BigEndian.Uint64(p[2:])) // our own, never beyond an int
	}
	return len(p)
}
