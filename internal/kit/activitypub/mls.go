package activitypub

import (
	"fmt"
	"strings"
	"time"
)

// MLS is an object of the MLS-in-ActivityPub draft: a message, a welcome, a key package. What is inside is for kit/mlswire and for
// the devices of people; here it is base64.
type MLS struct {
	ID           string         `json:"id"`
	Type         string         `json:"type"` // PublicMessage, PrivateMessage, Welcome, GroupInfo, KeyPackage
	AttributedTo string         `json:"attributedTo"`
	To           []string       `json:"to"`
	MediaType    string         `json:"mediaType"` // message/mls
	Encoding     string         `json:"encoding"`  // base64
	Content      string         `json:"content"`
	Ciphersuite  string         `json:"ciphersuite,omitempty"`
	Conversation string         `json:"conversation,omitempty"`
	Context      string         `json:"context,omitempty"`
	Published    time.Time      `json:"published,omitzero"`
	More         map[string]any `json:"-"` // further properties to send: generator, proof

	Document *Document `json:"-"`
}

// MarshalJSON adds More and writes to as an array.
func (m MLS) MarshalJSON() ([]byte, error) {
	type wire MLS
	m.To = orEmpty(m.To)
	return marshalWith(wire(m), m.More)
}

// MLS reads such an object; its type may bear the prefix mls:.
func (d *Document) MLS() (*MLS, error) {
	if d.Kind() != KindMLS {
		return nil, fmt.Errorf("%w: %q is no MLS object", ErrMalformed, d.Type())
	}
	return &MLS{
		ID:           d.ID(),
		Type:         strings.TrimPrefix(d.Type(), "mls:"),
		AttributedTo: d.URI("attributedTo"),
		To:           d.URIs("to", maxAudience),
		MediaType:    d.Text("mediaType", 128),
		Encoding:     d.Text("encoding", 32),
		Content:      d.Text("content", maxContent),
		Ciphersuite:  d.Text("ciphersuite", 128),
		Conversation: d.Text("conversation", maxURI),
		Context:      d.Text("context", maxURI),
		Published:    d.past("published"),
		Document:     d,
	}, nil
}
