package heif

import (
	"errors"
	"testing"
)

func TestSniff(t *testing.T) {
	for head, want := range map[string]string{
		"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic":             HEIC,
		"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif":             AVIF,
		"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heix":             HEIC,
		"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf":         AVIF,
		"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00mp41avif":             "", // a film
		"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1miaf\x00avif\x00": "",
		"\xff\xd8\xff\xe0": "", "": "",
	} {
		if got := Sniff([]byte(head)); got != want {
			t.Errorf("%q: %q, want %q", head, got, want)
		}
	}
}

// How the boxes turn a picture, as EXIF counts it: the properties of ISO/IEC 23008-12, 6.5.10 and 6.5.12, in their order.
func TestTurns(t *testing.T) {
	rot := func(n byte) box { return box{"irot", []byte{n}} }
	flip := func(axis byte) box { return box{"imir", []byte{axis}} }
	for want, list := range map[int][]box{
		1: {rot(0)}, 8: {rot(1)}, 3: {rot(2)}, 6: {rot(3)}, 2: {flip(1)}, 4: {flip(0)}, 5: {flip(1), rot(1)}, 7: {rot(1), flip(1)},
	} {
		f := &file{props: list}
		it := &item{}
		for i := range list {
			it.props = append(it.props, i+1)
		}
		if got := f.turn(it); got != want {
			t.Errorf("%v: %d, want %d", list, got, want)
		}
	}
}

// T103, T115: whatever is in a file, reading it ends, and never with more than it may hold.
func FuzzT115_ReadHEIF(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic\x00\x00\x00\x0cmeta\x00\x00\x00\x00"))
	f.Add([]byte("\x00\x00\x00\x10ftypheic\x00\x00\x00\x00\x00\x00\x00\x40meta\x00\x00\x00\x00\x00\x00\x00\x0epitm\x00\x00\x00\x00\x00\x01" +
		"\x00\x00\x00\x26iprp\x00\x00\x00\x1eipco\x00\x00\x00\x14ispe\x00\x00\x00\x00\x7f\xff\xff\xff\x7f\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Read(b, 1<<20)
		if err != nil {
			if !errors.Is(err, ErrBroken) && !errors.Is(err, ErrLarge) {
				t.Errorf("an error of another sort: %v", err)
			}
			return
		}
		if p.Width*p.Height > 1<<20 || p.Turn < 1 || p.Turn > 8 || p.Columns*p.Rows > maxTiles {
			t.Errorf("%+v", p)
		}
	})
}
