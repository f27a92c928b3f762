package picture

import (
	"bytes"
	"compress/lzw"
	"encoding/binary"
	"fmt"
	"io"
)

// maxPlayed is how many pixels the frames of an animation may have together: all of them are decoded once, one after the
// other.
const maxPlayed = 400 << 20

// rebuildGIF keeps the palettes, the frames with their times, and how often an animation plays; comments, texts, what
// programs left, and what stands behind the end go. GIF89a.
func rebuildGIF(raw []byte, l Limits) (*rebuilt, error) {
	if len(raw) < 13 {
		return nil, fmt.Errorf("%w: GIF without a header", ErrBroken)
	}
	out := &rebuilt{turn: 1, width: int(binary.LittleEndian.Uint16(raw[6:])), height: int(binary.LittleEndian.Uint16(raw[8:]))}
	if err := l.fits(out.width, out.height, 1); err != nil {
		return nil, err
	}
	r := gifReader{in: raw}
	r.keep(13)
	r.palette(raw[10])
	played := 0
	for {
		kind := r.peek()
		switch kind {
		case ';':
			r.out.WriteByte(';')
			if out.frames == 0 {
				return nil, fmt.Errorf("%w: GIF of nothing", ErrBroken)
			}
			out.data = r.out.Bytes()
			return out, nil
		case '!':
			r.extension()
		case ',':
			w, h, err := r.frame(out.width, out.height)
			if err != nil {
				return nil, err
			}
			if played += w * h; played > maxPlayed {
				return nil, ErrLarge
			}
			if out.frames++; out.frames > l.Frames {
				return nil, ErrLarge
			}
		default:
			return nil, fmt.Errorf("%w: GIF with a block that is none", ErrBroken)
		}
		if r.short {
			return nil, fmt.Errorf("%w: GIF without an end", ErrBroken)
		}
	}
}

type gifReader struct {
	in    []byte
	at    int
	out   bytes.Buffer
	short bool
}

func (r *gifReader) peek() byte {
	if r.at >= len(r.in) {
		r.short = true
		return ';' + 128
	}
	return r.in[r.at]
}

// take returns the next bytes, none when there are not as many.
func (r *gifReader) take(n int) []byte {
	if r.at+n > len(r.in) {
		r.short, r.at = true, len(r.in)
		return make([]byte, n)
	}
	b := r.in[r.at : r.at+n]
	r.at += n
	return b
}

func (r *gifReader) keep(n int) []byte {
	b := r.take(n)
	r.out.Write(b)
	return b
}

// palette keeps the colours that a descriptor announces.
func (r *gifReader) palette(flags byte) {
	if flags&0x80 != 0 {
		r.keep(3 << (flags&7 + 1))
	}
}

// blocks reads a row of sub-blocks up to its end.
func (r *gifReader) blocks(each func([]byte)) {
	for !r.short {
		n := int(r.take(1)[0])
		if n == 0 {
			return
		}
		each(r.take(n))
	}
}

// extension keeps how a frame is shown, and how often all play.
func (r *gifReader) extension() {
	from := r.at
	label := r.take(2)[1]
	var first []byte
	n := 0
	r.blocks(func(b []byte) {
		if n++; n == 1 {
			first = b
		}
	})
	plays := label == 0xFF && n == 2 && (string(first) == "NETSCAPE2.0" || string(first) == "ANIMEXTS1.0") && r.at-from == 2+12+5
	if !r.short && (label == 0xF9 && n == 1 && len(first) == 4 || plays) {
		r.out.Write(r.in[from:r.at])
	}
}

// frame keeps one picture after it was decoded: what a frame's data leaves over is no part of it.
func (r *gifReader) frame(width, height int) (w, h int, err error) {
	d := r.keep(10)
	x, y := int(binary.LittleEndian.Uint16(d[1:])), int(binary.LittleEndian.Uint16(d[3:]))
	w, h = int(binary.LittleEndian.Uint16(d[5:])), int(binary.LittleEndian.Uint16(d[7:]))
	if x+w > width || y+h > height || w == 0 || h == 0 {
		return 0, 0, fmt.Errorf("%w: GIF frame beyond the edge", ErrBroken)
	}
	r.palette(d[9])
	bits := r.keep(1)[0]
	if bits < 2 || bits > 8 {
		return 0, 0, fmt.Errorf("%w: GIF frame with a code that is none", ErrBroken)
	}
	var data []byte
	r.blocks(func(b []byte) { data = append(data, b...) })
	if r.short {
		return 0, 0, fmt.Errorf("%w: GIF without an end", ErrBroken)
	}
	z := lzw.NewReader(bytes.NewReader(data), lzw.LSB, int(bits))
	defer z.Close()
	if n, err := io.CopyN(io.Discard, z, int64(w)*int64(h)); n != int64(w)*int64(h) {
		return 0, 0, fmt.Errorf("%w: GIF frame: %w", ErrBroken, err)
	}
	for len(data) > 0 {
		n := min(len(data), 255)
		r.out.WriteByte(byte(n))
		r.out.Write(data[:n])
		data = data[n:]
	}
	r.out.WriteByte(0)
	return w, h, nil
}
