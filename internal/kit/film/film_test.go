package film

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tools returns the programs, over an empty folder that must be empty again at the end.
func tools(t *testing.T) *Tools {
	t.Helper()
	dir := t.TempDir()
	tool, err := Find(t.Context(), dir)
	if errors.Is(err, ErrAbsent) {
		t.Fatal("ffmpeg is not installed here: make tools-test installs it")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%d work folders are left behind", len(left))
		}
	})
	return tool
}

// sample makes a file by ffmpeg itself.
func sample(t *testing.T, name string, args ...string) []byte {
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

func open(t *testing.T, tool *Tools, b []byte) *Clip {
	t.Helper()
	c, err := tool.Open(t.Context(), bytes.NewReader(b), 100<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

const (
	picture = "testsrc=size=160x120:rate=24:duration=1"
	tone    = "sine=frequency=440:duration=1"
)

func TestFilmsBecomeWhatEveryBrowserPlays(t *testing.T) {
	tool := tools(t)
	for _, from := range []struct {
		name string
		args []string
		fit  bool
		w, h int
	}{
		{"fit.mp4", []string{"-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"}, true, 160, 120},
		{"444.mp4", []string{"-c:v", "libx264", "-pix_fmt", "yuv444p", "-c:a", "aac"}, false, 160, 120},
		{"vp8.webm", []string{"-c:v", "libvpx", "-c:a", "libvorbis"}, false, 160, 120},
		{"theora.ogv", []string{"-c:v", "libtheora", "-c:a", "libvorbis"}, false, 160, 120},
		{"odd.mov", []string{"-c:v", "mpeg4", "-c:a", "aac", "-vf", "scale=159:121,setsar=1"}, false, 160, 122},
		{"large.mp4", []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-vf", "scale=1440:2560,setsar=1,fps=4"}, false, 1080, 1920},
		{"wmv.asf", []string{"-c:v", "wmv2", "-c:a", "wmav2"}, false, 160, 120},
	} {
		t.Run(from.name, func(t *testing.T) {
			c := open(t, tool, sample(t, from.name, append([]string{"-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone}, from.args...)...))
			if c.Fit() != from.fit {
				t.Errorf("fit: %v, want %v: %+v", c.Fit(), from.fit, c.Info)
			}
			m, err := c.Film(t.Context(), 10<<20)
			if err != nil {
				t.Fatal(err)
			}
			if m.Video != "h264" || m.pixels != "yuv420p" || m.Audio != "aac" || m.Width != from.w || m.Height != from.h {
				t.Errorf("got %+v", m.Info)
			}
			if m.Seconds < 0.9 || m.Seconds > 1.3 || m.FPS < 3 || m.FPS > 25 || m.Bitrate <= 0 {
				t.Errorf("got %+v", m.Info)
			}
			b, err := os.ReadFile(m.Path)
			if err != nil {
				t.Fatal(err)
			}
			if i, k := bytes.Index(b, []byte("moov")), bytes.Index(b, []byte("mdat")); i < 0 || i > k {
				t.Errorf("the index stands at %d, after what it is of at %d", i, k)
			}
			still, err := c.Still(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if b, err := os.ReadFile(still); err != nil || !bytes.HasPrefix(b, []byte{0xff, 0xd8, 0xff}) {
				t.Errorf("the still is no JPEG: %v", err)
			}
		})
	}
}

func TestTurnedFilmsStandUpright(t *testing.T) {
	tool := tools(t)
	plain := sample(t, "plain.mp4", "-f", "lavfi", "-i", picture, "-c:v", "libx264", "-pix_fmt", "yuv420p")
	path := filepath.Join(t.TempDir(), "plain.mp4")
	if err := os.WriteFile(path, plain, 0o600); err != nil {
		t.Fatal(err)
	}
	c := open(t, tool, sample(t, "turned.mp4", "-i", path, "-c", "copy", "-metadata:s:v:0", "rotate=90"))
	if c.Width != 120 || c.Height != 160 || c.Audio != "" {
		t.Errorf("got %+v", c.Info)
	}
	m, err := c.Film(t.Context(), 10<<20)
	if err != nil {
		t.Fatal(err)
	}
	if m.Width != 120 || m.Height != 160 {
		t.Errorf("came out as %d by %d", m.Width, m.Height)
	}
}

func TestMovingPicturesBecomeSilentFilms(t *testing.T) {
	tool := tools(t)
	c := open(t, tool, sample(t, "a.gif", "-f", "lavfi", "-i", "testsrc=size=101x75:rate=10:duration=2"))
	if c.Seconds < 1.8 || c.Seconds > 2.2 {
		t.Errorf("plays for %f seconds", c.Seconds)
	}
	m, err := c.Film(t.Context(), 10<<20)
	if err != nil {
		t.Fatal(err)
	}
	if m.Video != "h264" || m.Audio != "" || m.Width != 102 || m.Height != 76 || m.Type != "video/mp4" {
		t.Errorf("got %+v", m)
	}
}

func TestSounds(t *testing.T) {
	tool := tools(t)
	for _, from := range []struct {
		name, kind string
		args       []string
	}{
		{"a.wav", "audio/mpeg", nil},
		{"a.flac", "audio/mpeg", nil},
		{"a.mp3", "audio/mpeg", nil},
		{"a.ogg", "audio/mpeg", []string{"-c:a", "libvorbis"}},
		{"a.m4a", "audio/mp4", nil},
		{"a.aac", "audio/mpeg", nil},
		{"a.webm", "audio/mpeg", []string{"-c:a", "libopus"}},
	} {
		t.Run(from.name, func(t *testing.T) {
			c := open(t, tool, sample(t, from.name, append([]string{"-f", "lavfi", "-i", tone, "-metadata", "title=a secret title"}, from.args...)...))
			if c.Moving() {
				t.Errorf("a film: %+v", c.Info)
			}
			m, err := c.Sound(t.Context(), 10<<20)
			if err != nil {
				t.Fatal(err)
			}
			if m.Type != from.kind || m.Seconds < 0.9 || m.Seconds > 1.3 || m.Bitrate <= 0 {
				t.Errorf("got %+v", m)
			}
			if b, _ := os.ReadFile(m.Path); bytes.Contains(b, []byte("a secret title")) {
				t.Error("the title is still in it")
			}
			if _, err := c.Still(t.Context()); !errors.Is(err, ErrBad) {
				t.Errorf("a picture of a sound without one: %v", err)
			}
		})
	}
	cover := filepath.Join(t.TempDir(), "cover.jpg")
	if err := os.WriteFile(cover, sample(t, "cover.jpg", "-f", "lavfi", "-i", "testsrc=size=64x64", "-frames:v", "1"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := open(t, tool, sample(t, "covered.mp3", "-f", "lavfi", "-i", tone, "-i", cover, "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"))
	if c.Moving() || !c.Cover {
		t.Errorf("got %+v", c.Info)
	}
	if _, err := c.Still(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestT108_FilmsBearNoPlacesAndNames(t *testing.T) {
	tool := tools(t)
	for _, as := range []struct {
		name, codec string
	}{{"kept.mp4", "libx264"}, {"kept.mov", "libx264"}, {"made.mov", "mpeg4"}} {
		b := sample(t, as.name, "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone, "-c:v", as.codec, "-pix_fmt", "yuv420p", "-c:a", "aac",
			"-movflags", "use_metadata_tags",
			"-metadata", "location=+48.1371+011.5754/", "-metadata", "location-eng=+48.1371+011.5754/",
			"-metadata", "com.apple.quicktime.location.ISO6709=+48.1371+011.5754/", "-metadata", "com.apple.quicktime.model=Pocket 9",
			"-metadata", "creation_time=2026-05-01T10:11:12Z", "-metadata:s:v", "handler_name=Anna's pocket", "-metadata:s:a", "title=Anna at home")
		secrets := []string{"48.1371", "Pocket 9", "Anna", "Lavf", "x264"}
		if !bytes.Contains(b, []byte("48.1371")) || !bytes.Contains(b, []byte("Anna")) {
			t.Fatal("the sample holds no secrets")
		}
		c := open(t, tool, b)
		m, err := c.Film(t.Context(), 10<<20)
		if err != nil {
			t.Fatal(err)
		}
		out, err := os.ReadFile(m.Path)
		if err != nil {
			t.Fatal(err)
		}
		if !c.Fit() {
			secrets = secrets[:4] // the encoder's own name is no secret
		}
		for _, s := range secrets {
			if bytes.Contains(out, []byte(s)) {
				t.Errorf("%s: %q is still in it", as.name, s)
			}
		}
		boxes(t, out, func(name string, body []byte) {
			switch name {
			case "udta":
				if !bytes.HasSuffix(body, []byte("\x00\x00\x00\x08ilst")) || len(body) > 60 {
					t.Errorf("%s: notes: %q", as.name, body)
				}
			case "meta", "uuid", "XMP_", "loci", "tref":
				t.Errorf("%s: a box %q of %d bytes", as.name, name, len(body))
			case "mvhd", "tkhd", "mdhd":
				if made := binary.BigEndian.Uint32(body[4:8]); made != 0 {
					t.Errorf("%s: %s says that it was made at %d", as.name, name, made)
				}
			}
		})
	}
}

// boxes walks through the boxes of an MP4 file.
func boxes(t *testing.T, b []byte, see func(name string, body []byte)) {
	t.Helper()
	for len(b) >= 8 {
		n := int(binary.BigEndian.Uint32(b))
		if n < 8 || n > len(b) {
			t.Fatalf("a box %q of %d bytes", b[4:8], n)
		}
		name, body := string(b[4:8]), b[8:n]
		see(name, body)
		switch name {
		case "moov", "trak", "mdia", "minf", "stbl", "edts", "dinf":
			boxes(t, body, see)
		}
		b = b[n:]
	}
}

// The files of T106: each is refused, in time, and nothing of it is followed.
func TestT106_DecodersAreNoWayIn(t *testing.T) {
	tool := tools(t)
	secret := filepath.Join(t.TempDir(), "secret.mp4")
	clip := sample(t, "secret.mp4", "-f", "lavfi", "-i", picture, "-c:v", "libx264", "-pix_fmt", "yuv420p")
	if err := os.WriteFile(secret, clip, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"a list of files":           "ffconcat version 1.0\nfile '" + secret + "'\n",
		"an address as a list":      "concat:" + secret + "|" + secret,
		"a playlist":                "#EXTM3U\n#EXTINF:1,\nfile://" + secret + "\n#EXT-X-ENDLIST\n",
		"MVG":                       "push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 'ephemeral:" + secret + "'\npop graphic-context\n",
		"PostScript":                "%!PS\n(" + secret + ") (r) file\nshowpage\n",
		"SVG":                       `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="file://` + secret + `"/></svg>`,
		"a session":                 "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 5004 RTP/AVP 96\n",
		"nothing":                   "",
		"an MP4 of its name":        "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + "ffconcat version 1.0\nfile '" + secret + "'\n",
		"an ID3 tag and a playlist": "ID3\x04\x00\x00\x00\x00\x00\x00#EXTM3U\nfile://" + secret,
	} {
		if c, err := tool.Open(t.Context(), strings.NewReader(file), 1<<20); !errors.Is(err, ErrBad) {
			t.Errorf("%s: err = %v", name, err)
			if err == nil {
				c.Close()
			}
		}
	}
	if _, err := tool.Open(t.Context(), bytes.NewReader(clip), int64(len(clip)-1)); !errors.Is(err, ErrLarge) {
		t.Errorf("a file over its bound: %v", err)
	}
}

func TestT106_FilmsThatAreLargerThanTheyLook(t *testing.T) {
	tool := tools(t)
	t.Run("one picture for a day", func(t *testing.T) {
		c := open(t, tool, sample(t, "day.mp4", "-f", "lavfi", "-i", "color=size=64x64:rate=1/86400:duration=86400", "-c:v", "libx264", "-pix_fmt", "yuv420p"))
		if c.Seconds < 86000 { // who took it in can refuse it by that
			t.Errorf("plays for %f seconds", c.Seconds)
		}
	})
	t.Run("a header that says it is short", func(t *testing.T) {
		b := sample(t, "long.mp4", "-f", "lavfi", "-i", "color=size=64x64:rate=1:duration=600", "-c:v", "libx264", "-pix_fmt", "yuv420p")
		c := open(t, tool, b)
		c.Seconds = 3
		m, err := c.Film(t.Context(), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if m.Seconds > 10 {
			t.Errorf("came out %f seconds long", m.Seconds)
		}
	})
	t.Run("a thousand million samples", func(t *testing.T) {
		b := sample(t, "samples.mp4", "-f", "lavfi", "-i", picture, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart")
		i := bytes.Index(b, []byte("stsz"))
		binary.BigEndian.PutUint32(b[i+8:], 4) // all of one size, so that no table need follow
		binary.BigEndian.PutUint32(b[i+12:], 1_000_000_000)
		if i = bytes.Index(b, []byte("stts")); binary.BigEndian.Uint32(b[i+8:]) == 1 {
			binary.BigEndian.PutUint32(b[i+12:], 1_000_000_000)
		}
		refused(t, tool, b)
	})
	t.Run("an index of four gigabytes", func(t *testing.T) {
		b := sample(t, "moov.mp4", "-f", "lavfi", "-i", picture, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart")
		i := bytes.Index(b, []byte("stsd"))
		binary.BigEndian.PutUint32(b[i-4:], 0xfffffff0)
		refused(t, tool, b)
	})
	t.Run("a picture of a hundred million pixels", func(t *testing.T) {
		b := sample(t, "wide.gif", "-f", "lavfi", "-i", "testsrc=size=16x16:rate=5:duration=1")
		binary.LittleEndian.PutUint16(b[6:], 60000)
		binary.LittleEndian.PutUint16(b[8:], 60000)
		refused(t, tool, b)
	})
}

// refused takes a file in and makes a film of it; both may fail, neither may take long or go wrong otherwise.
func refused(t *testing.T, tool *Tools, b []byte) {
	t.Helper()
	began := time.Now()
	c, err := tool.Open(t.Context(), bytes.NewReader(b), 100<<20)
	if err == nil {
		defer c.Close()
		_, err = c.Film(t.Context(), 10<<20)
	}
	if err != nil && !errors.Is(err, ErrBad) {
		t.Errorf("err = %v", err)
	}
	if spent := time.Since(began); spent > probeTime {
		t.Errorf("it took %s", spent)
	}
}

func TestT106_ProgramsAreBounded(t *testing.T) {
	tool := tools(t)
	dir := t.TempDir()
	for name, c := range map[string]struct {
		bounds bounds
		script string
	}{
		"time":      {bounds{200 * time.Millisecond, 1 << 20}, "sleep 60"},
		"children":  {bounds{200 * time.Millisecond, 1 << 20}, "sleep 60 & sleep 60"},
		"processor": {bounds{time.Second, 1 << 20}, "while :; do :; done"},
		"output":    {bounds{20 * time.Second, 1 << 20}, "head -c 50000000 /dev/zero > out; test $(wc -c < out) = 50000000"},
		"saying":    {bounds{20 * time.Second, 1 << 20}, "head -c 5000000 /dev/zero"},
		"memory":    {bounds{20 * time.Second, 1 << 20}, "dd if=/dev/zero of=/dev/null bs=4000000000 count=1"},
		"failure":   {bounds{20 * time.Second, 1 << 20}, "exit 3"},
	} {
		began := time.Now()
		_, err := tool.run(t.Context(), dir, c.bounds, "/bin/sh", "-c", c.script)
		if !errors.Is(err, ErrBad) {
			t.Errorf("%s: err = %v", name, err)
		}
		if spent := time.Since(began); spent > 15*time.Second {
			t.Errorf("%s: it took %s", name, spent)
		}
	}
	t.Setenv("SKEIN_SECRET", "a secret")
	out, err := tool.run(t.Context(), dir, bounds{20 * time.Second, 1 << 20}, "/bin/sh", "-c", "env; ls /proc/self/fd 2>/dev/null | wc -w; ls")
	if err != nil || strings.Contains(string(out), "SKEIN_SECRET") {
		t.Errorf("it sees %q, %v", out, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tool.run(gone, dir, bounds{time.Second, 1 << 20}, "/bin/sh", "-c", "exit 0"); errors.Is(err, ErrBad) || err == nil {
		t.Errorf("when we stop, the file is not at fault: %v", err)
	}
}

func TestSniffKnowsOnlyWhatIsTaken(t *testing.T) {
	for head, want := range map[string]bool{
		"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00": true,
		"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00": false,
		"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00": false,
		"\x1aE\xdf\xa3\x01\x00":                    true,
		"RIFF\x00\x00\x00\x00WAVEfmt ":             true,
		"RIFF\x00\x00\x00\x00WEBPVP8 ":             false,
		"RIFF\x00\x00\x00\x00AVI LIST":             false,
		"GIF89a":                                   false, // a picture, until it moves
		"\xff\xd8\xff\xe0":                         false,
		"\x89PNG\r\n\x1a\n":                        false,
		"\xff\xfb\x90\x64":                         true,
		"#EXTM3U\n":                                false,
		"":                                         false,
	} {
		if got := Sniff([]byte(head)) != ""; got != want {
			t.Errorf("%q: %v, want %v", head, got, want)
		}
	}
}
