package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

const pngHeader = "\x89PNG\r\n\x1A\n"

// keptPNG are the chunks that the look of a picture depends on, with how long each may be. Those of animations are read apart.
var keptPNG = map[string][2]int{
	"PLTE": {3, 768}, "tRNS": {1, 256}, "gAMA": {4, 4}, "cHRM": {32, 32}, "sRGB": {1, 1}, "sBIT": {1, 4}, "cICP": {4, 4},
}

// rebuildPNG keeps the chunks that the look of a picture depends on; texts, times, thumbnails and what stands behind the end
// go. PNG (Third Edition), 5 and 11.
func rebuildPNG(raw []byte, l Limits) (*rebuilt, error) {
	out := &rebuilt{turn: 1}
	var b bytes.Buffer
	b.Grow(len(raw))
	b.WriteString(pngHeader)
	in := raw[len(pngHeader):]
	seen := map[string]bool{}
	moving := &apng{}
	for first := true; ; first = false {
		if len(in) < 12 {
			return nil, fmt.Errorf("%w: PNG without an end", ErrBroken)
		}
		n := binary.BigEndian.Uint32(in)
		if uint64(n)+12 > uint64(len(in)) {
			return nil, fmt.Errorf("%w: PNG chunk beyond the end", ErrBroken)
		}
		kind, data := string(in[4:8]), in[8:8+n]
		in = in[12+n:]
		if first != (kind == "IHDR") {
			return nil, fmt.Errorf("%w: PNG without a header, or with two", ErrBroken)
		}
		once := !seen[kind]
		seen[kind] = true
		switch kind {
		case "IHDR":
			if len(data) != 13 {
				return nil, fmt.Errorf("%w: PNG header", ErrBroken)
			}
			w, h := binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])
			if w > 1<<24 || h > 1<<24 {
				return nil, ErrLarge
			}
			out.width, out.height = int(w), int(h)
			each := 4.0 // a byte for each of four channels
			switch depth, colour := data[8], data[9]; {
			case colour == 3:
				each = 1
			case depth == 16:
				each = 8
			}
			if data[12] != 0 { // interlaced: the passes are put together
				each *= 1.5
			}
			if err := l.fits(out.width, out.height, each); err != nil {
				return nil, err
			}
			chunkPNG(&b, kind, data)
			moving.head = bytes.Clone(data)
		case "iCCP":
			if icc := inflateProfile(data); once && !seen["IDAT"] && icc != nil {
				b.Write(profilePNG(icc))
				if usable(icc) {
					out.profile = icc
				}
			}
		case "eXIf":
			if turn := orientation(data); once && !seen["IDAT"] && turn != 1 {
				out.turn = turn
				chunkPNG(&b, kind, turned(turn))
			}
		case "acTL":
			if once && !seen["IDAT"] && len(data) == 8 {
				if binary.BigEndian.Uint32(data) > uint32(l.Frames) {
					return nil, ErrLarge
				}
				moving.frames = int(binary.BigEndian.Uint32(data))
				chunkPNG(&b, kind, data)
			}
		case "fcTL", "fdAT":
			if moving.frames == 0 {
				continue
			}
			if err := moving.chunk(kind, data, seen["IDAT"]); err != nil {
				return nil, err
			}
			chunkPNG(&b, kind, data)
		case "IDAT":
			chunkPNG(&b, kind, data)
		case "IEND":
			if !seen["IDAT"] {
				return nil, fmt.Errorf("%w: PNG of nothing", ErrBroken)
			}
			chunkPNG(&b, kind, nil)
			out.data = b.Bytes()
			if moving.frames > 0 {
				if err := moving.end(); err != nil {
					return nil, err
				}
				out.frames = moving.frames
			}
			return out, nil
		default:
			if size, ok := keptPNG[kind]; ok && once && len(data) >= size[0] && len(data) <= size[1] {
				chunkPNG(&b, kind, data)
			}
		}
	}
}

func chunkPNG(b *bytes.Buffer, kind string, data []byte) {
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(data)))
	b.Write(n[:])
	from := b.Len()
	b.WriteString(kind)
	b.Write(data)
	binary.BigEndian.PutUint32(n[:], crc32.ChecksumIEEE(b.Bytes()[from:]))
	b.Write(n[:])
}

// inflateProfile reads the colour profile out of an iCCP chunk; nil when it is none, or too large.
func inflateProfile(data []byte) []byte {
	_, packed, ok := bytes.Cut(data[:min(len(data), 2*maxProfile)], []byte{0})
	if !ok || len(packed) < 1 || packed[0] != 0 {
		return nil
	}
	z, err := zlib.NewReader(bytes.NewReader(packed[1:]))
	if err != nil {
		return nil
	}
	icc, err := io.ReadAll(io.LimitReader(z, maxProfile+1))
	if err != nil || len(icc) > maxProfile || len(icc) < 128 || string(icc[36:40]) != "acsp" {
		return nil
	}
	return icc
}

// profilePNG is a colour profile as an iCCP chunk, under a name of ours: that is text too.
func profilePNG(icc []byte) []byte {
	var packed, b bytes.Buffer
	packed.WriteString("ICC\x00\x00")
	z := zlib.NewWriter(&packed)
	_, _ = z.Write(icc) // to memory
	_ = z.Close()
	chunkPNG(&b, "iCCP", packed.Bytes())
	return b.Bytes()
}

// withProfilePNG puts a colour profile into a PNG of our own encoder, behind the header.
func withProfilePNG(data, icc []byte) []byte {
	const head = len(pngHeader) + 25
	if icc == nil || len(data) < head {
		return data
	}
	return append(append(append(make([]byte, 0, len(data)+len(icc)), data[:head]...), profilePNG(icc)...), data[head:]...)
}
