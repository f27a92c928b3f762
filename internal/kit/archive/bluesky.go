package archive

import (
	"bufio"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strings"
	"time"
	"unicode/utf8"
)

// Bluesky reads a repository of Bluesky as it is exported: a CAR file of DAG-CBOR records. Pictures are not in it, and are
// told as missing.
func Bluesky(s *Set, out *Sink) error {
	if s.raw == nil {
		names := s.find(func(t string) bool { return strings.HasSuffix(t, ".car") })
		if len(names) != 1 {
			return ErrFormat
		}
		r, err := s.Open(names[0])
		if err != nil {
			return err
		}
		defer r.Close()
		return readCAR(&honest{r}, out)
	}
	return readCAR(io.NewSectionReader(s.raw, 0, s.size), out)
}

// maxBlock is how large a block of a repository may be.
const maxBlock = 1 << 20

func readCAR(from io.Reader, out *Sink) error {
	in := bufio.NewReaderSize(from, 64<<10)
	head, err := carBlock(in)
	if err != nil {
		return err
	}
	d := &cbor{b: head}
	if h, err := d.value(0); err != nil || field[uint64](h, "version") != 1 {
		return ErrFormat
	}
	owner := ""
	for {
		block, err := carBlock(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		cid, body, err := splitCID(block)
		if err != nil {
			return err
		}
		d := &cbor{b: body}
		v, err := d.value(0)
		if err != nil {
			return err
		}
		if did := field[string](v, "did"); did != "" && field[string](v, "rev") != "" { // the commit
			owner = did
		}
		switch field[string](v, "$type") {
		case "app.bsky.feed.post":
			p := skeet(cid, owner, v)
			if p == nil {
				out.Bad("repo.car", "A post has no date.")
				continue
			}
			if err := out.Post(p); err != nil {
				return err
			}
		case "app.bsky.feed.repost":
			out.Left("boost")
		case "app.bsky.feed.like":
			out.Left("like")
		case "app.bsky.graph.follow":
			out.Left("follow")
		}
	}
}

// carBlock reads a block with the varint of its length; io.EOF: there is none.
func carBlock(in *bufio.Reader) ([]byte, error) {
	n, err := binary.ReadUvarint(in)
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF), err == nil && n == 0:
		return nil, ErrFormat
	case err != nil:
		if errors.Is(err, ErrHostile) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	case n > maxBlock:
		return nil, fmt.Errorf("%w: a block is too large", ErrHostile)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(in, b); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, ErrFormat
		}
		return nil, err
	}
	return b, nil
}

// splitCID parts the name of a block, which is a CIDv1 of a SHA-256, from the block.
func splitCID(b []byte) (cid string, rest []byte, err error) {
	const long = 36
	if len(b) < long || b[0] != 1 || b[2] != 0x12 || b[3] != 0x20 {
		return "", nil, ErrFormat
	}
	return "b" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:long])), b[long:], nil
}

// skeet makes a post of a record; nil: it has no date.
func skeet(cid, owner string, v any) *Post {
	at, err := time.Parse(time.RFC3339, field[string](v, "createdAt"))
	if err != nil {
		return nil
	}
	p := &Post{Key: cid, Kind: KindPost, At: at.UTC(), Visibility: "public"}
	p.Text = facets(field[string](v, "text"), field[[]any](v, "facets"))
	if langs := field[[]any](v, "langs"); len(langs) > 0 {
		p.Language, _ = langs[0].(string)
	}
	if labels := field[[]any](field[map[string]any](v, "labels"), "values"); len(labels) > 0 {
		p.Sensitive = true
	}
	if parent := field[map[string]any](field[map[string]any](v, "reply"), "parent"); parent != nil {
		uri := field[string](parent, "uri")
		if owner != "" && strings.HasPrefix(uri, "at://"+owner+"/") {
			p.Parent = field[string](parent, "cid")
		} else {
			p.Kind, p.Elsewhere = KindReply, webOf(uri)
		}
	}
	embed := field[map[string]any](v, "embed")
	if media := field[map[string]any](embed, "media"); media != nil { // recordWithMedia
		embed = media
	}
	for _, image := range field[[]any](embed, "images") {
		p.Media = append(p.Media, Media{Path: "picture", Alt: field[string](image, "alt"), Lost: true})
	}
	if field[any](embed, "video") != nil {
		p.Media = append(p.Media, Media{Path: "film", Alt: field[string](embed, "alt"), Lost: true})
	}
	if link := field[string](field[map[string]any](embed, "external"), "uri"); link != "" && !strings.Contains(p.Text, link) {
		p.Text = strings.TrimSpace(p.Text + "\n\n" + link)
	}
	return p
}

// webOf makes the address of a page of at://did/collection/key.
func webOf(uri string) string {
	parts := strings.Split(strings.TrimPrefix(uri, "at://"), "/")
	if len(parts) != 3 || !strings.HasPrefix(parts[0], "did:") {
		return ""
	}
	return "https://bsky.app/profile/" + parts[0] + "/post/" + parts[2]
}

// facets writes links out: their places count bytes.
func facets(text string, list []any) string {
	type link struct {
		start, end int
		uri        string
	}
	var links []link
	for _, f := range list {
		index := field[map[string]any](f, "index")
		l := link{start: int(field[uint64](index, "byteStart")), end: int(field[uint64](index, "byteEnd"))}
		for _, feature := range field[[]any](f, "features") {
			if field[string](feature, "$type") == "app.bsky.richtext.facet#link" {
				l.uri = field[string](feature, "uri")
			}
		}
		if l.uri != "" && l.start >= 0 && l.start < l.end && l.end <= len(text) && utf8.ValidString(text[:l.start]) && utf8.ValidString(text[l.start:l.end]) {
			links = append(links, l)
		}
	}
	sort.Slice(links, func(i, j int) bool { return links[i].start > links[j].start })
	last := len(text)
	for _, l := range links {
		if l.end > last {
			continue
		}
		words := text[l.start:l.end]
		short := strings.TrimSuffix(strings.TrimSuffix(words, "…"), "...")
		put := words + " (" + l.uri + ")"
		if strings.Contains(l.uri, short) { // the words are the address, cut short
			put = l.uri
		}
		text = text[:l.start] + put + text[l.end:]
		last = l.start
	}
	return text
}

// field returns a field of a map of the wanted sort, or nothing.
func field[T any](v any, name string) (out T) {
	m, _ := v.(map[string]any)
	out, _ = m[name].(T)
	return out
}

// cbor reads DAG-CBOR, as far as records use it.
type cbor struct {
	b    []byte
	seen int
}

const (
	cborDepth  = 32
	cborValues = 20_000
)

func (d *cbor) value(depth int) (any, error) {
	if d.seen++; depth > cborDepth || d.seen > cborValues {
		return nil, fmt.Errorf("%w: a record is too deep", ErrHostile)
	}
	if len(d.b) == 0 {
		return nil, ErrFormat
	}
	major, minor := d.b[0]>>5, d.b[0]&31
	d.b = d.b[1:]
	if major == 7 {
		switch minor {
		case 20, 21:
			return minor == 21, nil
		case 22:
			return nil, nil
		case 27:
			if len(d.b) < 8 {
				return nil, ErrFormat
			}
			f := math.Float64frombits(binary.BigEndian.Uint64(d.b))
			d.b = d.b[8:]
			return f, nil
		}
		return nil, ErrFormat
	}
	n := uint64(minor)
	if minor >= 24 {
		size := 1 << (minor - 24)
		if minor > 27 || len(d.b) < size {
			return nil, ErrFormat
		}
		n = 0
		for _, c := range d.b[:size] {
			n = n<<8 | uint64(c)
		}
		d.b = d.b[size:]
	}
	switch major {
	case 0:
		return n, nil
	case 1:
		return -1 - int64(n&math.MaxInt64), nil
	case 2, 3:
		if n > uint64(len(d.b)) {
			return nil, ErrFormat
		}
		raw := d.b[:n]
		d.b = d.b[n:]
		if major == 2 {
			return raw, nil
		}
		return strings.ToValidUTF8(string(raw), "\uFFFD"), nil
	case 4:
		var list []any
		for range n {
			v, err := d.value(depth + 1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case 5:
		m := map[string]any{}
		for range n {
			k, err := d.value(depth + 1)
			if err != nil {
				return nil, err
			}
			key, ok := k.(string)
			if !ok {
				return nil, ErrFormat
			}
			if m[key], err = d.value(depth + 1); err != nil {
				return nil, err
			}
		}
		return m, nil
	case 6: // a link to a block
		return d.value(depth + 1)
	}
	return nil, ErrFormat
}
