package mastodon

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"skein/internal/kit/film"
)

// films gives the town the programs for films.
func (w *town) films() {
	w.t.Helper()
	tools, err := film.Find(w.t.Context(), w.t.TempDir())
	if errors.Is(err, film.ErrAbsent) {
		w.t.Fatal("ffmpeg is not installed here: make tools-test installs it")
	}
	w.must(err)
	w.api.Media.Films = tools
}

// clip makes a film by ffmpeg itself.
func clip(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	cmd := exec.CommandContext(t.Context(), "ffmpeg", append(append([]string{"-v", "error", "-nostdin"}, args...), path)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make %s: %v: %s", name, err, out)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func moving(t *testing.T) []byte {
	t.Helper()
	g := &gif.GIF{}
	for i := range 4 {
		m := image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.Black, color.White})
		m.SetColorIndex(i*9, i*7, 1)
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, 20)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// at follows a path of names and numbers into an answer.
func (r result) at(t testing.TB, path string) any {
	t.Helper()
	var v any
	r.json(t, &v)
	for name := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[name]
		case []any:
			i, _ := strconv.Atoi(name)
			if v = nil; i < len(in) {
				v = in[i]
			}
		default:
			return nil
		}
	}
	return v
}

func (r result) text(t testing.TB, path string) string {
	t.Helper()
	s, _ := r.at(t, path).(string)
	return s
}

func (w *town) workFilms() {
	w.t.Helper()
	for {
		did, err := w.api.Media.WorkFilm(w.t.Context())
		w.must(err)
		if !did {
			return
		}
	}
}

func TestFilmsAreMadeInTheirOwnTime(t *testing.T) {
	w := newTown(t)
	w.films()
	ann := w.token(w.site, w.person(w.site, "ann"))
	bob := w.token(w.site, w.person(w.site, "bob"))
	mp4 := clip(t, "a.mp4", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=24:duration=1", "-f", "lavfi", "-i", "sine=duration=1", "-c:v", "libx264",
		"-pix_fmt", "yuv420p", "-c:a", "aac")
	r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": mp4}, map[string]string{"description": "bars"})
	if r.status != 202 || r.text(t, "type") != "video" || r.at(t, "url") != nil || r.text(t, "description") != "bars" {
		t.Fatalf("a film is sent: %d %s", r.status, r.body)
	}
	id := r.text(t, "id")
	if r := w.get("/api/v1/media/"+id, ann); r.status != 206 || r.at(t, "url") != nil {
		t.Errorf("while it is worked on: %d %s", r.status, r.body)
	}
	if r := w.get("/api/v1/media/"+id, bob); r.status != 404 {
		t.Errorf("somebody else's: %d", r.status)
	}
	r = w.ask(w.site, "POST", "/api/v1/statuses", ann, url.Values{"status": {"look"}, "media_ids[]": {id}})
	if r.status != 422 || !strings.Contains(string(r.body), "Cannot attach files that have not finished processing. Try again in a moment!") {
		t.Errorf("posted too early: %d %s", r.status, r.body)
	}
	if r := w.ask(w.site, "POST", "/api/v1/statuses", ann, url.Values{"status": {"text"}}); r.status != 200 { // T114
		t.Errorf("a text beside it: %d %s", r.status, r.body)
	}
	w.workFilms()
	r = w.get("/api/v1/media/"+id, ann)
	if r.status != 200 || r.text(t, "type") != "video" || !strings.Contains(r.text(t, "url"), ".mp4") || !strings.Contains(r.text(t, "preview_url"), ".jpg") ||
		r.text(t, "blurhash") == "" || r.text(t, "description") != "bars" {
		t.Fatalf("done: %d %s", r.status, r.body)
	}
	for path, want := range map[string]any{
		"meta.original.width": 160.0, "meta.original.height": 120.0, "meta.original.frame_rate": "24/1", "meta.small.width": 160.0,
		"meta.fps": 24.0, "meta.size": "160x120", "meta.audio_encode": "aac", "meta.audio_bitrate": "44100 Hz", "meta.audio_channels": "mono",
	} {
		if got := r.at(t, path); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
	if d, _ := r.at(t, "meta.original.duration").(float64); d < 0.9 || d > 1.2 || !strings.HasPrefix(r.text(t, "meta.length"), "0:00:01.") {
		t.Errorf("it plays for %v: %s", d, r.body)
	}
	if b, _ := r.at(t, "meta.original.bitrate").(float64); b <= 0 {
		t.Errorf("bitrate %v", b)
	}
	r = w.ask(w.site, "POST", "/api/v1/statuses", ann, url.Values{"status": {"look"}, "media_ids[]": {id}})
	if r.status != 200 || r.text(t, "media_attachments.0.type") != "video" || !strings.Contains(r.text(t, "media_attachments.0.url"), "/media/m") {
		t.Errorf("posted: %d %s", r.status, r.body)
	}
}

func TestWhatMovesAndWhatSounds(t *testing.T) {
	w := newTown(t)
	w.films()
	ann := w.token(w.site, w.person(w.site, "ann"))
	wave := clip(t, "a.wav", "-f", "lavfi", "-i", "sine=duration=1")
	for name, send := range map[string]struct {
		file, thumb []byte
		kind, end   string
	}{
		"a picture that moves": {moving(t), nil, "gifv", ".mp4"},
		"a sound":              {wave, photo(t, 60, 40), "audio", ".mp3"},
	} {
		files := map[string][]byte{"file": send.file}
		if send.thumb != nil {
			files["thumbnail"] = send.thumb
		}
		r := w.upload(w.site, "POST", "/api/v2/media", ann, files, nil)
		if r.status != 202 || r.text(t, "type") != send.kind {
			t.Fatalf("%s: %d %s", name, r.status, r.body)
		}
		w.workFilms()
		r = w.get("/api/v1/media/"+r.text(t, "id"), ann)
		if r.status != 200 || r.text(t, "type") != send.kind || !strings.Contains(r.text(t, "url"), send.end) || r.at(t, "meta.original.duration") == nil {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
		if (r.at(t, "preview_url") != nil) != (send.kind == "gifv" || send.thumb != nil) {
			t.Errorf("%s: its picture: %s", name, r.body)
		}
	}
	r := w.get("/api/v2/instance", "")
	if !strings.Contains(string(r.body), `"video/mp4"`) || !strings.Contains(string(r.body), `"audio/mpeg"`) {
		t.Errorf("the instance names no films: %s", r.body)
	}
}

func TestFilmsThatAreNotTaken(t *testing.T) {
	w := newTown(t)
	ann := w.token(w.site, w.person(w.site, "ann"))
	mp4 := "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
	r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": []byte(mp4)}, nil)
	if r.status != 422 || !strings.Contains(string(r.body), "ffmpeg") {
		t.Errorf("without the programs: %d %s", r.status, r.body)
	}
	if r := w.get("/api/v2/instance", ""); strings.Contains(string(r.body), `"video/mp4"`) {
		t.Error("films are named that are not taken")
	}
	if r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": moving(t)}, nil); r.status != 200 || r.text(t, "type") != "image" {
		t.Errorf("a picture that moves stays one: %d %s", r.status, r.body)
	}
	w.films()
	if r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": []byte(mp4)}, nil); r.status != 422 {
		t.Errorf("no film at all: %d %s", r.status, r.body)
	}
	// T106: by its header, before anything is made of it.
	day := clip(t, "day.mp4", "-f", "lavfi", "-i", "color=size=64x64:rate=1/86400:duration=86400", "-c:v", "libx264", "-pix_fmt", "yuv420p")
	if r := w.upload(w.site, "POST", "/api/v1/media", ann, map[string][]byte{"file": day}, nil); r.status != 422 || !strings.Contains(string(r.body), "3 minutes") {
		t.Errorf("a day of film: %d %s", r.status, r.body)
	}
	// What breaks later has failed, and says so.
	c := clip(t, "b.mp4", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=24:duration=1", "-c:v", "mpeg4", "-movflags", "+faststart")
	i := bytes.Index(c, []byte("mdat"))
	for k := i + 8; k < len(c); k++ {
		c[k] = 0xff
	}
	r = w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": c}, nil)
	if r.status == 202 {
		w.workFilms()
		r = w.get("/api/v1/media/"+r.text(t, "id"), ann)
	}
	if r.status != 422 {
		t.Errorf("a broken film: %d %s", r.status, r.body)
	}
}

func TestT114_FilmsTakeTurns(t *testing.T) {
	w := newTown(t)
	w.films()
	ann, bob := w.token(w.site, w.person(w.site, "ann")), w.token(w.site, w.person(w.site, "bob"))
	gif := moving(t)
	var order []string
	send := func(token string) {
		r := w.upload(w.site, "POST", "/api/v2/media", token, map[string][]byte{"file": gif}, nil)
		if r.status != 202 {
			t.Fatalf("%d %s", r.status, r.body)
		}
		order = append(order, r.text(t, "id"))
	}
	send(ann)
	send(ann)
	send(ann)
	send(bob)
	state := func(id, token string) int { return w.get("/api/v1/media/"+id, token).status }
	if _, err := w.api.Media.WorkFilm(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.api.Media.WorkFilm(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Who sent three has one done before the other's only one, not three.
	got := []int{state(order[0], ann), state(order[1], ann), state(order[2], ann), state(order[3], bob)}
	if want := []int{200, 206, 206, 200}; !slices.Equal(got, want) {
		t.Errorf("after two: %v, want %v", got, want)
	}
	for range 17 {
		send(ann)
	}
	for range 2 { // 19 wait
		if r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": gif}, nil); r.status != 202 && r.status != 503 {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	if r := w.upload(w.site, "POST", "/api/v2/media", ann, map[string][]byte{"file": gif}, nil); r.status != 503 {
		t.Errorf("without end: %d %s", r.status, r.body)
	}
}
