package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
)

// apng follows the frames of a PNG that moves: they come in their order, lie within the picture, and each holds as much as it
// says and no more. PNG (Third Edition), 11.3.
type apng struct {
	head   []byte // of the picture
	frames int    // as announced; 0: it stands still

	next   uint32 // number of the next chunk
	begun  int    // frames
	w, h   uint32 // of the one under way
	packed bytes.Buffer
	waits  bool // its data are to come, in chunks of their own
	played int
}

// chunk reads a control or a data chunk; after tells that the picture's own data came before.
func (a *apng) chunk(kind string, data []byte, after bool) error {
	if len(data) < 4 || binary.BigEndian.Uint32(data) != a.next {
		return fmt.Errorf("%w: PNG whose frames are in disorder", ErrBroken)
	}
	a.next++
	data = data[4:]
	if kind == "fdAT" {
		if !a.waits {
			return fmt.Errorf("%w: PNG frame without a head", ErrBroken)
		}
		a.packed.Write(data)
		return nil
	}
	if err := a.finish(); err != nil {
		return err
	}
	if a.begun++; a.begun > a.frames || len(data) != 22 {
		return fmt.Errorf("%w: PNG frame that was not announced", ErrBroken)
	}
	at := func(i int) uint64 { return uint64(binary.BigEndian.Uint32(data[i:])) }
	a.w, a.h = uint32(at(0)), uint32(at(4))
	width, height := uint64(binary.BigEndian.Uint32(a.head)), uint64(binary.BigEndian.Uint32(a.head[4:]))
	if a.w == 0 || a.h == 0 || at(0)+at(8) > width || at(4)+at(12) > height || data[20] > 2 || data[21] > 1 {
		return fmt.Errorf("%w: PNG frame beyond the edge", ErrBroken)
	}
	if a.played += int(a.w) * int(a.h); a.played > maxPlayed {
		return ErrLarge
	}
	a.waits = after // before them, the picture itself is the first frame
	return nil
}

// finish looks at the data of the frame that came last.
func (a *apng) finish() error {
	if !a.waits {
		return nil
	}
	defer a.packed.Reset()
	z, err := zlib.NewReader(bytes.NewReader(a.packed.Bytes()))
	if err != nil {
		return fmt.Errorf("%w: PNG frame: %w", ErrBroken, err)
	}
	channels := map[byte]uint64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[a.head[9]]
	row := (uint64(a.w)*channels*uint64(a.head[8]) + 7) / 8
	most := int64((row+1)*uint64(a.h) + 8*uint64(a.h) + 64) // interlaced rows begin more often
	n, err := io.Copy(io.Discard, io.LimitReader(z, most+1))
	if err != nil || n > most || n < int64(row) {
		return fmt.Errorf("%w: PNG frame of another size than it says", ErrBroken)
	}
	return nil
}

func (a *apng) end() error {
	if err := a.finish(); err != nil {
		return err
	}
	if a.begun != a.frames {
		return fmt.Errorf("%w: PNG of fewer frames than it says", ErrBroken)
	}
	return nil
}
