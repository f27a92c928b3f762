package pages

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"net/http"
	"sync"
)

// Accounts without a picture point clients here; apps know the name "missing.png".
const (
	missingAvatar = "/avatars/original/missing.png"
	missingHeader = "/headers/original/missing.png"
)

var (
	paper = color.RGBA{0xDC, 0xEA, 0xF3, 0xFF} // --accent-soft
	ink   = color.RGBA{0x8F, 0xB3, 0xCB, 0xFF}
)

// missing draws the two pictures, once, when they are first asked for.
var missing = sync.OnceValue(func() map[string][]byte {
	encode := func(img image.Image) []byte {
		var b bytes.Buffer
		_ = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img) // a buffer does not fail
		return b.Bytes()
	}
	const side = 400
	avatar := image.NewPaletted(image.Rect(0, 0, side, side), shades(paper, ink))
	for y := range side {
		for x := range side {
			head := math.Hypot(float64(x)-200, float64(y)-160) - 68
			shoulders := math.Hypot((float64(x)-200)/1.15, float64(y)-400) - 130
			avatar.SetColorIndex(x, y, cover(min(head, shoulders)))
		}
	}
	header := image.NewPaletted(image.Rect(0, 0, 1500, 500), color.Palette{paper})
	return map[string][]byte{missingAvatar: encode(avatar), missingHeader: encode(header)}
})

// shades are sixteen steps between two colours, for smooth edges.
func shades(from, to color.RGBA) color.Palette {
	p := make(color.Palette, 16)
	for i := range p {
		mix := func(a, b uint8) uint8 { return uint8((int(a)*(15-i) + int(b)*i) / 15) }
		p[i] = color.RGBA{mix(from.R, to.R), mix(from.G, to.G), mix(from.B, to.B), 0xFF}
	}
	return p
}

// cover is how much of a pixel lies inside a shape, from its distance to the edge (negative: inside).
func cover(distance float64) uint8 { return uint8(15 * max(0, min(1, 0.5-distance))) }

func (s *Service) serveMissing(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path != missingAvatar && r.URL.Path != missingHeader {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", "image/png")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=86400")
	h.Set("Access-Control-Allow-Origin", "*")
	if r.Method != http.MethodHead {
		_, _ = w.Write(missing()[r.URL.Path])
	}
	return true
}
