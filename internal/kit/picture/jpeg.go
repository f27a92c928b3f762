package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

const (
	exifName    = "Exif\x00\x00"
	profileName = "ICC_PROFILE\x00"

	maxScans = 100 // of one JPEG; progressive ones have about ten
)

// rebuildJPEG keeps the tables, the one frame and its scans, JFIF's and Adobe's words on how colours are meant, the colour
// profile and the orientation. All other application segments, comments, thumbnails, and what stands behind the end go.
// ITU T.81, annex B.
func rebuildJPEG(raw []byte, l Limits) (*rebuilt, error) {
	out := &rebuilt{turn: 1}
	var body bytes.Buffer
	var jfif, adobe []byte
	var profile [256][]byte
	profiles, scans := 0, 0
	in := raw[2:]
	for ended := false; !ended; {
		if len(in) < 2 {
			break // cut off: the decoder decides
		}
		if in[0] != 0xFF {
			return nil, fmt.Errorf("%w: JPEG without a marker", ErrBroken)
		}
		marker := in[1]
		switch {
		case marker == 0xFF: // a fill byte
			in = in[1:]
			continue
		case marker == 0xD9: // end of image
			ended = true
			continue
		case marker >= 0xD0 && marker <= 0xD7, marker == 0x01: // stand alone, and mean nothing here
			in = in[2:]
			continue
		case marker == 0, marker == 0xD8:
			return nil, fmt.Errorf("%w: JPEG with a marker that is none", ErrBroken)
		}
		if len(in) < 4 {
			break
		}
		n := int(binary.BigEndian.Uint16(in[2:])) + 2
		if n < 4 || n > len(in) {
			return nil, fmt.Errorf("%w: JPEG segment beyond the end", ErrBroken)
		}
		segment, payload := in[:n], in[4:n]
		in = in[n:]
		switch marker {
		case 0xDB, 0xC4, 0xDD: // tables, restart interval
			body.Write(segment)
		case 0xC0, 0xC1, 0xC2:
			if out.width != 0 {
				return nil, fmt.Errorf("%w: JPEG of two frames", ErrBroken)
			}
			if err := out.frameJPEG(payload, marker == 0xC2, l); err != nil {
				return nil, err
			}
			body.Write(segment)
		case 0xE0:
			if jfif == nil && len(payload) >= 14 && string(payload[:5]) == "JFIF\x00" {
				jfif = bytes.Clone(payload[:14])
				jfif[12], jfif[13] = 0, 0 // its thumbnail
			}
		case 0xE1:
			if rest, ok := bytes.CutPrefix(payload, []byte(exifName)); ok && out.turn == 1 {
				out.turn = orientation(rest)
			}
		case 0xE2:
			if rest, ok := bytes.CutPrefix(payload, []byte(profileName)); ok && len(rest) > 2 && rest[0] > 0 {
				profile[rest[0]], profiles = rest[2:], max(profiles, int(rest[1]))
			}
		case 0xEE:
			if adobe == nil && len(payload) >= 12 && string(payload[:5]) == "Adobe" {
				adobe = payload[:12]
			}
		case 0xDA:
			if scans++; scans > maxScans || out.width == 0 {
				return nil, fmt.Errorf("%w: JPEG with scans that are too many, or of nothing", ErrBroken)
			}
			end := scanEnd(in)
			body.Write(segment)
			body.Write(in[:end])
			in = in[end:]
		default:
			if marker >= 0xC0 && marker <= 0xCF { // arithmetic, lossless, hierarchical: no decoder in a browser
				return nil, fmt.Errorf("%w: JPEG of an unusual coding", ErrBroken)
			}
		}
	}
	if out.width == 0 || scans == 0 {
		return nil, fmt.Errorf("%w: JPEG of nothing", ErrBroken)
	}
	var b bytes.Buffer
	b.Grow(body.Len() + 256)
	b.WriteString("\xFF\xD8")
	if jfif != nil {
		segmentJPEG(&b, 0xE0, jfif)
	}
	if out.turn != 1 {
		segmentJPEG(&b, 0xE1, append([]byte(exifName), turned(out.turn)...))
	}
	if icc := bytes.Join(profile[1:profiles+1], nil); profiles < 255 && len(icc) >= 128 && len(icc) <= maxProfile && string(icc[36:40]) == "acsp" {
		b.Write(profileJPEG(icc))
		if usable(icc) {
			out.profile = icc
		}
	}
	if adobe != nil {
		segmentJPEG(&b, 0xEE, adobe)
	}
	b.Write(body.Bytes())
	b.WriteString("\xFF\xD9")
	out.data = b.Bytes()
	return out, nil
}

// frameJPEG reads the size of the frame, and keeps the limits: a progressive picture is collected in 32 bits for each sample
// before any of it is there.
func (r *rebuilt) frameJPEG(p []byte, progressive bool, l Limits) error {
	if len(p) < 6 || len(p) != 6+3*int(p[5]) || p[5] != 1 && p[5] != 3 && p[5] != 4 {
		return fmt.Errorf("%w: JPEG frame", ErrBroken)
	}
	r.height, r.width = int(binary.BigEndian.Uint16(p[1:])), int(binary.BigEndian.Uint16(p[3:]))
	samples, most := 0, 1
	for i := range int(p[5]) {
		hv := p[7+3*i]
		n := int(hv>>4) * int(hv&15)
		samples, most = samples+n, max(most, n)
	}
	each := float64(samples) / float64(most)
	if progressive {
		each *= 5
	}
	if p[5] == 4 {
		each += 4 // CMYK is put together apart
	}
	return l.fits(r.width, r.height, each)
}

// scanEnd returns where the coded data of a scan ends: at the first marker that is neither a restart nor a stuffed zero.
func scanEnd(in []byte) int {
	at := 0
	for {
		i := bytes.IndexByte(in[at:], 0xFF)
		if i < 0 || at+i+1 >= len(in) {
			return len(in)
		}
		at += i
		switch next := in[at+1]; {
		case next == 0, next >= 0xD0 && next <= 0xD7:
			at += 2
		case next == 0xFF:
			at++
		default:
			return at
		}
	}
}

func segmentJPEG(b *bytes.Buffer, marker byte, payload []byte) {
	b.Write([]byte{0xFF, marker, byte((len(payload) + 2) >> 8), byte(len(payload) + 2)})
	b.Write(payload)
}

// profileJPEG is a colour profile in as many segments as it needs. ICC.1, annex B.4
func profileJPEG(icc []byte) []byte {
	const most = 65_000
	var b bytes.Buffer
	n := (len(icc) + most - 1) / most
	for i := range n {
		part := icc[i*most : min((i+1)*most, len(icc))]
		segmentJPEG(&b, 0xE2, append(append([]byte(profileName), byte(i+1), byte(n)), part...))
	}
	return b.Bytes()
}

// withProfileJPEG puts a colour profile into a JPEG of our own encoder.
func withProfileJPEG(data, icc []byte) []byte {
	if icc == nil {
		return data
	}
	return append(append(append(make([]byte, 0, len(data)+len(icc)+256), data[:2]...), profileJPEG(icc)...), data[2:]...)
}
