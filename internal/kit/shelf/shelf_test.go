package shelf

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func read(t *testing.T, s *Shelf, key string) string {
	t.Helper()
	f, ok := s.Get(key, "gif", "png")
	if !ok {
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil || int64(len(b)) != f.Size {
		t.Errorf("%d bytes of %d: %v", len(b), f.Size, err)
	}
	return f.Kind + " " + string(b)
}

func TestWhatNobodyReadsGoesFirst(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { now = now.Add(2 * time.Hour); return now }
	dir := t.TempDir()
	s := New(dir, 10, clock)
	put := func(name, text string) {
		t.Helper()
		if err := s.Put(Key(name), "png", strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	put("a", "aaaa")
	put("b", "bbbb")
	if got := read(t, s, Key("a")); got != "png aaaa" {
		t.Fatalf("a is %q", got)
	}
	put("c", "cccc") // one has to go, and b was not read
	for name, want := range map[string]string{"a": "png aaaa", "b": "", "c": "png cccc"} {
		if got := read(t, s, Key(name)); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if _, err := os.Stat(s.path(Key("b") + ".png")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
	read(t, s, Key("c"))
	read(t, s, Key("a"))

	// After a restart, and one that was being written when it came.
	if err := os.WriteFile(filepath.Join(dir, "new-1"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	s = New(dir, 7, clock)
	if a, c := read(t, s, Key("a")), read(t, s, Key("c")); a != "png aaaa" || c != "" {
		t.Errorf("after a restart a is %q and c is %q", a, c)
	}
	if _, err := os.Stat(filepath.Join(dir, "new-1")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a file is left: %v", err)
	}
	put("a", "other")
	if got := read(t, s, Key("a")); got != "png other" || s.Bytes() != 5 {
		t.Errorf("replaced: %q, %d bytes", got, s.Bytes())
	}
	if err := s.Put(Key("d"), "png", strings.NewReader("much too large")); !errors.Is(err, ErrLarge) {
		t.Errorf("larger than the shelf: %v", err)
	}
	s.Drop(Key("a"), "gif", "png")
	if got := read(t, s, Key("a")); got != "" || s.Bytes() != 0 {
		t.Errorf("dropped: %q, %d bytes", got, s.Bytes())
	}
}

func TestKeysTellTheirPartsApart(t *testing.T) {
	if Key("1", "2x") == Key("12", "x") {
		t.Error("two things have one key")
	}
}
