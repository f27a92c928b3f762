package shape

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxFaults is how many faults of one document are told.
const maxFaults = 20

// Check reads a JSON document and says in which ways it is not of a type: one sentence for each fault, none when all is
// well. signed says whether it is an answer to somebody who is signed in.
func (b *Book) Check(document []byte, t *Type, signed bool) []string {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return []string{"is no JSON: " + err.Error()}
	}
	if _, err := d.Token(); err != io.EOF {
		return []string{"goes on after its end"}
	}
	c := &checker{book: b, signed: signed}
	c.value("", v, t)
	return c.faults
}

type checker struct {
	book   *Book
	signed bool
	faults []string
}

func (c *checker) fault(at, format string, args ...any) {
	if len(c.faults) < maxFaults {
		if at == "" {
			at = "the answer"
		}
		c.faults = append(c.faults, at+" "+fmt.Sprintf(format, args...))
	}
}

func (c *checker) value(at string, v any, t *Type) {
	switch t.Kind {
	case Simple:
		if !simple(t.Name, v) {
			c.fault(at, "is %s, not %s", brief(v), Simples[t.Name])
		}
	case Literal:
		if s, ok := v.(string); !ok || s != t.Name {
			c.fault(at, "is %s, not %q", brief(v), t.Name)
		}
	case Named:
		c.object(at, v, c.book.byName[t.Name].Fields, t.Name)
	case Object:
		c.object(at, v, t.Fields, t.String())
	case List:
		list, ok := v.([]any)
		if !ok {
			c.fault(at, "is %s, not a list of %s", brief(v), t.Of)
			return
		}
		for i, e := range list {
			c.value(at+"["+strconv.Itoa(i)+"]", e, t.Of)
		}
	case Map:
		m, ok := v.(map[string]any)
		if !ok {
			c.fault(at, "is %s, not an object of %s", brief(v), t.Of)
			return
		}
		for _, k := range keys(m) {
			c.value(join(at, k), m[k], t.Of)
		}
	case Union:
		var nearest []string
		for _, a := range t.Any {
			try := &checker{book: c.book, signed: c.signed}
			try.value(at, v, a)
			if len(try.faults) == 0 {
				return
			}
			// The faults of an object are told by the alternative that is one and fits best.
			if isObject(a) && (nearest == nil || len(try.faults) < len(nearest)) {
				nearest = try.faults
			}
		}
		if _, ok := v.(map[string]any); ok && nearest != nil {
			for _, f := range nearest {
				if len(c.faults) < maxFaults {
					c.faults = append(c.faults, f)
				}
			}
			return
		}
		c.fault(at, "is %s, not %s", brief(v), t)
	}
}

func isObject(t *Type) bool { return t.Kind == Named || t.Kind == Object || t.Kind == Map }

func (c *checker) object(at string, v any, fields []Field, name string) {
	m, ok := v.(map[string]any)
	if !ok {
		c.fault(at, "is %s, not a %s", brief(v), name)
		return
	}
	known := make(map[string]bool, len(fields))
	for _, f := range fields {
		known[f.Name] = true
		value, there := m[f.Name]
		switch {
		case there && f.Signed && !c.signed:
			c.fault(join(at, f.Name), "is there, though nobody is signed in")
		case there:
			c.value(join(at, f.Name), value, f.Type)
		case !f.Optional && (!f.Signed || c.signed):
			c.fault(join(at, f.Name), "is missing")
		}
	}
	for _, k := range keys(m) {
		if !known[k] {
			c.fault(join(at, k), "is no field of %s", name)
		}
	}
}

func keys(m map[string]any) []string {
	return slices.Sorted(maps.Keys(m))
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

func brief(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "what JSON cannot say"
	}
	if len(b) > 60 {
		b = append(bytes.ToValidUTF8(b[:60], nil), "…"...)
	}
	return string(b)
}

func simple(name string, v any) bool {
	s, text := v.(string)
	switch name {
	case "any":
		return true
	case "null":
		return v == nil
	case "bool":
		_, ok := v.(bool)
		return ok
	case "true":
		return v == true
	case "int":
		n, ok := v.(json.Number)
		if !ok {
			return false
		}
		_, err := n.Int64()
		return err == nil
	case "float":
		_, ok := v.(json.Number)
		return ok
	case "id":
		if !text || s == "" || len(s) > 19 {
			return false
		}
		return strings.Trim(s, "0123456789") == ""
	case "time":
		if !text || len(s) != len("2006-01-02T15:04:05.000Z") {
			return false
		}
		_, err := time.Parse("2006-01-02T15:04:05.000Z", s)
		return err == nil
	case "date":
		_, err := time.Parse(time.DateOnly, s)
		return text && err == nil
	case "url":
		u, err := url.Parse(s)
		return text && err == nil && u.Scheme != "" && u.Host != ""
	}
	return text // string, html
}
