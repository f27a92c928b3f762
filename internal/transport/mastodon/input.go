package mastodon

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"skein/internal/core/media"
	"skein/internal/skein"
)

// Bounds of what one request may say.
const (
	maxBody   = 1 << 20
	maxValues = 2000 // texts in all
	maxNest   = 6    // a[b][c]...
)

// node is a value as a client gave it, whatever the form was: JSON, a form, parts, or the query.
type node struct {
	kind nodeKind
	text string
	list []*node
	keys map[string]*node
	file *media.Upload // of isFile, where files are taken
}

type nodeKind uint8

const (
	isNull nodeKind = iota
	isText
	isNumber
	isBool // text is "true" or "false"
	isList
	isMap
	isFile
)

func (n *node) get(key string) *node {
	if n == nil || n.kind != isMap {
		return nil
	}
	return n.keys[key]
}

// reader builds the tree of one request.
type reader struct {
	root *node
	left int
	take taker
}

// taker keeps a file that came with a request until the request is answered; nil: files are not looked at.
type taker func(io.Reader) (*media.Upload, error)

// maxFiles is how many files may come with one request.
const maxFiles = 4

var errTooMuch = &badRequest{text: "The request holds too many values."}

// noFiles is what a person reads who sends a picture or a clip.
const noFiles = "Files cannot be sent by this way."

// badRequest is a request that cannot be read at all; it is answered with 400, or 413.
type badRequest struct {
	status int // 0: 400
	text   string
}

func (e *badRequest) Error() string { return e.text }

// readQuery reads the query alone.
func readQuery(r *http.Request, take taker) (*reader, error) {
	in := &reader{root: &node{kind: isMap, keys: map[string]*node{}}, left: maxValues, take: take}
	return in, in.pairs(r.URL.RawQuery)
}

// readInput merges query and body. The body wins: mastodon-api.md 1. How long files may be their taker says.
func readInput(w http.ResponseWriter, r *http.Request, take taker) (*node, error) {
	in, err := readQuery(r, take)
	if err != nil {
		return nil, err
	}
	if r.Body == nil || r.Body == http.NoBody || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return in.root, nil
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return nil, &badRequest{text: "The Content-Type cannot be read."}
	}
	if kind == "multipart/form-data" {
		boundary := params["boundary"]
		if boundary == "" {
			return nil, &badRequest{text: "The Content-Type names no boundary."}
		}
		body := r.Body
		if take == nil {
			body = http.MaxBytesReader(w, body, maxBody)
		}
		return in.root, readable(in.parts(multipart.NewReader(body, boundary)))
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, readable(err)
	}
	if len(raw) == 0 {
		return in.root, nil
	}
	switch {
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		top, err := in.json(raw)
		if err != nil {
			return nil, err
		}
		for k, v := range top.keys {
			in.root.keys[k] = v
		}
		return in.root, nil
	case kind == "application/x-www-form-urlencoded" || kind == "":
		fromBody := reader{root: &node{kind: isMap, keys: map[string]*node{}}, left: in.left}
		if err := fromBody.pairs(string(raw)); err != nil {
			return nil, err
		}
		for k, v := range fromBody.root.keys {
			in.root.keys[k] = v
		}
		return in.root, nil
	}
	return nil, &badRequest{status: http.StatusUnsupportedMediaType, text: "Send JSON or a form."}
}

// readable turns an error of reading into an answer for the client.
func readable(err error) error {
	var long *http.MaxBytesError
	var ours *badRequest
	var known *skein.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.As(err, &long):
		return &badRequest{status: http.StatusRequestEntityTooLarge, text: "The request is too large."}
	case errors.As(err, &ours):
		return ours
	}
	return &badRequest{text: "The request cannot be read."}
}

// pairs reads a form in its order, which decides where elements of a[][b] begin.
func (in *reader) pairs(query string) error {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		if pair == "" {
			continue
		}
		k, v, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(k)
		if err != nil {
			return &badRequest{text: "A parameter is not percent-encoded as it must be."}
		}
		value, err := url.QueryUnescape(v)
		if err != nil {
			return &badRequest{text: "A parameter is not percent-encoded as it must be."}
		}
		if err := in.put(key, &node{kind: isText, text: clean(value)}); err != nil {
			return err
		}
	}
	return nil
}

func (in *reader) parts(mr *multipart.Reader) error {
	files, texts := 0, maxBody // texts are so long together
	for {
		p, err := mr.NextPart()
		if err == io.EOF {
			return nil
		}
		if long := (*http.MaxBytesError)(nil); files > 0 && errors.As(err, &long) {
			return &badRequest{status: http.StatusUnprocessableEntity, text: noFiles}
		}
		if err != nil {
			return err
		}
		n := &node{kind: isText}
		if p.FileName() != "" {
			n.kind = isFile
			if files++; files > maxFiles {
				return errTooMuch
			}
			if in.take != nil { // else the content is not read
				if n.file, err = in.take(p); err != nil {
					return err
				}
			}
		} else {
			raw, err := io.ReadAll(io.LimitReader(p, int64(texts)+1))
			if err != nil {
				return err
			}
			if texts -= len(raw); texts < 0 {
				return &badRequest{status: http.StatusRequestEntityTooLarge, text: "The request is too large."}
			}
			n.text = clean(string(raw))
		}
		if err := in.put(p.FormName(), n); err != nil {
			return err
		}
	}
}

// put sets a[b][][c] to a value.
func (in *reader) put(key string, value *node) error {
	if in.left--; in.left < 0 {
		return errTooMuch
	}
	if key == "" {
		return nil
	}
	name, rest := key, ""
	if i := strings.IndexByte(key, '['); i > 0 {
		name, rest = key[:i], key[i:]
	}
	path := []string{name}
	for rest != "" {
		end := strings.IndexByte(rest, ']')
		if rest[0] != '[' || end < 0 {
			return &badRequest{text: "A parameter's name has brackets that do not match."}
		}
		path = append(path, rest[1:end])
		rest = rest[end+1:]
		if len(path) > maxNest {
			return &badRequest{text: "A parameter's name is nested too deeply."}
		}
	}
	return place(in.root, path, value)
}

func place(at *node, path []string, value *node) error {
	name := path[0]
	if at.kind != isMap {
		return errTwoWays
	}
	if len(path) == 1 {
		at.keys[name] = value
		return nil
	}
	child := at.keys[name]
	if path[1] != "" {
		if child == nil {
			child = &node{kind: isMap, keys: map[string]*node{}}
			at.keys[name] = child
		}
		return place(child, path[1:], value)
	}
	if child == nil {
		child = &node{kind: isList}
		at.keys[name] = child
	}
	if child.kind != isList {
		return errTwoWays
	}
	if len(path) == 2 {
		child.list = append(child.list, value)
		return nil
	}
	// a[][b]: a key that the last element has already begins the next one.
	last := len(child.list) - 1
	if last < 0 || child.list[last].kind != isMap || len(path) == 3 && child.list[last].keys[path[2]] != nil {
		child.list = append(child.list, &node{kind: isMap, keys: map[string]*node{}})
		last++
	}
	return place(child.list[last], path[2:], value)
}

var errTwoWays = &badRequest{text: "A parameter is given both as one value and as several."}

// json reads a document with names spelled exactly and none given twice (T69).
func (in *reader) json(raw []byte) (*node, error) {
	if !utf8.Valid(raw) {
		return nil, &badRequest{text: "The JSON is not UTF-8."}
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	top, err := in.jsonValue(d, 0)
	if err != nil {
		var ours *badRequest
		if errors.As(err, &ours) {
			return nil, ours
		}
		return nil, &badRequest{text: "The body is not valid JSON."}
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, &badRequest{text: "The body is not valid JSON."}
	}
	if top.kind != isMap {
		return nil, &badRequest{text: "The JSON must be an object."}
	}
	return top, nil
}

func (in *reader) jsonValue(d *json.Decoder, depth int) (*node, error) {
	if in.left--; in.left < 0 {
		return nil, errTooMuch
	}
	if depth > maxNest {
		return nil, &badRequest{text: "The JSON is nested too deeply."}
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case string:
		return &node{kind: isText, text: clean(t)}, nil
	case json.Number:
		return &node{kind: isNumber, text: t.String()}, nil
	case bool:
		if t {
			return &node{kind: isBool, text: "true"}, nil
		}
		return &node{kind: isBool, text: "false"}, nil
	case json.Delim:
		if t == '[' {
			n := &node{kind: isList}
			for d.More() {
				v, err := in.jsonValue(d, depth+1)
				if err != nil {
					return nil, err
				}
				n.list = append(n.list, v)
			}
			_, err := d.Token()
			return n, err
		}
		n := &node{kind: isMap, keys: map[string]*node{}}
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return nil, err
			}
			key, _ := k.(string)
			if _, twice := n.keys[key]; twice {
				return nil, &badRequest{text: "The JSON gives a name twice."}
			}
			v, err := in.jsonValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			n.keys[key] = v
		}
		_, err := d.Token()
		return n, err
	}
	return &node{kind: isNull}, nil
}

// clean makes text fit for both databases: PostgreSQL takes neither NUL nor broken UTF-8 (T68).
func clean(s string) string {
	if strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func invalid(format string, args ...any) error { return skein.Errorf(skein.Invalid, format, args...) }
