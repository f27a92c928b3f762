package picture

import (
	"image"
	"image/draw"
	"math"
)

// shrink makes a picture smaller with a triangle filter (bilinear, as wide as the step, so that nothing is skipped). It reads
// the picture row by row and holds no more than a few rows of the result: a scaler that first makes all rows narrow takes more
// memory than the picture.
func shrink(src image.Image, w, h int) *image.RGBA {
	from := src.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if from.Dx() == w && from.Dy() == h {
		draw.Draw(dst, dst.Rect, src, from.Min, draw.Src)
		return dst
	}
	across, down := taps(from.Dx(), w), taps(from.Dy(), h)
	row := image.NewRGBA(image.Rect(0, 0, from.Dx(), 1))
	narrow := make([]float32, 4*w)
	sums := make([][]float32, h) // of the rows of the result that are under way
	var free [][]float32
	begun := 0
	for y := range from.Dy() {
		draw.Draw(row, row.Rect, src, image.Pt(from.Min.X, from.Min.Y+y), draw.Src)
		for x, t := range across {
			var r, g, b, a float32
			px := row.Pix[4*t.from:]
			for i, k := range t.weight {
				p := px[4*i : 4*i+4 : 4*i+4]
				r += k * float32(p[0])
				g += k * float32(p[1])
				b += k * float32(p[2])
				a += k * float32(p[3])
			}
			n := narrow[4*x : 4*x+4 : 4*x+4]
			n[0], n[1], n[2], n[3] = r, g, b, a
		}
		for j := begun; j < h && down[j].from <= y; j++ {
			t := down[j]
			if sums[j] == nil {
				if n := len(free); n > 0 {
					sums[j], free = free[n-1], free[:n-1]
					clear(sums[j])
				} else {
					sums[j] = make([]float32, 4*w)
				}
			}
			k := t.weight[y-t.from]
			for i, v := range narrow {
				sums[j][i] += k * v
			}
			if y == t.from+len(t.weight)-1 {
				pix := dst.Pix[j*dst.Stride:]
				for i, v := range sums[j] {
					pix[i] = uint8(min(v+0.5, 255))
				}
				free, sums[j] = append(free, sums[j]), nil
				begun = j + 1
			}
		}
	}
	return dst
}

// tap is what one pixel of the result is made of: the weights of the pixels that begin at from.
type tap struct {
	from   int
	weight []float32
}

// taps are the weights along one edge that goes from n to m pixels.
func taps(n, m int) []tap {
	step := max(float64(n)/float64(m), 1)
	out := make([]tap, m)
	for i := range out {
		centre := (float64(i)+0.5)*float64(n)/float64(m) - 0.5
		lo, hi := max(int(math.Ceil(centre-step)), 0), min(int(math.Floor(centre+step)), n-1)
		weight := make([]float32, 0, hi-lo+1)
		sum := 0.0
		for s := lo; s <= hi; s++ {
			k := max(1-math.Abs(float64(s)-centre)/step, 0)
			weight = append(weight, float32(k))
			sum += k
		}
		for j := range weight {
			weight[j] /= float32(sum)
		}
		out[i] = tap{lo, weight}
	}
	return out
}

// upright turns a picture as EXIF's orientation says.
func upright(src *image.RGBA, turn int) *image.RGBA {
	if turn <= 1 || turn > 8 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	if turn >= 5 {
		w, h = h, w
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := x, y
			switch turn {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, w-1-x
			case 7:
				sx, sy = h-1-y, w-1-x
			case 8:
				sx, sy = h-1-y, x
			}
			copy(dst.Pix[dst.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):][:4])
		}
	}
	return dst
}

// Fill makes a copy of exactly w by h, or smaller in the same shape when the picture is: upright, cut to its middle. Of an
// animation it is the first frame.
func (p *Picture) Fill(w, h int) (*Copy, error) {
	b := p.still.Bounds()
	tall := p.turn >= 5 // what is stored lies on its side
	if tall {
		w, h = h, w
	}
	// The largest part of the picture that has the shape.
	cw, ch := b.Dx(), max(1, b.Dx()*h/w)
	if ch > b.Dy() {
		cw, ch = max(1, b.Dy()*w/h), b.Dy()
	}
	x, y := b.Min.X+(b.Dx()-cw)/2, b.Min.Y+(b.Dy()-ch)/2
	part := cut{p.still, image.Rect(x, y, x+cw, y+ch)}
	if cw < w {
		w, h = cw, ch
	}
	return encoded(upright(shrink(part, w, h), p.turn), p.profile)
}

// cut is a part of a picture.
type cut struct {
	image.Image
	part image.Rectangle
}

func (c cut) Bounds() image.Rectangle { return c.part }
