package picture

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"strings"
	"testing"
)

var usual = Limits{Pixels: 33_177_600, Decoded: 200 << 20, Frames: 600}

// tinyWebP is a lossless picture of one pixel.
var tinyWebP, _ = base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")

func scene(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{uint8(x * 255 / w), uint8(y * 255 / h), uint8((x ^ y) & 64), 255})
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t testing.TB, frames int) []byte {
	g := &gif.GIF{}
	for i := range frames {
		m := image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.Black, color.White, color.RGBA{200, 0, 0, 255}})
		m.Pix[i%len(m.Pix)] = 2
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, 7)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const secret = "SECRET-52.5200N-13.4050E"

// exif is a block in little-endian TIFF form: a turn, and what nobody is to see.
func exif(turn byte) []byte {
	b := []byte{'I', 'I', '*', 0, 8, 0, 0, 0, 2, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, turn, 0, 0, 0, 0x0E, 0x01, 2, 0, byte(len(secret)), 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0}
	return append(b, secret...)
}

func segment(marker byte, payload string) []byte {
	var b bytes.Buffer
	segmentJPEG(&b, marker, []byte(payload))
	return b.Bytes()
}

func chunk(kind, data string) []byte {
	var b bytes.Buffer
	chunkPNG(&b, kind, []byte(data))
	return b.Bytes()
}

// profile is a colour profile as far as anybody looks at it here.
func profile() []byte {
	icc := make([]byte, 200)
	copy(icc[16:], "RGB ")
	copy(icc[36:], "acsp")
	return icc
}

// dirty are pictures with all that may hide in them.
func dirty(t testing.TB) map[string][]byte {
	tail := "PK\x03\x04<script>" + secret + "</script>"
	j := asJPEG(t, scene(60, 40))
	j = bytes.Join([][]byte{j[:2], segment(0xE0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01"+secret), segment(0xE1, exifName+string(exif(6))),
		segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00"+secret), segment(0xE2, "MPF\x00"+secret), profileJPEG(profile()),
		segment(0xED, "Photoshop 3.0\x00"+secret), segment(0xFE, "<html>"+secret), j[2:], []byte(tail)}, nil)
	p := asPNG(t, scene(60, 40))
	head := len(pngHeader) + 25
	p = bytes.Join([][]byte{p[:head], profilePNG(profile()), chunk("tEXt", "Comment\x00"+secret), chunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+secret),
		chunk("eXIf", string(exif(3))), chunk("tIME", "\x07\xEA\x01\x01\x01\x01\x01"), chunk("prVt", secret), p[head:], []byte(tail)}, nil)
	g := asGIF(t, 3)
	body := 13
	if g[10]&0x80 != 0 {
		body += 3 << (g[10]&7 + 1)
	}
	hidden := "!\xFE" + string(rune(len(secret))) + secret + "\x00" + "!\xFF\x0BXMP DataXMP" + string(rune(len(secret))) + secret + "\x00"
	g = bytes.Join([][]byte{g[:body], []byte(hidden), g[body:], []byte(tail)}, nil)
	var w bytes.Buffer
	w.WriteString("RIFF\x00\x00\x00\x00WEBP")
	putWebP(&w, "VP8X", []byte{webpExif | 4 | webpProfile, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	putWebP(&w, "ICCP", profile())
	w.Write(tinyWebP[12:])
	putWebP(&w, "EXIF", exif(6))
	putWebP(&w, "XMP ", []byte(secret))
	putWebP(&w, "ABCD", []byte(secret))
	binary.LittleEndian.PutUint32(w.Bytes()[4:], uint32(w.Len()-8))
	w.WriteString(tail)
	return map[string][]byte{JPEG: j, PNG: p, GIF: g, WebP: w.Bytes()}
}

// What is kept is the picture: every pixel of it, its colours and how it is to be turned, and nothing else, in the original
// and in the copy.
func TestT105_T108_OnlyThePictureIsKept(t *testing.T) {
	for kind, raw := range dirty(t) {
		p, err := Read(raw, usual)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		small, hash, err := p.Shrink(20)
		if err != nil {
			t.Fatal(err)
		}
		for what, data := range map[string][]byte{"original": p.Data, "copy": small.Data} {
			for _, bad := range []string{secret, "adobe", "XMP", "MPF", "Photoshop", "script", "tIME", "PK\x03"} {
				if bytes.Contains(data, []byte(bad)) {
					t.Errorf("%s: the %s holds %q", kind, what, bad)
				}
			}
			if got := Sniff(data); what == "original" && got != kind || got == "" {
				t.Errorf("%s: the %s is %q", kind, what, got)
			}
		}
		before, err := decode(kind, raw)
		if err != nil {
			t.Fatal(err)
		}
		after, err := decode(kind, p.Data)
		if err != nil {
			t.Fatal(err)
		}
		if !samePixels(before, after) {
			t.Errorf("%s: other pixels", kind)
		}
		if kind != GIF && (!bytes.Contains(p.Data, turned(p.turn)) || p.profile == nil) {
			t.Errorf("%s: turn %d, profile %d: the way to see it is lost", kind, p.turn, len(p.profile))
		}
		if len(hash) < 6 {
			t.Errorf("%s: blurhash %q", kind, hash)
		}
		again, err := Read(p.Data, usual)
		if err != nil || !bytes.Equal(again.Data, p.Data) {
			t.Errorf("%s: rebuilt again it is another: %v", kind, err)
		}
		if want := map[string]int{JPEG: 40, PNG: 60, GIF: 40, WebP: 1}[kind]; p.Width != want { // the JPEG stands upright
			t.Errorf("%s: %d wide, want %d", kind, p.Width, want)
		}
		if kind == GIF && p.Frames != 3 {
			t.Errorf("%d frames", p.Frames)
		}
	}
}

func samePixels(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r, g, bl, al := a.At(x, y).RGBA()
			r2, g2, b2, al2 := b.At(x, y).RGBA()
			if r != r2 || g != g2 || bl != b2 || al != al2 {
				return false
			}
		}
	}
	return true
}

// bombs are small files that would be huge.
func bombs(t testing.TB) map[string][]byte {
	ihdr := func(w, h uint32, depth, colour, interlace byte) []byte {
		d := make([]byte, 13)
		binary.BigEndian.PutUint32(d, w)
		binary.BigEndian.PutUint32(d[4:], h)
		d[8], d[9], d[12] = depth, colour, interlace
		return append([]byte(pngHeader), append(chunk("IHDR", string(d)), append(chunk("IDAT", "x"), chunk("IEND", "")...)...)...)
	}
	frame := func(marker byte, w, h uint16, hv byte) []byte {
		p := []byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), 3, 1, hv, 0, 2, 0x11, 0, 3, 0x11, 0}
		return append([]byte("\xFF\xD8"), append(segment(marker, string(p)), segment(0xDA, "\x03\x01\x00\x02\x11\x03\x11\x00\x3F\x00")...)...)
	}
	p := asPNG(t, scene(4, 4))
	head := len(pngHeader) + 25
	g := []byte("GIF89a\xFF\xFF\xFF\xFF\x00\x00\x00")
	var w bytes.Buffer
	w.WriteString("RIFF\x00\x00\x00\x00WEBP")
	putWebP(&w, "VP8X", []byte{0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})
	w.Write(tinyWebP[12:])
	binary.LittleEndian.PutUint32(w.Bytes()[4:], uint32(w.Len()-8))
	// A small canvas, and a picture within of 16384 x 16384.
	inner := bytes.Clone(tinyWebP)
	copy(inner[21:], []byte{0xFF, 0xFF, 0xFF, 0x0F})
	return map[string][]byte{
		"PNG 50000x50000":     ihdr(50_000, 50_000, 8, 2, 0),
		"PNG of 2^31":         ihdr(1<<31-1, 1, 8, 2, 0),
		"PNG, 16 bits":        ihdr(6000, 5500, 16, 6, 0),
		"PNG, interlaced":     ihdr(6000, 5900, 8, 6, 1),
		"APNG, 100000 frames": bytes.Join([][]byte{p[:head], chunk("acTL", "\x00\x01\x86\xA0\x00\x00\x00\x00"), p[head:]}, nil),
		"JPEG 65535x65535":    frame(0xC0, 65535, 65535, 0x11),
		"JPEG, progressive":   frame(0xC2, 6000, 5000, 0x11),
		"GIF 65535x65535":     g,
		"GIF, 601 frames":     asGIF(t, 601),
		"WebP canvas":         w.Bytes(),
		"WebP within":         inner,
	}
}

// The header decides, before anything is decoded: no bomb takes memory.
func TestT103_PixelBombs(t *testing.T) {
	for name, raw := range bombs(t) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Read(raw, usual)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrLarge) {
			t.Errorf("%s: %v", name, err)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20+8*uint64(len(raw)) {
			t.Errorf("%s took %d bytes", name, n)
		}
	}
	// A JPEG of scans without end costs no more than some.
	j := asJPEG(t, scene(60, 40))
	at := bytes.Index(j, []byte("\xFF\xDA"))
	many := append(bytes.Clone(j[:len(j)-2]), bytes.Repeat(j[at:len(j)-2], 200)...)
	if _, err := Read(append(many, 0xFF, 0xD9), usual); !errors.Is(err, ErrBroken) {
		t.Errorf("scans: %v", err)
	}
}

// What is no picture is none, whatever it is called and however it begins.
func TestT104_T105_WhatIsNoPicture(t *testing.T) {
	svg := `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	j := asJPEG(t, scene(8, 8))
	for name, raw := range map[string]string{
		"SVG": svg, "SVG with a declaration": "<?xml version=\"1.0\"?>" + svg, "packed SVG": "\x1f\x8b\x08" + svg, "HTML": "<html>", "PDF": "%PDF-1.7", "JSON": `{"type":"Note"}`,
		"PostScript": "%!PS", "nothing": "", "a JPEG's first bytes": "\xFF\xD8\xFF" + svg, "half a JPEG": string(j[:len(j)/2]),
		"a GIF's first bytes": "GIF89a" + svg, "a PNG's first bytes": pngHeader + svg, "a WebP's first bytes": "RIFF\x10\x00\x00\x00WEBP" + svg,
	} {
		if p, err := Read([]byte(raw), usual); err == nil {
			t.Errorf("%s is taken for %s", name, p.Type)
		}
	}
}

// The copy looks like the picture, upright: its corners have the colours of the corners.
func TestCopiesStandUpright(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 300, 200))
	for y := range 200 {
		for x := range 300 {
			m.Set(x, y, color.RGBA{uint8(x / 150 * 255), uint8(y / 100 * 255), 0, 255})
		}
	}
	plain := asJPEG(t, m)
	corner := func(turn int) string { // the corners of what is shown, from the upper left on as one reads
		p, err := Read(append(append(bytes.Clone(plain[:2]), segment(0xE1, exifName+string(exif(byte(turn))))...), plain[2:]...), usual)
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := p.Shrink(100)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decode(c.Type, c.Data)
		if err != nil {
			t.Fatal(err)
		}
		if got.Bounds().Dx() != c.Width || got.Bounds().Dy() != c.Height || (c.Width > c.Height) != (p.Width > p.Height) || max(c.Width, c.Height) != 100 {
			t.Errorf("turn %d: %v for %dx%d", turn, got.Bounds(), p.Width, p.Height)
		}
		var s strings.Builder
		for _, at := range [][2]int{{4, 4}, {c.Width - 5, 4}, {4, c.Height - 5}, {c.Width - 5, c.Height - 5}} {
			r, g, _, _ := got.At(at[0], at[1]).RGBA()
			s.WriteByte("ABCD"[r>>15+g>>15*2])
		}
		return s.String()
	}
	for turn, want := range map[int]string{1: "ABCD", 2: "BADC", 3: "DCBA", 4: "CDAB", 5: "ACBD", 6: "CADB", 7: "DBCA", 8: "BDAC"} {
		if got := corner(turn); got != want {
			t.Errorf("turn %d: %s, want %s", turn, got, want)
		}
	}
}

// What is transparent stays so.
func TestCopiesKeepWhatIsTransparent(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 200, 200))
	for i := range 200 * 100 {
		copy(m.Pix[4*i:], []byte{255, 0, 0, 255})
	}
	p, err := Read(asPNG(t, m), usual)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := p.Shrink(50)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode(c.Type, c.Data)
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, above := got.At(25, 5).RGBA()
	_, _, _, below := got.At(25, 45).RGBA()
	if c.Type != PNG || above != 0xFFFF || below != 0 {
		t.Errorf("%s: %x above, %x below", c.Type, above, below)
	}
}

// The hash of one colour is known.
func TestBlurhash(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	if got := blurhash(m); !strings.HasPrefix(got, "L0") || len(got) != 28 {
		t.Errorf("white: %s", got)
	}
	dc := 0
	for _, c := range blurhash(m)[2:6] {
		dc = dc*83 + strings.IndexRune(digits83, c)
	}
	if dc != 0xFFFFFF {
		t.Errorf("the colour of white is %06x", dc)
	}
}

// FuzzRead: nothing that anybody sends breaks the readers, and what they keep they would keep again (T115).
func FuzzRead(f *testing.F) {
	for _, raw := range dirty(f) {
		f.Add(raw)
	}
	for _, raw := range bombs(f) {
		if len(raw) < 1<<12 {
			f.Add(raw)
		}
	}
	small := Limits{Pixels: 1 << 16, Decoded: 1 << 20, Frames: 8}
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Read(raw, small)
		if err != nil {
			return
		}
		if Sniff(p.Data) != p.Type {
			t.Fatalf("a %s became %s", p.Type, Sniff(p.Data))
		}
		again, err := Read(p.Data, small)
		if err != nil || !bytes.Equal(again.Data, p.Data) {
			t.Fatalf("a %s rebuilt again is another: %v", p.Type, err)
		}
		if _, _, err := p.Shrink(16); err != nil {
			t.Fatal(err)
		}
	})
}

// TestT115_ReadersTakeWhatIsBroken runs the readers over every picture cut off and changed at every place.
func TestT115_ReadersTakeWhatIsBroken(t *testing.T) {
	small := Limits{Pixels: 1 << 16, Decoded: 1 << 20, Frames: 8}
	for kind, raw := range dirty(t) {
		step := max(1, len(raw)/400)
		for i := 0; i < len(raw); i += step {
			_, _ = Read(raw[:i], small)
			bent := bytes.Clone(raw)
			bent[i] ^= 0xFF
			p, err := Read(bent, small)
			if err == nil && bytes.Contains(p.Data, []byte(secret)) {
				t.Errorf("%s bent at %d keeps what is hidden", kind, i)
			}
		}
	}
}
