package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"golang.org/x/image/webp"
)

// Flags of VP8X. RFC 9649, section 2.7
const (
	webpAnimated = 1 << 1
	webpExif     = 1 << 3
	webpAlpha    = 1 << 4
	webpProfile  = 1 << 5
)

// rebuildWebP keeps the picture or the frames of an animation, the colour profile and the orientation; XMP, all else of
// EXIF, chunks that nobody knows, and what stands behind the end go. Every frame is decoded. RFC 9649.
func rebuildWebP(raw []byte, l Limits) (*rebuilt, error) {
	size := int64(binary.LittleEndian.Uint32(raw[4:])) + 8
	if size > int64(len(raw)) || size < 12 {
		return nil, fmt.Errorf("%w: WebP without an end", ErrBroken)
	}
	out := &rebuilt{turn: 1}
	var flags byte
	var canvas, profile, anim []byte
	var body bytes.Buffer
	var alpha, still []byte
	played := 0
	for in := raw[12:size]; len(in) >= 8; {
		kind, data, rest, err := chunkWebP(in)
		if err != nil {
			return nil, err
		}
		in = rest
		switch kind {
		case "VP8X":
			if len(data) != 10 || canvas != nil {
				return nil, fmt.Errorf("%w: WebP header", ErrBroken)
			}
			canvas, flags = data, data[0]
			out.width, out.height = int(uint24(data[4:]))+1, int(uint24(data[7:]))+1
			if err := l.fits(out.width, out.height, 4); err != nil {
				return nil, err
			}
		case "ICCP":
			if profile == nil && len(data) >= 128 && len(data) <= maxProfile && string(data[36:40]) == "acsp" {
				profile = data
			}
		case "EXIF":
			data, _ = bytes.CutPrefix(data, []byte(exifName))
			out.turn = orientation(data)
		case "ANIM":
			if anim == nil && len(data) == 6 {
				anim = data
			}
		case "ALPH":
			if still == nil {
				alpha = data
			}
		case "VP8 ", "VP8L":
			if still != nil || anim != nil {
				continue
			}
			w, h, err := sizeWebP(kind, data)
			if err != nil {
				return nil, err
			}
			if canvas == nil {
				out.width, out.height = w, h
			}
			if w != out.width || h != out.height {
				return nil, fmt.Errorf("%w: WebP of two sizes", ErrBroken)
			}
			if err := l.fits(w, h, 4); err != nil {
				return nil, err
			}
			if kind == "VP8 " && alpha != nil {
				putWebP(&body, "ALPH", alpha)
			}
			putWebP(&body, kind, data)
			still = data
		case "ANMF":
			if anim == nil || flags&webpAnimated == 0 {
				continue
			}
			frame, one, w, h, err := frameWebP(data, out.width, out.height)
			if err != nil {
				return nil, err
			}
			if out.frames++; out.frames > l.Frames {
				return nil, ErrLarge
			}
			if played += w * h; played > maxPlayed {
				return nil, ErrLarge
			}
			if _, err := webp.Decode(bytes.NewReader(one)); err != nil {
				return nil, fmt.Errorf("%w: %w", ErrBroken, err)
			}
			if out.frames == 1 {
				out.first = one
			}
			putWebP(&body, "ANMF", frame)
		}
	}
	animated := out.frames > 0 && still == nil
	if !animated && still == nil {
		return nil, fmt.Errorf("%w: WebP of nothing", ErrBroken)
	}
	var b bytes.Buffer
	b.WriteString("RIFF\x00\x00\x00\x00WEBP")
	if canvas == nil && (profile != nil || out.turn != 1) {
		return nil, fmt.Errorf("%w: WebP with more than its header allows", ErrBroken)
	}
	if canvas != nil {
		head := bytes.Clone(canvas)
		head[0], head[1], head[2], head[3] = flags&webpAlpha, 0, 0, 0
		if profile != nil {
			head[0] |= webpProfile
		}
		if animated {
			head[0] |= webpAnimated
		}
		if out.turn != 1 {
			head[0] |= webpExif
		}
		putWebP(&b, "VP8X", head)
	}
	if profile != nil {
		putWebP(&b, "ICCP", profile)
		if usable(profile) {
			out.profile = profile
		}
	}
	if animated {
		putWebP(&b, "ANIM", anim)
	}
	b.Write(body.Bytes())
	if out.turn != 1 {
		putWebP(&b, "EXIF", turned(out.turn))
	}
	binary.LittleEndian.PutUint32(b.Bytes()[4:], uint32(b.Len()-8))
	out.data = b.Bytes()
	if !animated {
		out.frames, out.first = 1, nil
	}
	return out, nil
}

// frameWebP rebuilds one frame of an animation; one is that frame as a picture of its own.
func frameWebP(data []byte, width, height int) (frame, one []byte, w, h int, err error) {
	broken := func(why string) ([]byte, []byte, int, int, error) {
		return nil, nil, 0, 0, fmt.Errorf("%w: WebP frame %s", ErrBroken, why)
	}
	if len(data) < 16 {
		return broken("without a header")
	}
	x, y := 2*int(uint24(data)), 2*int(uint24(data[3:]))
	w, h = int(uint24(data[6:]))+1, int(uint24(data[9:]))+1
	if x+w > width || y+h > height {
		return broken("beyond the edge")
	}
	var body bytes.Buffer
	var alpha []byte
	done := false
	for in := data[16:]; len(in) >= 8 && !done; {
		kind, part, rest, err := chunkWebP(in)
		if err != nil {
			return nil, nil, 0, 0, err
		}
		in = rest
		switch kind {
		case "ALPH":
			alpha = part
		case "VP8 ", "VP8L":
			fw, fh, err := sizeWebP(kind, part)
			if err != nil {
				return nil, nil, 0, 0, err
			}
			if fw != w || fh != h {
				return broken("of two sizes")
			}
			if kind == "VP8 " && alpha != nil {
				putWebP(&body, "ALPH", alpha)
			} else {
				alpha = nil
			}
			putWebP(&body, kind, part)
			done = true
		}
	}
	if !done {
		return broken("of nothing")
	}
	var b bytes.Buffer
	b.WriteString("RIFF\x00\x00\x00\x00WEBP")
	if alpha != nil {
		head := make([]byte, 10)
		head[0] = webpAlpha
		copy(head[4:7], data[6:9])
		copy(head[7:10], data[9:12])
		putWebP(&b, "VP8X", head)
	}
	b.Write(body.Bytes())
	binary.LittleEndian.PutUint32(b.Bytes()[4:], uint32(b.Len()-8))
	return append(bytes.Clone(data[:16]), body.Bytes()...), b.Bytes(), w, h, nil
}

// sizeWebP reads the size out of the coded picture itself, which is what is decoded, whatever the container says.
func sizeWebP(kind string, data []byte) (w, h int, err error) {
	switch {
	case kind == "VP8 " && len(data) >= 10 && data[0]&1 == 0 && string(data[3:6]) == "\x9D\x01\x2A": // RFC 6386, 9.1
		return int(binary.LittleEndian.Uint16(data[6:]) & 0x3FFF), int(binary.LittleEndian.Uint16(data[8:]) & 0x3FFF), nil
	case kind == "VP8L" && len(data) >= 5 && data[0] == 0x2F: // RFC 9649, 3.4
		bits := binary.LittleEndian.Uint32(data[1:])
		return int(bits&0x3FFF) + 1, int(bits>>14&0x3FFF) + 1, nil
	}
	return 0, 0, fmt.Errorf("%w: WebP picture", ErrBroken)
}

func chunkWebP(in []byte) (kind string, data, rest []byte, err error) {
	n := uint64(binary.LittleEndian.Uint32(in[4:]))
	if n+8 > uint64(len(in)) {
		return "", nil, nil, fmt.Errorf("%w: WebP chunk beyond the end", ErrBroken)
	}
	end := min(n+8+n&1, uint64(len(in)))
	return string(in[:4]), in[8 : 8+n], in[end:], nil
}

func putWebP(b *bytes.Buffer, kind string, data []byte) {
	var n [4]byte
	binary.LittleEndian.PutUint32(n[:], uint32(len(data)))
	b.WriteString(kind)
	b.Write(n[:])
	b.Write(data)
	if len(data)&1 != 0 {
		b.WriteByte(0)
	}
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }
