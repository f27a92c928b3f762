package blob

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func disk(t *testing.T) (*Disk, string) {
	t.Helper()
	root := filepath.Join(t.TempDir(), "files")
	d, err := NewDisk(root, false)
	if err != nil {
		t.Fatal(err)
	}
	return d, root
}

func TestFilesComeBack(t *testing.T) {
	d, _ := disk(t)
	key := NewKey('m')
	if err := d.Put(t.Context(), key, strings.NewReader("hello"), 5); err != nil {
		t.Fatal(err)
	}
	f, err := d.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Seek(1, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(f)
	if string(rest) != "ello" || err != nil || f.Size() != 5 || f.ModTime().IsZero() {
		t.Errorf("%q %v %d", rest, err, f.Size())
	}
	if err := d.Put(t.Context(), NewKey('m'), strings.NewReader("hell"), 5); err == nil {
		t.Error("half a file is kept")
	}
	if err := d.Delete(t.Context(), key, key); err != nil {
		t.Error(err)
	}
	if _, err := d.Open(t.Context(), key); !errors.Is(err, ErrNotFound) {
		t.Errorf("gone: %v", err)
	}
	if list, _ := os.ReadDir(d.tmp()); len(list) != 0 {
		t.Errorf("left over: %v", list)
	}
}

func TestListGoesOn(t *testing.T) {
	d, _ := disk(t)
	for range 20 {
		for _, kind := range []byte("am") {
			if err := d.Put(t.Context(), NewKey(kind), strings.NewReader("x"), 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	seen, after := 0, ""
	for {
		list, err := d.List(t.Context(), "m", after, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range list {
			if i.Key <= after || i.Key[0] != 'm' || i.Size != 1 {
				t.Fatalf("%v after %s", i, after)
			}
			after = i.Key
			seen++
		}
		if len(list) < 7 {
			break
		}
	}
	if seen != 20 {
		t.Errorf("%d of 20", seen)
	}
}

func TestTidyRemovesWhatIsHalfWritten(t *testing.T) {
	d, _ := disk(t)
	f, err := d.Temp()
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	if err := d.Tidy(time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(f.Name()); err != nil {
		t.Error("what is written now is removed")
	}
	if err := d.Tidy(time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(f.Name()); err == nil {
		t.Error("what was left stays")
	}
}

// Nothing but a key of our own becomes part of a path.
func TestT107_NoNameReachesAPath(t *testing.T) {
	d, root := disk(t)
	outside := filepath.Join(filepath.Dir(root), "secret")
	if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../secret", "..", "/etc/passwd", `C:\x`, "a\x00b", strings.Repeat("a", 5000), "-rf", ".htaccess", "tmp",
		"../../../../../../secret", "mAAAAAAAAAAAAAAAAAAAAAAAAAA", "m\u202egpj.exe.aaaaaaaaaaaaaaa", "maaaaaaaaaaaaaaaaaaaaaaaa/a", ""} {
		if IsKey(name) {
			t.Errorf("%q is a key", name)
		}
		if _, err := d.Open(t.Context(), name); !errors.Is(err, ErrNotFound) {
			t.Errorf("open %q: %v", name, err)
		}
		if err := d.Put(t.Context(), name, strings.NewReader("x"), 1); !errors.Is(err, ErrKey) {
			t.Errorf("put %q: %v", name, err)
		}
		if err := d.Delete(t.Context(), name); !errors.Is(err, ErrKey) {
			t.Errorf("delete %q: %v", name, err)
		}
	}
	if b, _ := os.ReadFile(outside); string(b) != "x" {
		t.Error("what lies outside is changed")
	}
	if k := NewKey('m'); !IsKey(k) || k == NewKey('m') {
		t.Errorf("key %q", k)
	}
}
