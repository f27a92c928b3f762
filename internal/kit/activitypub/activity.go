package activitypub

import (
	"fmt"
	"time"
)

// Caps on lists in activities.
const (
	maxAudience = 1000
	maxObjects  = 1000
	maxComment  = 5000
)

// Activity is something that an actor did: Create, Follow, Like and so on; types that nobody knows are read alike.
// Reference, sections 10 and 11.
type Activity struct {
	ID         string     `json:"id,omitempty"`
	Type       string     `json:"type"`
	Actor      string     `json:"actor"`
	Published  time.Time  `json:"published,omitzero"`
	Updated    time.Time  `json:"updated,omitzero"`
	To         []string   `json:"to,omitempty"`
	Cc         []string   `json:"cc,omitempty"`
	Audience   []string   `json:"audience,omitempty"`
	Object     References `json:"object,omitempty"` // several in a Flag, and in the votes of GoToSocial
	Target     Reference  `json:"target,omitzero"`
	Origin     Reference  `json:"origin,omitzero"`
	Instrument Reference  `json:"instrument,omitzero"` // of QuoteRequest and FeatureRequest
	Result     Reference  `json:"result,omitzero"`     // of an Accept: the stamp
	InReplyTo  string     `json:"inReplyTo,omitempty"` // of Story:Reaction and Story:Reply
	Summary    string     `json:"summary,omitempty"`
	Content    string     `json:"content,omitempty"`           // of a Flag: the comment; of a Like or EmojiReact: the emoji
	Reaction   string     `json:"_misskey_reaction,omitempty"` // of a Like: the same for Misskey
	ApprovedBy string     `json:"approvedBy,omitempty"`
	Tag        []Tag      `json:"tag,omitempty"`
	Expires    time.Time  `json:"expires,omitzero"` // of a Block by a community

	Document *Document `json:"-"` // all of it, as received
}

// Activity reads an activity. It needs a type that is of no other kind, and an actor.
func (d *Document) Activity() (*Activity, error) {
	if !d.mayBe(KindActivity) {
		return nil, fmt.Errorf("%w: %q is no activity", ErrMalformed, d.Types())
	}
	a := &Activity{
		ID:         d.ID(),
		Type:       d.Type(),
		Actor:      d.URI("actor"),
		Published:  d.past("published"),
		To:         d.URIs("to", maxAudience),
		Cc:         d.URIs("cc", maxAudience),
		Audience:   d.URIs("audience", maxAudience),
		Object:     d.References("object", maxObjects),
		Target:     d.Reference("target"),
		Origin:     d.Reference("origin"),
		Instrument: d.Reference("instrument"),
		Result:     d.Reference("result"),
		InReplyTo:  d.URI("inReplyTo"),
		Summary:    d.Text("summary", maxBio),
		Content:    cutRunes(d.Text("content", 4*maxComment), maxComment),
		Reaction:   d.Text("_misskey_reaction", maxShortcode),
		ApprovedBy: d.URI("approvedBy"),
		Tag:        d.tags(),
		Expires:    d.Time("expires"),
		Document:   d,
	}
	if d.Has("updated") {
		a.Updated = d.past("updated")
	}
	if a.Actor == "" {
		return nil, fmt.Errorf("%w: %s without an actor", ErrMalformed, a.Type)
	}
	return a, nil
}

// Tombstone stands where an object was. Section 17.
type Tombstone struct {
	ID         string    `json:"id"`
	Type       string    `json:"type"`
	FormerType string    `json:"formerType,omitempty"`
	AtomURI    string    `json:"atomUri,omitempty"`
	Deleted    time.Time `json:"deleted,omitzero"`
}

// NewTombstone returns the Tombstone of an object.
func NewTombstone(id string) *Tombstone { return &Tombstone{ID: id, Type: "Tombstone", AtomURI: id} }

// Vote is one choice in a poll, sent as the object of a Create. Section 16.
type Vote struct {
	ID           string   `json:"id"`
	Type         string   `json:"type"` // Note
	Name         string   `json:"name"`
	AttributedTo string   `json:"attributedTo"`
	InReplyTo    string   `json:"inReplyTo"`
	To           []string `json:"to"`
}

// Stamp is a permission that others can look up: QuoteAuthorization and FeatureAuthorization (sections 15, 20), and the
// LikeApproval, ReplyApproval and AnnounceApproval of GoToSocial (26.1), which name object and target instead.
type Stamp struct {
	ID                string `json:"id"`
	Type              string `json:"type"`
	AttributedTo      string `json:"attributedTo"`
	InteractingObject string `json:"interactingObject,omitempty"`
	InteractionTarget string `json:"interactionTarget,omitempty"`
	Object            string `json:"object,omitempty"`
	Target            string `json:"target,omitempty"`
}

// Stamp reads a permission, whatever its type.
func (d *Document) Stamp() *Stamp {
	return &Stamp{
		ID:                d.ID(),
		Type:              d.Type(),
		AttributedTo:      d.URI("attributedTo"),
		InteractingObject: d.URI("interactingObject"),
		InteractionTarget: d.URI("interactionTarget"),
		Object:            d.URI("object"),
		Target:            d.URI("target"),
	}
}
