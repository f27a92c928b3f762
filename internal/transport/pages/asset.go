package pages

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// assets are the files of the built web app, by the paths under which they are served.
type assets struct {
	files    map[string]*file
	manifest map[string]chunk
}

// file is one file with what its answer needs.
type file struct {
	body, brotli []byte
	mime, sum    string
	forever      bool // its name holds a hash of its content
}

// chunk is an entry of Vite's manifest.
type chunk struct {
	File    string   `json:"file"`
	CSS     []string `json:"css"`
	Assets  []string `json:"assets"`
	Imports []string `json:"imports"`
}

// worker is the app's service worker; offline the page in which it starts the app without a connection.
const (
	worker  = "/sw.js"
	offline = "/shell"
)

// entry is the app's first module in the manifest.
const entry = "src/main.ts"

// loadAssets reads the build. Without one there are no files, and app URLs say so.
func loadAssets(dist fs.FS) (*assets, error) {
	a := &assets{files: map[string]*file{}}
	if text, err := fs.ReadFile(dist, ".vite/manifest.json"); err == nil {
		if err := json.Unmarshal(text, &a.manifest); err != nil {
			return nil, fmt.Errorf("read the web app's manifest: %w", err)
		}
	}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".br") {
			return err
		}
		body, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		f := &file{body: body, mime: mime.TypeByExtension(path.Ext(name)), forever: strings.HasPrefix(name, "assets/")}
		switch path.Ext(name) { // not every machine's table knows these
		case ".js":
			f.mime = "text/javascript; charset=utf-8"
		case ".css":
			f.mime = "text/css; charset=utf-8"
		case ".woff2":
			f.mime = "font/woff2"
		case ".webmanifest":
			f.mime = "application/manifest+json"
		case ".svg":
			f.mime = "image/svg+xml"
		case "":
			return nil
		}
		sum := sha256.Sum256(body)
		f.sum = hex.EncodeToString(sum[:12])
		f.brotli, _ = fs.ReadFile(dist, name+".br")
		a.files["/"+name] = f
		return nil
	})
	return a, err
}

// css and script return the paths of the app's stylesheet and first module, and the modules it needs at once.
func (a *assets) css() []string {
	var out []string
	for _, c := range a.manifest[entry].CSS {
		out = append(out, "/"+c)
	}
	return out
}

// fonts are wanted before the stylesheet is read: they are shown at the first visit only if they are there in time.
// Of the two that the stylesheet names only the chosen one is fetched.
func (a *assets) fonts(chosen string) []string {
	var out []string
	for _, f := range a.manifest[entry].Assets {
		if strings.HasSuffix(f, ".woff2") && chosen != "system" && strings.Contains(f, "hyperlegible") == (chosen == "legible") {
			out = append(out, "/"+f)
		}
	}
	return out
}

func (a *assets) script() string {
	if f := a.manifest[entry].File; f != "" {
		return "/" + f
	}
	return ""
}

// early is what keeps the keys that are pressed before the app is there.
func (a *assets) early() string {
	const name = "/early.js"
	if a.files[name] == nil {
		return ""
	}
	return name
}

func (a *assets) preload(parts ...string) []string {
	seen := map[string]bool{entry: true}
	var out []string
	var add func(name string)
	add = func(name string) {
		c, ok := a.manifest[name]
		if !ok || seen[name] {
			return
		}
		seen[name] = true
		out = append(out, "/"+c.File)
		for _, i := range c.Imports {
			add(i)
		}
	}
	for _, i := range a.manifest[entry].Imports {
		add(i)
	}
	for _, p := range parts {
		add(p)
	}
	return out
}

// serve answers with a file, and tells whether there is one.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) bool {
	f := a.files[r.URL.Path]
	if f == nil {
		return false
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return true
	}
	h := w.Header()
	h.Set("Content-Type", f.mime)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	switch {
	case f.forever:
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	case r.URL.Path == worker: // asked for each time, so that nobody is left with an old app
		h.Set("Cache-Control", "no-cache")
	default:
		h.Set("Cache-Control", "public, max-age=3600")
	}
	body, etag := f.body, `"`+f.sum+`"`
	brotli := f.brotli != nil && acceptsBrotli(r.Header.Get("Accept-Encoding"))
	if brotli {
		// A strong tag stands for one sequence of bytes: RFC 9110 8.8.3.3
		body, etag = f.brotli, `"`+f.sum+`-br"`
	}
	h.Set("ETag", etag)
	if matches(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	if brotli {
		h.Set("Content-Encoding", "br")
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body)
	}
	return true
}

// matches compares as If-None-Match does: a list, and weak tags of proxies are good enough. RFC 9110 13.1.2
func matches(header, etag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == etag {
			return true
		}
	}
	return false
}

func acceptsBrotli(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(name, "br") {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0"
		}
	}
	return false
}
