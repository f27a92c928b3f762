package activitypub

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Encode writes an object as a document of its own: as JSON with an @context that explains every term in it, and no more.
// Some servers (Iceshrimp.NET) drop documents with a term unexplained.
func Encode(object any) ([]byte, error) { return encode(object) }

// EncodeToProve is Encode for a document that an integrity proof (FEP-8b32) is put into afterwards: its @context explains
// that too.
func EncodeToProve(object any) ([]byte, error) { return encode(object, "proof") }

func encode(object any, more ...string) ([]byte, error) {
	body, err := marshal(object)
	if err != nil {
		return nil, err
	}
	v, err := scan(body)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", object, err)
	}
	if v.kind != isObject {
		return nil, fmt.Errorf("encode %T: not an object", object)
	}
	if v.get("@context") != nil {
		return body, nil
	}
	context, err := marshal(contextFor(v, more...))
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(body)+len(context)+16)
	out = append(out, `{"@context":`...)
	out = append(out, context...)
	if len(v.items) > 0 {
		out = append(out, ',')
	}
	return append(out, body[1:]...), nil
}

// marshal is json.Marshal without escapes for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// marshalWith adds further properties to an object, in order of their names; those that are there already stay.
func marshalWith(v any, more map[string]any) ([]byte, error) {
	body, err := marshal(v)
	if err != nil || len(more) == 0 {
		return body, err
	}
	parsed, err := scan(body)
	if err != nil {
		return nil, err
	}
	body = bytes.TrimSuffix(body, []byte("}"))
	for _, name := range slices.Sorted(maps.Keys(more)) {
		if slices.Contains(parsed.names, name) {
			continue
		}
		key, err := marshal(name)
		if err != nil {
			return nil, err
		}
		item, err := marshal(more[name])
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", name, err)
		}
		if len(body) > 1 {
			body = append(body, ',')
		}
		body = append(append(append(body, key...), ':'), item...)
	}
	return append(body, '}'), nil
}
