// Package heif finds the picture in HEIC and AVIF files and hands it out as the bare stream that a decoder of films reads: one
// frame, or one for each tile that it is made of. It follows no reference out of the file, decodes nothing, and takes along
// nothing but what decides how the picture looks. ISO/IEC 23008-12.
package heif

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The media types of the files.
const (
	HEIC = "image/heic"
	AVIF = "image/avif"
)

// SniffLen is how many bytes of a file's beginning tell what it is.
const SniffLen = 64

// Why a file is refused.
var (
	ErrBroken = errors.New("heif: the file is damaged, or more than a plain picture")
	ErrLarge  = errors.New("heif: too large")
)

// Sniff tells the media type by the first bytes of a file, SniffLen at most; empty when it is neither.
func Sniff(head []byte) string {
	if len(head) < 16 || string(head[4:8]) != "ftyp" {
		return ""
	}
	end := min(int(binary.BigEndian.Uint32(head)), len(head))
	own := string(head[8:12])
	for at := 8; at+4 <= end; at += 4 {
		if at == 12 { // the brand's version
			continue
		}
		if own != "mif1" && own != "msf1" && at > 8 {
			break
		}
		switch string(head[at : at+4]) {
		case "avif", "avis":
			return AVIF
		case "heic", "heix", "heim", "heis", "hevc", "hevx":
			return HEIC
		}
	}
	return ""
}

// Picture is what a file shows.
type Picture struct {
	Type          string
	Stream        []byte // HEVC as of its Annex B, or AV1's units with a delimiter before each frame
	Columns, Rows int    // of tiles; each is a frame
	Width, Height int    // as stored, before it is turned
	Turn          int    // orientation as EXIF counts it, 1 to 8
	Profile       []byte // ICC; nil: none
}

// Bounds of what is looked at.
const (
	maxItems   = 4096
	maxTiles   = 1024
	maxProfile = 1 << 20
)

// box is a part of a file.
type box struct {
	kind string
	body []byte
}

// boxes reads the boxes that stand one after the other.
func boxes(b []byte) ([]box, error) {
	var out []box
	for len(b) > 0 {
		if len(b) < 8 {
			return nil, ErrBroken
		}
		n, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
		switch n {
		case 0: // to the end
			n = uint64(len(b))
		case 1:
			if len(b) < 16 {
				return nil, ErrBroken
			}
			n, head = binary.BigEndian.Uint64(b[8:]), 16
		}
		if n < head || n > uint64(len(b)) || len(out) > maxItems {
			return nil, ErrBroken
		}
		out = append(out, box{string(b[4:8]), b[head:n]})
		b = b[n:]
	}
	return out, nil
}

// cursor reads numbers and remembers when there were too few bytes.
type cursor struct {
	b     []byte
	short bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.b) {
		c.short, c.b = true, nil
		return make([]byte, max(min(n, 64), 0))
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

// number reads one of 0 to 8 bytes.
func (c *cursor) number(bytes int) (n uint64) {
	for _, b := range c.take(bytes) {
		n = n<<8 | uint64(b)
	}
	return n
}

// item is one thing in a file: a coded picture, a grid of such, or what does not matter here.
type item struct {
	kind  string
	parts [][2]uint64 // offset and length
	inner bool        // within idat
	props []int       // numbers from 1
	tiles []uint32
}

// file is one whose table of contents was read.
type file struct {
	raw, idat []byte
	items     map[uint32]*item
	props     []box
	primary   uint32
}

// Read finds the picture in a file of at most pixels.
func Read(raw []byte, pixels int) (*Picture, error) {
	f := &file{raw: raw, items: map[uint32]*item{}}
	top, err := boxes(raw)
	if err != nil {
		return nil, err
	}
	if len(top) == 0 || top[0].kind != "ftyp" {
		return nil, ErrBroken
	}
	for _, b := range top {
		if b.kind == "meta" {
			if err := f.meta(b.body); err != nil {
				return nil, err
			}
			return f.picture(pixels)
		}
	}
	return nil, fmt.Errorf("%w: no table of contents", ErrBroken)
}

func (f *file) item(id uint32) *item {
	if f.items[id] == nil {
		f.items[id] = &item{}
	}
	return f.items[id]
}

func (f *file) meta(body []byte) error {
	if len(body) < 4 {
		return ErrBroken
	}
	list, err := boxes(body[4:])
	if err != nil {
		return err
	}
	for _, b := range list {
		c := &cursor{b: b.body}
		switch b.kind {
		case "idat":
			f.idat = b.body
		case "pitm":
			f.primary = uint32(c.number(idSize(c, 1)))
		case "iinf":
			err = f.infos(c)
		case "iloc":
			err = f.places(c)
		case "iref":
			err = f.references(c)
		case "iprp":
			err = f.properties(b.body)
		}
		if err != nil || c.short || len(f.items) > maxItems {
			return errors.Join(ErrBroken, err)
		}
	}
	return nil
}

// idSize reads version and flags of a box, and tells how many bytes an ID takes: four from a version on.
func idSize(c *cursor, from int) int {
	if int(c.number(4)>>24) >= from {
		return 4
	}
	return 2
}

func (f *file) infos(c *cursor) error {
	c.number(idSize(c, 1))
	list, err := boxes(c.b)
	c.b = nil
	if err != nil {
		return err
	}
	for _, b := range list {
		if b.kind != "infe" {
			continue
		}
		e := &cursor{b: b.body}
		version := int(e.number(4) >> 24)
		if version < 2 {
			return ErrBroken
		}
		id := 2
		if version > 2 {
			id = 4
		}
		it := f.item(uint32(e.number(id)))
		e.number(2)
		if it.kind = string(e.take(4)); e.short {
			return ErrBroken
		}
	}
	return nil
}

func (f *file) places(c *cursor) error {
	version := int(c.number(4) >> 24)
	sizes := c.number(2)
	offset, length, base, index := int(sizes>>12), int(sizes>>8&15), int(sizes>>4&15), int(sizes&15)
	if version == 0 {
		index = 0
	}
	id := 2
	if version >= 2 {
		id = 4
	}
	if version > 2 || offset > 8 || length > 8 || base > 8 || index > 8 {
		return ErrBroken
	}
	n := c.number(id)
	for range min(n, maxItems) {
		it := f.item(uint32(c.number(id)))
		if version >= 1 {
			switch c.number(2) & 15 {
			case 0:
			case 1:
				it.inner = true
			default:
				return ErrBroken
			}
		}
		if c.number(2) != 0 { // data in another file
			return ErrBroken
		}
		start := c.number(base)
		for range c.number(2) {
			c.number(index)
			at, long := c.number(offset), c.number(length)
			if c.short {
				return ErrBroken
			}
			it.parts = append(it.parts, [2]uint64{start + at, long})
		}
		if c.short {
			return ErrBroken
		}
	}
	return nil
}

func (f *file) references(c *cursor) error {
	id := idSize(c, 1)
	list, err := boxes(c.b)
	c.b = nil
	if err != nil {
		return err
	}
	for _, b := range list {
		if b.kind != "dimg" {
			continue
		}
		r := &cursor{b: b.body}
		it := f.item(uint32(r.number(id)))
		n := r.number(2)
		if n > maxTiles {
			return ErrLarge
		}
		it.tiles = nil
		for range n {
			it.tiles = append(it.tiles, uint32(r.number(id)))
		}
		if r.short {
			return ErrBroken
		}
	}
	return nil
}

func (f *file) properties(body []byte) error {
	list, err := boxes(body)
	if err != nil {
		return err
	}
	for _, b := range list {
		switch b.kind {
		case "ipco":
			if f.props, err = boxes(b.body); err != nil {
				return err
			}
		case "ipma":
			c := &cursor{b: b.body}
			head := c.number(4)
			id, wide := 2, head&1 == 1
			if head>>24 >= 1 {
				id = 4
			}
			n := c.number(4)
			for range min(n, maxItems) {
				it := f.item(uint32(c.number(id)))
				for range c.number(1) {
					if wide {
						it.props = append(it.props, int(c.number(2)&0x7fff))
					} else {
						it.props = append(it.props, int(c.number(1)&0x7f))
					}
				}
				if c.short {
					return ErrBroken
				}
			}
		}
	}
	return nil
}

// data returns what an item holds.
func (f *file) data(it *item) ([]byte, error) {
	from := f.raw
	if it.inner {
		from = f.idat
	}
	var out []byte
	for _, p := range it.parts {
		if p[1] == 0 && len(it.parts) == 1 && p[0] <= uint64(len(from)) {
			p[1] = uint64(len(from)) - p[0]
		}
		if p[0] > uint64(len(from)) || p[1] > uint64(len(from))-p[0] || uint64(len(out))+p[1] > uint64(len(f.raw)) {
			return nil, ErrBroken
		}
		out = append(out, from[p[0]:p[0]+p[1]]...)
	}
	return out, nil
}

// of returns the first property of a kind that an item has, nil when it has none.
func (f *file) of(it *item, kind string) []byte {
	for _, n := range it.props {
		if n >= 1 && n <= len(f.props) && f.props[n-1].kind == kind {
			return f.props[n-1].body
		}
	}
	return nil
}

// size is the one that an item says it has.
func (f *file) size(it *item) (w, h int) {
	c := &cursor{b: f.of(it, "ispe")}
	c.number(4)
	w, h = int(c.number(4)), int(c.number(4))
	if c.short {
		return 0, 0
	}
	return w, h
}

func (f *file) picture(pixels int) (*Picture, error) {
	it := f.items[f.primary]
	if it == nil {
		return nil, ErrBroken
	}
	p := &Picture{Columns: 1, Rows: 1, Turn: f.turn(it)}
	p.Width, p.Height = f.size(it)
	tiles := []*item{it}
	if it.kind == "grid" {
		raw, err := f.data(it)
		if err != nil {
			return nil, err
		}
		c := &cursor{b: raw}
		c.number(1)
		long := 2
		if c.number(1)&1 == 1 {
			long = 4
		}
		p.Rows, p.Columns = int(c.number(1))+1, int(c.number(1))+1
		p.Width, p.Height = int(c.number(long)), int(c.number(long))
		if c.short || p.Rows*p.Columns != len(it.tiles) || len(it.tiles) > maxTiles {
			return nil, ErrBroken
		}
		tiles = tiles[:0]
		for _, id := range it.tiles {
			if f.items[id] == nil {
				return nil, ErrBroken
			}
			tiles = append(tiles, f.items[id])
		}
	}
	w, h := f.size(tiles[0])
	switch {
	case p.Width < 1 || p.Height < 1 || w < 1 || h < 1 || p.Width > w*p.Columns || p.Height > h*p.Rows:
		return nil, ErrBroken
	case p.Width > 1<<16 || p.Height > 1<<16 || w > 1<<16 || h > 1<<16,
		int64(p.Width)*int64(p.Height) > int64(pixels), int64(w)*int64(p.Columns)*int64(h)*int64(p.Rows) > 2*int64(pixels):
		return nil, ErrLarge
	}
	for _, t := range tiles {
		if tw, th := f.size(t); tw != w || th != h || t.kind != tiles[0].kind {
			return nil, ErrBroken
		}
		raw, err := f.data(t)
		if err != nil {
			return nil, err
		}
		switch t.kind {
		case "hvc1":
			p.Type = HEIC
			p.Stream, err = hevc(p.Stream, f.of(t, "hvcC"), raw)
		case "av01":
			p.Type = AVIF
			p.Stream = append(append(p.Stream, 0x12, 0), raw...) // a temporal delimiter begins each frame
		default:
			err = ErrBroken
		}
		if err != nil {
			return nil, err
		}
	}
	for _, of := range []*item{it, tiles[0]} {
		for _, n := range of.props {
			if n < 1 || n > len(f.props) || f.props[n-1].kind != "colr" || p.Profile != nil {
				continue
			}
			b := f.props[n-1].body
			if len(b) >= 4+128 && len(b) <= maxProfile && (string(b[:4]) == "prof" || string(b[:4]) == "rICC") {
				p.Profile = b[4:]
			}
		}
	}
	return p, nil
}

// hevc appends a coded picture with its parameters, as Annex B of H.265 has it.
func hevc(to, conf, raw []byte) ([]byte, error) {
	if len(conf) < 23 {
		return nil, ErrBroken
	}
	long := int(conf[21]&3) + 1
	c := &cursor{b: conf[23:]}
	begin := []byte{0, 0, 0, 1}
	for range conf[22] {
		c.number(1)
		for range c.number(2) {
			unit := c.take(int(c.number(2)))
			if c.short {
				return nil, ErrBroken
			}
			to = append(append(to, begin...), unit...)
		}
	}
	for c = (&cursor{b: raw}); len(c.b) > 0; {
		unit := c.take(int(min(c.number(long), 1<<31)))
		if c.short {
			return nil, ErrBroken
		}
		to = append(append(to, begin...), unit...)
	}
	return to, nil
}

// turn puts rotation and mirroring together, in their order, into one orientation of EXIF.
func (f *file) turn(it *item) int {
	// An orientation is a flip across the middle, then quarters against the clock.
	flip, quarters := false, 0
	for _, n := range it.props {
		if n < 1 || n > len(f.props) || len(f.props[n-1].body) < 1 {
			continue
		}
		switch b := f.props[n-1].body[0]; f.props[n-1].kind {
		case "irot":
			quarters = (quarters + int(b&3)) & 3
		case "imir":
			// A flip after quarters is the same flip before as many the other way; axis 0 turns it upside down.
			flip, quarters = !flip, (4-quarters)&3
			if b&1 == 0 {
				quarters = (quarters + 2) & 3
			}
		}
	}
	if flip {
		return [4]int{2, 5, 4, 7}[quarters]
	}
	return [4]int{1, 8, 3, 6}[quarters]
}
