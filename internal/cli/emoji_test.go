package cli

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEmojiOfASite(t *testing.T) {
	data, from := t.TempDir(), t.TempDir()
	run := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := command(t, append(args, "--data", data)...)
		if code != want {
			t.Fatalf("skein %s: %d %s%s", strings.Join(args, " "), code, out, errs)
		}
		return out + errs
	}
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 32, 32))); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"cat.png": b.String(), "blob-dog.png": b.String(), "x.png": b.String(), "page.png": "<html>", ".hidden.png": b.String(), "note.txt": "no"} {
		if err := os.WriteFile(filepath.Join(from, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(0, "site", "add", "--url", "https://elm.example")
	site := []string{"--site", "elm.example"}
	run(0, append([]string{"emoji", "add", "party", filepath.Join(from, "cat.png"), "--category", "Joy"}, site...)...)
	if out := run(0, append([]string{"emoji", "import", from}, site...)...); !strings.Contains(out, "2 added, 0 were there already, 2 not taken") {
		t.Errorf("import: %s", out) // one letter is too short for a code, and a page is no picture
	}
	if out := run(0, append([]string{"emoji", "import", from}, site...)...); !strings.Contains(out, "0 added, 2 were there already") {
		t.Errorf("again: %s", out)
	}
	out := run(0, append([]string{"emoji", "list", "--json"}, site...)...)
	for _, want := range []string{`"code":"party","category":"Joy"`, `"code":"blob_dog"`, `"code":"cat"`, `"url":"https://elm.example/media/p`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
	files := func() int {
		n := 0
		_ = filepath.WalkDir(filepath.Join(data, "media"), func(_ string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				n++
			}
			return nil
		})
		return n
	}
	if n := files(); n != 3 {
		t.Errorf("%d files of 3 emoji", n)
	}
	run(0, append([]string{"emoji", "remove", ":cat:"}, site...)...)
	if out := run(1, append([]string{"emoji", "remove", "cat"}, site...)...); !strings.Contains(out, "no emoji") {
		t.Errorf("twice: %s", out)
	}
	if out := run(1, append([]string{"emoji", "add", "a b", filepath.Join(from, "cat.png")}, site...)...); !strings.Contains(out, "letters, digits") {
		t.Errorf("a code with a blank: %s", out)
	}
}
