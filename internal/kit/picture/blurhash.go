package picture

import (
	"image"
	"math"
)

// blurhash is a picture as a short text, from which its colours can be drawn while it loads. https://blurha.sh
func blurhash(src *image.RGBA) string {
	// A few hundred pixels say all that some waves can.
	w, h := fit(src.Rect.Dx(), src.Rect.Dy(), 32)
	small := shrink(src, w, h)
	nx, ny := 4, 3
	if h > w {
		nx, ny = 3, 4
	}
	pixels := make([][3]float64, w*h)
	for y := range h {
		for x := range w {
			p := small.Pix[small.PixOffset(x, y):][:4]
			white := float64(255 - p[3]) // what is transparent lies on white
			for c := range 3 {
				pixels[y*w+x][c] = linear(min(float64(p[c])+white, 255))
			}
		}
	}
	factors := make([][3]float64, 0, nx*ny)
	most := 0.0
	for j := range ny {
		for i := range nx {
			var f [3]float64
			for y := range h {
				wave := math.Cos(math.Pi * float64(j) * (float64(y) + 0.5) / float64(h))
				for x := range w {
					k := wave * math.Cos(math.Pi*float64(i)*(float64(x)+0.5)/float64(w))
					p := pixels[y*w+x]
					for c := range 3 {
						f[c] += k * p[c]
					}
				}
			}
			scale := 2 / float64(w*h)
			if i == 0 && j == 0 {
				scale /= 2
			}
			for c := range 3 {
				f[c] *= scale
				if i+j > 0 {
					most = max(most, math.Abs(f[c]))
				}
			}
			factors = append(factors, f)
		}
	}
	step := max(0, min(82, int(math.Floor(most*166-0.5))))
	most = float64(step+1) / 166
	out := make([]byte, 0, 4+2*len(factors))
	out = base83(out, (nx-1)+(ny-1)*9, 1)
	out = base83(out, step, 1)
	dc := factors[0]
	out = base83(out, gamma(dc[0])<<16|gamma(dc[1])<<8|gamma(dc[2]), 4)
	for _, f := range factors[1:] {
		n := 0
		for c := range 3 {
			v := math.Copysign(math.Sqrt(math.Abs(f[c]/most)), f[c])
			n = n*19 + max(0, min(18, int(math.Floor(v*9+9.5))))
		}
		out = base83(out, n, 2)
	}
	return string(out)
}

const digits83 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"

func base83(out []byte, n, length int) []byte {
	at := len(out)
	for range length {
		out = append(out, 0)
	}
	for i := length - 1; i >= 0; i-- {
		out[at+i] = digits83[n%83]
		n /= 83
	}
	return out
}

func linear(v float64) float64 {
	if v /= 255; v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func gamma(v float64) int {
	v = max(0, min(1, v))
	if v <= 0.0031308 {
		return int(v*12.92*255 + 0.5)
	}
	return int((1.055*math.Pow(v, 1/2.4)-0.055)*255 + 0.5)
}
