package mastodon

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func isoBox(kind string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8)), kind...), body...)
}

func be(size int, n ...int) (out []byte) {
	for _, v := range n {
		for i := size - 1; i >= 0; i-- {
			out = append(out, byte(v>>(8*i)))
		}
	}
	return out
}

// heic is a picture as telephones make them: four tiles, cut at the edges, to be turned by a quarter against the clock. Its
// bytes are those of ffmpeg's encoder, in boxes of our own.
func heic(t *testing.T, width, height int) []byte {
	t.Helper()
	raw := clip(t, "a.hevc", "-f", "lavfi", "-i", "color=black:size=64x64:rate=1:duration=4", "-vf", "geq=lum='60+40*N':cb=128:cr=128",
		"-c:v", "libx265", "-x265-params", "keyint=1:info=0:log-level=none", "-pix_fmt", "yuv420p", "-f", "hevc")
	var sets [3][]byte
	var tiles [][]byte
	for _, nal := range bytes.Split(bytes.ReplaceAll(raw, []byte{0, 0, 0, 1}, []byte{0, 0, 1}), []byte{0, 0, 1}) {
		if len(nal) < 3 {
			continue
		}
		switch kind := nal[0] >> 1 & 63; {
		case kind >= 32 && kind <= 34:
			sets[kind-32] = nal
		case kind < 32:
			tiles = append(tiles, append(be(4, len(nal)), nal...))
		}
	}
	if len(tiles) != 4 {
		t.Fatalf("%d tiles", len(tiles))
	}
	conf := append(make([]byte, 21), 3, 3)
	conf[0] = 1
	for i, nal := range sets {
		conf = append(conf, byte(32+i))
		conf = append(append(conf, be(2, 1, len(nal))...), nal...)
	}
	grid := append([]byte{0, 0, 1, 1}, be(2, width, height)...)
	ispe := func(w, h int) []byte { return isoBox("ispe", be(4, 0, w, h)) }
	meta := func(data int) []byte {
		infos, places, links := be(4, 0), be(4, 1<<24), [][]byte{be(4, 0)}
		infos, places = append(infos, be(2, 5)...), append(append(places, 0x44, 0x00), be(2, 5)...)
		links = append(links, isoBox("dimg", be(2, 5, 4, 1, 2, 3, 4)))
		at := data
		for i := range 5 {
			kind, part := "hvc1", grid
			if i < 4 {
				part = tiles[i]
			} else {
				kind = "grid"
			}
			infos = append(infos, isoBox("infe", be(4, 2<<24), be(2, i+1, 0), []byte(kind+"\x00"))...)
			places = append(append(places, be(2, i+1, 0, 0, 1)...), be(4, at, len(part))...)
			at += len(part)
		}
		of := append(be(4, 0, 5), 0, 1, 2, 1, 2, 0, 2, 2, 1, 2, 0, 3, 2, 1, 2, 0, 4, 2, 1, 2, 0, 5, 2, 3, 4)
		return isoBox("meta", be(4, 0), isoBox("pitm", be(4, 0), be(2, 5)), isoBox("iinf", infos), isoBox("iloc", places),
			isoBox("iref", links...), isoBox("iprp", isoBox("ipco", isoBox("hvcC", conf), ispe(64, 64), ispe(width, height), isoBox("irot", []byte{1})), isoBox("ipma", of)))
	}
	head := isoBox("ftyp", []byte("mif1\x00\x00\x00\x00mif1heic"))
	exif := isoBox("free", []byte("SECRET-PLACE"))
	data := len(head) + len(meta(0)) + len(exif) + 8
	return bytes.Join([][]byte{head, meta(data), exif, isoBox("mdat", append(slices.Clone(tiles), grid)...)}, nil)
}

// light tells how light a picture is at four places: top left, top right, below left, below right.
func light(t *testing.T, b []byte) (out [4]int, size image.Point) {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	size = m.Bounds().Size()
	for i := range out {
		at := image.Pt(size.X/4+i%2*size.X/2, size.Y/4+i/2*size.Y/2)
		out[i] = int(color.GrayModel.Convert(m.At(at.X, at.Y)).(color.Gray).Y)
	}
	return out, size
}

func near(got, want [4]int) bool {
	for i := range got {
		if max(got[i]-want[i], want[i]-got[i]) > 6 {
			return false
		}
	}
	return true
}

// Telephones' pictures become what every browser shows, upright; what the instance names is what it takes.
func TestPicturesOfTelephones(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	named := func() string { return string(w.get("/api/v2/instance", "").body) }
	phone := heic(t, 120, 100)
	avif := clip(t, "a.avif", "-f", "lavfi", "-i", "color=gray:size=64x48:rate=1:duration=1", "-frames:v", "1", "-c:v", "libaom-av1", "-cpu-used", "8",
		"-still-picture", "1", "-pix_fmt", "yuv420p")
	send := func(file []byte) result {
		return w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": file}, map[string]string{"description": "a garden", "focus": "0.5,0"})
	}
	for _, file := range [][]byte{phone, avif} {
		if r := send(file); r.status != 422 || !strings.Contains(string(r.body), "no ffmpeg") {
			t.Errorf("without the programs: %d %s", r.status, r.body)
		}
	}
	if s := named(); strings.Contains(s, "image/heic") || strings.Contains(s, "image/avif") {
		t.Errorf("named and not taken: %s", s)
	}
	w.films()
	if s := named(); !strings.Contains(s, `"image/heic"`) || !strings.Contains(s, `"image/avif"`) {
		t.Errorf("taken and not named: %s", s)
	}
	r := send(phone)
	if r.status != 200 || r.text(t, "type") != "image" || r.text(t, "meta.original.size") != "100x120" || r.text(t, "description") != "a garden" ||
		r.at(t, "meta.focus.x") != 0.5 || !strings.Contains(r.text(t, "url"), ".jpg") {
		t.Fatalf("HEIC: %d %s", r.status, r.body)
	}
	b := w.signed(r.text(t, "url"))
	if got, size := light(t, b); !near(got, [4]int{51, 98, 144, 191}) || size != image.Pt(120, 100) || !bytes.Contains(b, []byte("Exif")) || bytes.Contains(b, []byte("SECRET")) {
		t.Errorf("HEIC: %v %v", got, size)
	}
	if r = send(avif); r.status != 200 || r.text(t, "meta.original.size") != "64x48" {
		t.Errorf("AVIF: %d %s", r.status, r.body)
	}
	r = w.upload(w.site, "PATCH", "/api/v1/profile", ann, map[string][]byte{"avatar": phone}, nil)
	b, kind := w.file(r.text(t, "avatar"))
	if r.status != 200 || kind != "image/jpeg" {
		t.Fatalf("as an avatar: %d %s", r.status, r.body)
	}
	if got, size := light(t, b); !near(got, [4]int{98, 191, 51, 144}) || size != image.Pt(100, 100) {
		t.Errorf("the avatar does not stand upright: %v %v", got, size)
	}
	// T103: by what it says of itself, before anything is decoded.
	for name, file := range map[string][]byte{"large": heic(t, 60000, 60000), "cut": phone[:len(phone)-40], "no picture": isoBox("ftyp", []byte("heic\x00\x00\x00\x00heic"))} {
		if r := send(file); r.status != 422 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}

// signed reads a file by a link that the site signed.
func (w *town) signed(link string) []byte {
	w.t.Helper()
	u, err := url.Parse(link)
	w.must(err)
	if !w.site.IsSigned(u.Path, u.Query().Get("until"), u.Query().Get("sig"), w.db.Now()) {
		w.t.Fatalf("%s is not signed", link)
	}
	f, err := w.api.Media.Open(w.t.Context(), w.site.ID, w.site.FileKey(w.site.URL(u.Path)), true)
	w.must(err)
	defer f.Close()
	b, err := io.ReadAll(f)
	w.must(err)
	return b
}

// apng makes a PNG that moves, of ffmpeg's making.
func movingPNG(t *testing.T) []byte {
	return clip(t, "a.apng", "-f", "lavfi", "-i", "testsrc=size=40x30:rate=5:duration=1", "-plays", "0", "-f", "apng")
}

// A PNG or WebP that moves goes on moving, in posts and profiles; who does not want that has a still.
func TestMovingPicturesKeepMoving(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	webp := clip(t, "a.webp", "-f", "lavfi", "-i", "testsrc=size=40x30:rate=5:duration=1", "-c:v", "libwebp_anim", "-f", "webp")
	for end, file := range map[string][]byte{".png": movingPNG(t), ".webp": webp, ".gif": moving(t)} {
		mark := map[string]string{".png": "acTL", ".webp": "ANMF", ".gif": "NETSCAPE2.0"}[end]
		if end == ".gif" {
			mark = "GIF8"
		}
		r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": file}, nil)
		if r.status != 200 || r.text(t, "type") != "image" {
			t.Fatalf("%s: %d %s", end, r.status, r.body)
		}
		if b := w.signed(r.text(t, "url")); !bytes.Contains(b, []byte(mark)) {
			t.Errorf("%s stands still", end)
		}
		if b := w.signed(r.text(t, "preview_url")); bytes.Contains(b, []byte(mark)) {
			t.Errorf("%s moves in lists", end)
		}
		r = w.upload(w.site, "PATCH", "/api/v1/profile", ann, map[string][]byte{"avatar": file, "header": file}, nil)
		for _, name := range []string{"avatar", "header"} {
			b, _ := w.file(r.text(t, name))
			still, _ := w.file(r.text(t, name+"_static"))
			if !strings.HasSuffix(r.text(t, name), end) || !bytes.Contains(b, []byte(mark)) || bytes.Contains(still, []byte(mark)) || len(still) == 0 {
				t.Errorf("%s as %s: %s", end, name, r.body)
			}
		}
	}
	// Frames that are not what they say are no picture.
	good := movingPNG(t)
	i := bytes.LastIndex(good, []byte("fdAT"))
	for name, bad := range map[string][]byte{
		"in disorder":  append(append(bytes.Clone(good[:i+7]), good[i+7]+1), good[i+8:]...),
		"beyond edges": bytes.ReplaceAll(good, []byte("fcTL\x00\x00\x00\x01"), []byte("fcTL\x00\x00\x00\x01\x00")),
	} {
		if r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": bad}, nil); r.status != 422 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}

// T107, T108: of what real programs and telephones write into files nothing is kept, on any way that files come in.
func TestT107_T108_NothingLeaksFromFiles(t *testing.T) {
	w := newTown(t)
	w.films()
	ann := w.token(w.site, w.person(w.site, "ann"))
	const secret = "SECRET-52.5200N"
	still := []string{"-f", "lavfi", "-i", "testsrc=size=60x40:rate=1:duration=1", "-frames:v", "1", "-metadata", "comment=" + secret, "-metadata", "title=" + secret}
	jpg := clip(t, "a.jpg", still...)
	segment := func(marker byte, s string) []byte {
		return append(append([]byte{0xff, marker}, be(2, len(s)+2)...), s...)
	}
	jpg = bytes.Join([][]byte{jpg[:2], segment(0xe1, "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00"+secret), segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+secret),
		segment(0xed, "Photoshop 3.0\x008BIM\x04\x04\x00\x00"+secret), jpg[2:], []byte(secret)}, nil)
	pic := clip(t, "a.png", still...)
	if !bytes.Contains(pic, []byte(secret)) {
		var b bytes.Buffer
		m, err := png.Decode(bytes.NewReader(pic))
		w.must(err)
		w.must(png.Encode(&b, m))
		pic = append(b.Bytes(), secret...)
	}
	webp := clip(t, "a.webp", still...)
	xmp := isoChunk("XMP ", secret)
	webp = append(append(webp, xmp...), isoChunk("EXIF", "MM\x00*\x00\x00\x00\x08\x00\x00"+secret)...)
	binary.LittleEndian.PutUint32(webp[4:], uint32(len(webp)-8))
	mp4 := clip(t, "a.mp4", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=24:duration=1", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-metadata", "comment="+secret, "-metadata", "title="+secret)
	for name, file := range map[string][]byte{"jpeg": jpg, "png": pic, "webp": webp, "mp4": mp4} {
		if !bytes.Contains(file, []byte(secret)) {
			t.Fatalf("%s holds no secret", name)
		}
		if r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": file}, nil); r.status/100 != 2 {
			t.Fatalf("%s: %d %s", name, r.status, r.body)
		}
		if name == "mp4" {
			continue
		}
		r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": photo(t, 30, 30), "thumbnail": file}, nil)
		if r.status != 200 || strings.Contains(string(r.body), "html") {
			t.Fatalf("%s as a thumbnail: %d %s", name, r.status, r.body)
		}
		if r := w.upload(w.site, "PATCH", "/api/v1/profile", ann, map[string][]byte{"avatar": file, "header": file}, nil); r.status != 200 {
			t.Fatalf("%s in a profile: %d %s", name, r.status, r.body)
		}
	}
	w.workFilms()
	w.calm()
	n := 0
	for _, kind := range []string{"m", "p"} {
		list, err := w.api.Media.Blobs.List(t.Context(), kind, "", 1000)
		w.must(err)
		for _, f := range list {
			in, err := w.api.Media.Blobs.Open(t.Context(), f.Key)
			w.must(err)
			b, err := io.ReadAll(in)
			w.must(err)
			in.Close()
			n++
			for _, bad := range []string{secret, "adobe", "Photoshop", "file.html"} {
				if bytes.Contains(b, []byte(bad)) {
					t.Errorf("%s holds %q", f.Key, bad)
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("%d files were looked at", n)
	}
}

func isoChunk(kind, body string) []byte {
	if len(body)%2 == 1 {
		body += "\x00"
	}
	return append(append([]byte(kind), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...), body...)
}

// An edit of a post may give its files another picture for lists (mastodon-api.md 3.5): its author alone, and only for its own.
func TestEditsChangeThumbnails(t *testing.T) {
	w := newTown(t)
	ann, bob := w.token(w.site, w.person(w.site, "ann")), w.token(w.site, w.person(w.site, "bob"))
	id := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": photo(t, 300, 200)}, nil).text(t, "id")
	post := w.do(200, "POST", "/api/v1/statuses", ann, `{"status":"look","media_ids":["`+id+`"]}`)["id"].(string)
	before := w.get("/api/v1/statuses/"+post, "").text(t, "media_attachments.0.preview_url")
	edit := func(token string, file []byte) result {
		return w.upload(w.site, "PUT", "/api/v1/statuses/"+post, token, map[string][]byte{"media_attributes[][thumbnail]": file},
			map[string]string{"status": "look", "media_ids[]": id, "media_attributes[][id]": id})
	}
	count := func() int {
		list, err := w.api.Media.Blobs.List(t.Context(), "m", "", 1000)
		w.must(err)
		return len(list)
	}
	files := count()
	if r := edit(bob, photo(t, 90, 90)); r.status != 404 {
		t.Errorf("another's post: %d %s", r.status, r.body)
	}
	if r := edit(ann, []byte("GIF89a")); r.status != 422 {
		t.Errorf("no picture: %d %s", r.status, r.body)
	}
	if n := count(); n != files {
		t.Errorf("%d files, and before %d", n, files)
	}
	r := edit(ann, photo(t, 90, 80))
	after := r.text(t, "media_attachments.0.preview_url")
	if r.status != 200 || after == before || r.text(t, "media_attachments.0.meta.small.size") != "90x80" || r.at(t, "edited_at") == nil {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for _, url := range []string{before, after} { // the history shows the first
		if b, kind := w.file(url); kind != "image/jpeg" || len(b) == 0 {
			t.Errorf("%s: %s", url, kind)
		}
	}
	w.do(200, "DELETE", "/api/v1/statuses/"+post+"?delete_media=true", ann, nil)
	w.calm()
	if n := count(); n != 0 {
		t.Errorf("%d files are left", n)
	}
}
