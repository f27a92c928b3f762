package seal

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestSealedForOnePlaceAndKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	box, err := File(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info, err)
	}
	again, err := File(path)
	if err != nil {
		t.Fatal(err)
	}
	sealed := box.Seal([]byte("secret"), "here")
	if got, err := again.Open(sealed, "here"); err != nil || string(got) != "secret" {
		t.Errorf("opened: %q, %v", got, err)
	}
	other, err := File(path + "2")
	if err != nil {
		t.Fatal(err)
	}
	for what, open := range map[string]func() ([]byte, error){
		"elsewhere":   func() ([]byte, error) { return box.Open(sealed, "there") },
		"another key": func() ([]byte, error) { return other.Open(sealed, "here") },
		"cut":         func() ([]byte, error) { return box.Open(sealed[:10], "here") },
	} {
		if got, err := open(); !errors.Is(err, ErrOpen) {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
	if _, err := New(make([]byte, 16)); err == nil {
		t.Error("a short key")
	}
}
