package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// floors, from the top. A package imports floors below its own; skein and kit stand side by side at the bottom.
var floors = map[string]int{"bench": 7, "cli": 6, "fedtest": 6, "server": 5, "transport": 4, "core": 3, "store": 2, "kit": 1, "skein": 1}

// neighbours are the imports within one floor that are allowed all the same, with the reason.
var neighbours = map[string]string{
	"store/storetest store":       "a test helper opens the store it tests",
	"core/moderation core/social": "a report holds only what its reporter may read",
	"cli/docs cli":                "writes down what the command line knows of itself",
}

// TestFloors reads every file's imports itself: a test that runs `go list` would be answered from the test cache when
// only an import changed.
func TestFloors(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		test := strings.HasSuffix(path, "_test.go")
		pkg := filepath.ToSlash(filepath.Dir(path))
		for _, im := range f.Imports {
			to, _ := strconv.Unquote(im.Path.Value)
			to, ours := strings.CutPrefix(to, "skein/internal/")
			if !ours || to == pkg {
				continue
			}
			seen++
			if test && (strings.HasSuffix(to, "storetest") || sameRoom(pkg, to)) {
				continue
			}
			if fault := fault(pkg, to, test); fault != "" {
				t.Errorf("%s imports %s: %s", path, to, fault)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Fatal("no import of our own was found: the test looks in the wrong place")
	}
}

func fault(from, to string, test bool) string {
	if _, ok := neighbours[from+" "+to]; ok || from == "." {
		return ""
	}
	a, b := floor(from), floor(to)
	switch {
	case from == "skein" || strings.HasPrefix(from, "kit/"):
		return "the bottom floor imports nothing of ours"
	case floors[a] == 0 || floors[b] == 0:
		return "a package that stands on no floor"
	case floors[a] == floors[b]:
		return "rooms of one floor do not import each other"
	case floors[a] < floors[b]:
		return "a lower floor imports a higher one"
	}
	_ = test
	return ""
}

func floor(pkg string) string { return strings.Split(pkg, "/")[0] }

// sameRoom: kit/httpsig's tests may use kit/httpsig/..., nothing else.
func sameRoom(from, to string) bool { return strings.HasPrefix(to, from+"/") }

// T09: one client leads out, and it is guarded. Nothing else makes requests or connections of its own; bench drives a
// server on this machine, and mail speaks to the operator's relay.
func TestT09_OneWayOut(t *testing.T) {
	ways := []string{"http.Get(", "http.Post(", "http.Head(", "http.PostForm(", "http.DefaultClient", "http.DefaultTransport", "http.Client{", "http.Transport{", "net.Dial"}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, room := range []string{"kit/fetch", "kit/mail", "bench"} {
			if strings.HasPrefix(filepath.ToSlash(path), room+"/") {
				return nil
			}
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, way := range ways {
			if strings.Contains(string(src), way) {
				t.Errorf("%s uses %s: go out through kit/fetch", path, strings.TrimRight(way, "({"))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
