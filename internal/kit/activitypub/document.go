package activitypub

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Document is one object as a peer wrote it: the whole of an answer or of an inbox post, or an object embedded in one. Actor, Note,
// Activity and Collection read it by its type; the accessors below read what those leave out.
//
// Reading never fails on the shape of a property: what is no text is no text. A property that may come once or many times is read
// the same either way, null is absence, and names are compared exactly (T69, T72).
type Document struct {
	v   *value
	now time.Time
}

// Decode reads a document received at a time. It must pass Check, be an object, and name the ActivityStreams context, which may
// not give known words another meaning (T71); a key that stands alone needs no such context. Data must not be changed later.
func Decode(data []byte, now time.Time) (*Document, error) {
	v, err := scan(data)
	if err != nil {
		return nil, err
	}
	if v.kind != isObject {
		return nil, fmt.Errorf("%w: not an object", ErrMalformed)
	}
	if v.get("publicKeyPem") == nil && !namesContext(v.get("@context")) {
		return nil, fmt.Errorf("%w: @context does not name %s", ErrMalformed, Namespace)
	}
	if err := checkContexts(v); err != nil {
		return nil, err
	}
	return &Document{v: v, now: now}, nil
}

// Raw returns the bytes of the object as received.
func (d *Document) Raw() json.RawMessage { return json.RawMessage(d.v.raw) }

// Received returns when the document was received.
func (d *Document) Received() time.Time { return d.now }

// ID returns the identifier, compared exactly by everybody; empty when there is none.
func (d *Document) ID() string { return uriOf(d.v.get("id")) }

// Types returns all types.
func (d *Document) Types() []string { return texts(d.v.get("type"), 16, 256) }

// Type returns the first type that this package knows, else the first.
func (d *Document) Type() string {
	types := d.Types()
	for _, t := range types {
		if kindOf(t) != KindUnknown {
			return t
		}
	}
	if len(types) > 0 {
		return types[0]
	}
	return ""
}

// Kind says how to read the document. Types of two kinds at once, as in ["Person", "Note"], are no kind at all (T63).
func (d *Document) Kind() Kind {
	found := KindUnknown
	for _, t := range d.Types() {
		switch k := kindOf(t); {
		case k == KindUnknown, k == found:
		case found != KindUnknown:
			return KindUnknown
		default:
			found = k
		}
	}
	if found == KindUnknown && d.v.get("publicKeyPem") != nil {
		return KindKey
	}
	return found
}

// mayBe tells whether a document is of a kind, or of none that is known.
func (d *Document) mayBe(kind Kind) bool {
	k, first := d.Kind(), d.Type()
	return k == kind || k == KindUnknown && first != "" && kindOf(first) == KindUnknown
}

// Has tells whether a property is there and not null.
func (d *Document) Has(name string) bool { return d.v.get(name) != nil }

// Text returns a property as text: a string or a number, or the first of several; at most limit bytes, cut between characters.
func (d *Document) Text(name string, limit int) string { return cut(textOf(d.v.get(name)), limit) }

// Texts returns the texts of a property, at most so many.
func (d *Document) Texts(name string, most, limit int) []string {
	return texts(d.v.get(name), most, limit)
}

// URI returns the identifier that a property holds: a string, the id or href of an object, or the first of several.
func (d *Document) URI(name string) string { return uriOf(d.v.get(name)) }

// URIs returns all identifiers that a property holds, at most so many, each once.
func (d *Document) URIs(name string, most int) []string { return uris(d.v.get(name), most) }

// Bool returns a property that is true or false, else nil.
func (d *Document) Bool(name string) *bool {
	v := first(d.v.get(name))
	if v == nil || v.kind != isBool {
		return nil
	}
	b := v.text == "true"
	return &b
}

// Number returns a finite number.
func (d *Document) Number(name string) (n float64, ok bool) { return numberOf(d.v.get(name)) }

// Count returns a whole number not below 0 and small enough for any database, else nil.
func (d *Document) Count(name string) *int {
	n, ok := d.Number(name)
	if !ok {
		return nil
	}
	count := int(max(0, min(n, math.MaxInt32)))
	return &count
}

// Time returns a moment in UTC; the zero time when it is absent or cannot be read.
func (d *Document) Time(name string) time.Time { return timeOf(textOf(d.v.get(name))) }

// LocalTime returns a moment by the clock of who wrote it, with the offset that is written; else as Time does.
func (d *Document) LocalTime(name string) time.Time {
	if t, err := time.Parse(time.RFC3339Nano, textOf(d.v.get(name))); err == nil && t.Year() >= 1 && t.Year() <= 9999 {
		return t
	}
	return d.Time(name)
}

// Links returns the addresses that a property holds: text, Link objects, or a list of both.
func (d *Document) Links(name string) []Link { return links(d.v.get(name)) }

// Reference returns what a property refers to, or the first of several.
func (d *Document) Reference(name string) Reference {
	if all := d.References(name, 1); len(all) > 0 {
		return all[0]
	}
	return Reference{}
}

// References returns all that a property refers to, at most so many.
func (d *Document) References(name string, most int) References {
	var out References
	for _, item := range list(d.v.get(name)) {
		if len(out) == most {
			break
		}
		r := Reference{ID: uriOf(item)}
		if item.kind == isObject {
			r.document = &Document{v: item, now: d.now}
		} else if r.ID == "" {
			continue
		}
		out = append(out, r)
	}
	return out
}

// Object returns an embedded object, or the first of several; nil when there is none.
func (d *Document) Object(name string) *Document {
	for _, item := range list(d.v.get(name)) {
		if item.kind == isObject {
			return &Document{v: item, now: d.now}
		}
	}
	return nil
}

// Objects returns all embedded objects, at most so many.
func (d *Document) Objects(name string, most int) []*Document {
	var out []*Document
	for _, item := range list(d.v.get(name)) {
		if item.kind == isObject && len(out) < most {
			out = append(out, &Document{v: item, now: d.now})
		}
	}
	return out
}

// list returns the elements of an array, or the one value in an array of its own.
func list(v *value) []*value {
	switch {
	case v == nil || v.kind == isNull:
		return nil
	case v.kind == isArray:
		return v.items
	}
	return []*value{v}
}

func first(v *value) *value {
	for v != nil && v.kind == isArray {
		if len(v.items) == 0 {
			return nil
		}
		v = v.items[0]
	}
	return v
}

func textOf(v *value) string {
	v = first(v)
	if v == nil || v.kind != isString && v.kind != isNumber {
		return ""
	}
	return v.text
}

func texts(v *value, most, limit int) []string {
	var out []string
	for _, item := range list(v) {
		if len(out) == most {
			break
		}
		if item.kind == isString {
			out = append(out, cut(item.text, limit))
		}
	}
	return out
}

// maxURI bounds identifiers; longer ones are none, since a cut identifier would be another.
const maxURI = 2048

func uriOf(v *value) string {
	v = first(v)
	if v != nil && v.kind == isObject {
		for _, name := range []string{"id", "href"} {
			if inner := v.get(name); inner != nil && inner.kind == isString {
				v = inner
				break
			}
		}
	}
	if v == nil || v.kind != isString || len(v.text) > maxURI || strings.ContainsFunc(v.text, func(c rune) bool { return c <= ' ' || c == 0x7f }) {
		return ""
	}
	return v.text
}

func uris(v *value, most int) []string {
	var out []string
	seen := map[string]bool{}
	for _, item := range list(v) {
		if len(out) == most {
			break
		}
		if uri := uriOf(item); uri != "" && !seen[uri] {
			seen[uri] = true
			out = append(out, uri)
		}
	}
	return out
}

func numberOf(v *value) (float64, bool) {
	text := textOf(v) // Pixelfed writes numbers as strings
	if text == "" || len(text) > maxNumber {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, false
	}
	return n, true
}

// cut shortens text to a number of bytes, between characters.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// layouts are the ways in which peers write dates; Threads has no colon in the zone.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 MST",
	"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04Z07:00", "2006-01-02",
}

func timeOf(text string) time.Time {
	if text == "" || len(text) > 64 {
		return time.Time{}
	}
	text = strings.Replace(strings.TrimSpace(text), ":60", ":59", 1) // leap second
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1 && t.Year() <= 9999 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// past is a time that may have been: not after the arrival, and not before there was anything like this (T74). What is no such
// time is the arrival.
func (d *Document) past(name string) time.Time {
	t := d.Time(name)
	if t.After(d.now) || t.Year() < 1971 {
		return d.now
	}
	return t
}

// Is tells whether one of the types is among the names.
func (d *Document) Is(names ...string) bool {
	return slices.ContainsFunc(d.Types(), func(t string) bool { return slices.Contains(names, t) })
}
