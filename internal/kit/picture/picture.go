// Package picture makes pictures of strangers fit to be kept and shown: it tells what a file is by its content, looks at its
// size before anything is decoded, rebuilds it from the segments that its format needs, so that whatever else was in it is
// gone, decodes it once as proof, and makes smaller copies. It knows JPEG, PNG, GIF and WebP.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"
)

// The media types that are understood.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
	GIF  = "image/gif"
	WebP = "image/webp"
)

// Types are all of them.
func Types() []string { return []string{JPEG, PNG, GIF, WebP} }

// Limits bound what is decoded; they are kept by what headers say, before it is (T103).
type Limits struct {
	Pixels  int // of one picture
	Decoded int // bytes that the decoder would take
	Frames  int // of an animation
}

// Why a file is refused.
var (
	ErrType   = errors.New("picture: no picture of a known type")
	ErrBroken = errors.New("picture: the file is damaged")
	ErrLarge  = errors.New("picture: too large to decode")
)

// Sniff tells the media type by the first bytes of a file, twelve at least; empty when it is none that is known. What a file
// is called, or is said to be, does not count.
func Sniff(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xFF\xD8\xFF")):
		return JPEG
	case bytes.HasPrefix(head, []byte(pngHeader)):
		return PNG
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return GIF
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return WebP
	}
	return ""
}

// Picture is a file that was found to be a picture, and rebuilt.
type Picture struct {
	Type          string
	Data          []byte // the file anew: its pixels bit for bit, its colour profile and its orientation, nothing else
	Width, Height int    // as it is shown, upright
	Frames        int    // 1: it stands still

	turn    int    // orientation as EXIF counts it, 1 to 8
	profile []byte // ICC, of colours in RGB; nil: none
	still   image.Image
}

// rebuilt is what the reader of one format found.
type rebuilt struct {
	data          []byte
	width, height int // as stored
	frames        int
	turn          int
	profile       []byte
	first         []byte // what the first frame is decoded from; nil: data
}

// Read rebuilds a picture and decodes it, which takes time and memory as its limits allow: callers let few do so at once.
func Read(raw []byte, l Limits) (*Picture, error) {
	kind := Sniff(raw)
	var r *rebuilt
	var err error
	switch kind {
	case JPEG:
		r, err = rebuildJPEG(raw, l)
	case PNG:
		r, err = rebuildPNG(raw, l)
	case GIF:
		r, err = rebuildGIF(raw, l)
	case WebP:
		r, err = rebuildWebP(raw, l)
	default:
		return nil, ErrType
	}
	if err != nil {
		return nil, err
	}
	p := &Picture{Type: kind, Data: r.data, Width: r.width, Height: r.height, Frames: max(r.frames, 1), turn: max(r.turn, 1), profile: r.profile}
	if r.first == nil {
		r.first = r.data
	}
	if p.still, err = decode(kind, r.first); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if b := p.still.Bounds(); kind != GIF && (b.Dx() != r.width || b.Dy() != r.height) {
		return nil, fmt.Errorf("%w: its size is another than it says", ErrBroken)
	}
	if p.turn >= 5 {
		p.Width, p.Height = p.Height, p.Width
	}
	return p, nil
}

func decode(kind string, data []byte) (image.Image, error) {
	in := bytes.NewReader(data)
	switch kind {
	case JPEG:
		return jpeg.Decode(in)
	case PNG:
		return png.Decode(in)
	case GIF:
		return gif.Decode(in)
	}
	return webp.Decode(in)
}

// fits keeps the limits for a picture of so many pixels, each of which takes some bytes when it is decoded. What is not
// there at all is damaged.
func (l Limits) fits(width, height int, each float64) error {
	if width < 1 || height < 1 {
		return fmt.Errorf("%w: it is empty", ErrBroken)
	}
	if n := int64(width) * int64(height); n > int64(l.Pixels) || float64(n)*each > float64(l.Decoded) {
		return ErrLarge
	}
	return nil
}

// Copy is a smaller version of a picture.
type Copy struct {
	Type          string
	Data          []byte
	Width, Height int
}

// quality is that of JPEG copies.
const quality = 90

// Shrink makes a copy whose longer edge is no longer than edge: upright, in JPEG, or in PNG when something is transparent.
// Of an animation it is the first frame. hash is the blurhash of the picture.
func (p *Picture) Shrink(edge int) (c *Copy, hash string, err error) {
	b := p.still.Bounds()
	w, h := fit(b.Dx(), b.Dy(), edge)
	small := upright(shrink(p.still, w, h), p.turn)
	c, err = encoded(small, p.profile)
	return c, blurhash(small), err
}

// encoded is a copy as a file: JPEG, or PNG when something is transparent.
func encoded(small *image.RGBA, profile []byte) (*Copy, error) {
	var out bytes.Buffer
	c := &Copy{Type: JPEG, Width: small.Rect.Dx(), Height: small.Rect.Dy()}
	if small.Opaque() {
		if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		c.Data = withProfileJPEG(out.Bytes(), profile)
		return c, nil
	}
	c.Type = PNG
	if err := png.Encode(&out, small); err != nil {
		return nil, err
	}
	c.Data = withProfilePNG(out.Bytes(), profile)
	return c, nil
}

// fit returns the size of a picture whose longer edge becomes edge, if it is longer now.
func fit(w, h, edge int) (int, int) {
	switch {
	case w <= edge && h <= edge:
		return w, h
	case w >= h:
		return edge, max(1, (h*edge+w/2)/w)
	}
	return max(1, (w*edge+h/2)/h), edge
}

// maxProfile is the largest colour profile that is kept.
const maxProfile = 1 << 20

// usable tells whether a colour profile is one of RGB colours, which copies are in.
func usable(profile []byte) bool {
	return len(profile) >= 128 && len(profile) <= maxProfile && string(profile[16:20]) == "RGB " && string(profile[36:40]) == "acsp"
}
