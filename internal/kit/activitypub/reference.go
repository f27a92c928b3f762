package activitypub

import "encoding/json"

// Reference is an object by its identifier, by a copy of it, or both.
type Reference struct {
	ID       string
	document *Document // the copy, as received
	object   any       // the copy, to be sent
}

// Ref refers by identifier alone.
func Ref(id string) Reference { return Reference{ID: id} }

// Embed refers by a copy, which is what goes out.
func Embed(id string, object any) Reference { return Reference{ID: id, object: object} }

// EmbedRaw refers by a copy that is JSON already, as when an Accept returns the Follow it answers.
func EmbedRaw(id string, raw json.RawMessage) Reference { return Reference{ID: id, object: raw} }

// Document returns the copy that came along, or nil. It says what the sender claims: only the origin of the object can confirm it
// (T42, T50).
func (r Reference) Document() *Document { return r.document }

// IsZero tells whether there is nothing referred to.
func (r Reference) IsZero() bool { return r.ID == "" && r.document == nil && r.object == nil }

// Type returns the type of the copy, if there is one.
func (r Reference) Type() string {
	if r.document == nil {
		return ""
	}
	return r.document.Type()
}

func (r Reference) MarshalJSON() ([]byte, error) {
	switch {
	case r.object != nil:
		return marshal(r.object)
	case r.document != nil:
		return r.document.v.raw, nil
	case r.ID != "":
		return marshal(r.ID)
	}
	return []byte("null"), nil
}

// References are several; one alone goes out without an array, as Mastodon writes it.
type References []Reference

// Refs refers to several by identifier.
func Refs(ids ...string) References {
	out := make(References, len(ids))
	for i, id := range ids {
		out[i] = Ref(id)
	}
	return out
}

// First returns the first, or the zero Reference.
func (r References) First() Reference {
	if len(r) == 0 {
		return Reference{}
	}
	return r[0]
}

// IDs returns the identifiers of those that have one.
func (r References) IDs() []string {
	var out []string
	for _, ref := range r {
		if ref.ID != "" {
			out = append(out, ref.ID)
		}
	}
	return out
}

func (r References) MarshalJSON() ([]byte, error) {
	if len(r) == 1 {
		return r[0].MarshalJSON()
	}
	return marshal([]Reference(r))
}
