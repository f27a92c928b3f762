package activitypub

import (
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"
)

// Caps on actors. Reference, section 21.
const (
	maxName      = 2048     // characters of a display name
	maxBio       = 20 << 10 // bytes
	maxFields    = 50
	maxField     = 2047 // characters of a name or value
	maxAliases   = 256
	maxKeys      = 10
	maxUsername  = 2048
	maxShortcode = 2048
)

// Actor is a person, a group, a bot or a server. Section 3.
type Actor struct {
	ID                  string         `json:"id"`
	Type                string         `json:"type"`
	PreferredUsername   string         `json:"preferredUsername"`
	Webfinger           string         `json:"webfinger,omitempty"` // user@domain, FEP-2c59
	Inbox               string         `json:"inbox"`
	Outbox              string         `json:"outbox,omitempty"`
	Followers           string         `json:"followers,omitempty"`
	Following           string         `json:"following,omitempty"`
	Featured            string         `json:"featured,omitempty"`
	FeaturedTags        string         `json:"featuredTags,omitempty"`
	FeaturedCollections string         `json:"featuredCollections,omitempty"`
	Endpoints           *Endpoints     `json:"endpoints,omitempty"`
	PublicKey           PublicKeys     `json:"publicKey,omitempty"`
	AssertionMethod     []Multikey     `json:"assertionMethod,omitempty"` // FEP-521a
	Name                string         `json:"name"`
	Summary             string         `json:"summary"` // HTML
	URL                 string         `json:"url,omitempty"`
	Icon                *Image         `json:"icon,omitempty"`
	Image               *Image         `json:"image,omitempty"`
	Fields              []Field        `json:"attachment"`
	Tag                 []Tag          `json:"tag"`
	Locked              bool           `json:"manuallyApprovesFollowers"`
	Discoverable        bool           `json:"discoverable"`
	Indexable           bool           `json:"indexable"`
	Memorial            bool           `json:"memorial,omitempty"`
	Suspended           bool           `json:"suspended,omitempty"`
	Published           time.Time      `json:"published,omitzero"`
	AlsoKnownAs         []string       `json:"alsoKnownAs,omitempty"`
	MovedTo             string         `json:"movedTo,omitempty"`
	AttributionDomains  []string       `json:"attributionDomains,omitempty"`
	ShowFeatured        *bool          `json:"showFeatured,omitempty"`
	ShowMedia           *bool          `json:"showMedia,omitempty"`
	ShowRepliesInMedia  *bool          `json:"showRepliesInMedia,omitempty"`
	Policy              *Policy        `json:"interactionPolicy,omitempty"`
	HidesPublic         *bool          `json:"hidesToPublicFromUnauthedWeb,omitempty"` // GoToSocial, section 26
	HidesUnlisted       *bool          `json:"hidesCcPublicFromUnauthedWeb,omitempty"`
	KeyPackages         string         `json:"keyPackages,omitempty"`  // encrypted messages
	AttributedTo        string         `json:"attributedTo,omitempty"` // of a community: its moderators
	ModeratorsPost      bool           `json:"postingRestrictedToMods,omitempty"`
	More                map[string]any `json:"-"` // further properties to send

	Document *Document `json:"-"` // all of it, as received
}

// Endpoints of a server.
type Endpoints struct {
	SharedInbox   string `json:"sharedInbox,omitempty"`
	Authorization string `json:"oauthAuthorizationEndpoint,omitempty"`
	Token         string `json:"oauthTokenEndpoint,omitempty"`
}

// PublicKey is a key as PEM, and whose it claims to be.
type PublicKey struct {
	ID    string `json:"id"`
	Owner string `json:"owner"`
	PEM   string `json:"publicKeyPem"`
}

// PublicKeys are the keys of an actor; one alone goes out without an array.
type PublicKeys []PublicKey

func (k PublicKeys) MarshalJSON() ([]byte, error) {
	if len(k) == 1 {
		return marshal(k[0])
	}
	return marshal([]PublicKey(k))
}

// Multikey is a key in one line of text. FEP-521a.
type Multikey struct {
	ID         string `json:"id"`
	Type       string `json:"type"` // Multikey
	Controller string `json:"controller"`
	Key        string `json:"publicKeyMultibase"`
}

// Field is one line of a profile: Name is text, Value is HTML.
type Field struct {
	Name, Value string
}

func (f Field) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		Type  string `json:"type"`
		Name  string `json:"name"`
		Value string `json:"value"`
	}{"PropertyValue", f.Name, f.Value})
}

// Image is an avatar, a header, an emoji or a thumbnail.
type Image struct {
	Type      string `json:"type"` // Image
	MediaType string `json:"mediaType,omitempty"`
	URL       string `json:"url"`
	Alt       string `json:"summary,omitempty"`
	Width     int    `json:"width,omitempty"`
	Height    int    `json:"height,omitempty"`
	Blurhash  string `json:"blurhash,omitempty"`
}

// MarshalJSON writes attachment and tag as arrays always, and adds More.
func (a Actor) MarshalJSON() ([]byte, error) {
	type wire Actor
	w := wire(a)
	w.Fields = orEmpty(w.Fields)
	w.Tag = orEmpty(w.Tag)
	return marshalWith(w, a.More)
}

var username = regexp.MustCompile(`^(?i)[a-z0-9_]+([.-]+[a-z0-9_]+)*$`)

// ValidUsername tells whether Mastodon would take a name. Section 2.
func ValidUsername(name string) bool { return len(name) <= maxUsername && username.MatchString(name) }

// Actor reads an actor. It needs an id, an inbox and a name; lists and texts are cut to the sizes of section 21.
func (d *Document) Actor() (*Actor, error) {
	if d.Kind() != KindActor {
		return nil, fmt.Errorf("%w: %q is no actor", ErrMalformed, d.Type())
	}
	a := &Actor{
		ID:                  d.ID(),
		Type:                d.Type(),
		PreferredUsername:   d.Text("preferredUsername", maxUsername+1),
		Webfinger:           d.Text("webfinger", maxUsername),
		Inbox:               d.URI("inbox"),
		Outbox:              d.URI("outbox"),
		Followers:           d.URI("followers"),
		Following:           d.URI("following"),
		Featured:            d.URI("featured"),
		FeaturedTags:        d.URI("featuredTags"),
		FeaturedCollections: d.URI("featuredCollections"),
		PublicKey:           d.PublicKeys(),
		Name:                cutRunes(d.language("name", 4*maxName).text, maxName),
		Summary:             d.language("summary", maxBio).text,
		URL:                 pageURL(d.v.get("url")),
		Icon:                d.image("icon"),
		Image:               d.image("image"),
		Tag:                 d.tags(),
		Locked:              d.is("manuallyApprovesFollowers"),
		Discoverable:        d.is("discoverable"),
		Indexable:           d.is("indexable"),
		Memorial:            d.is("memorial"),
		Suspended:           d.is("suspended"),
		AlsoKnownAs:         d.URIs("alsoKnownAs", maxAliases),
		MovedTo:             d.URI("movedTo"),
		AttributionDomains:  d.Texts("attributionDomains", maxAliases, 253),
		ShowFeatured:        d.Bool("showFeatured"),
		ShowMedia:           d.Bool("showMedia"),
		ShowRepliesInMedia:  d.Bool("showRepliesInMedia"),
		Policy:              d.policy(),
		HidesPublic:         d.Bool("hidesToPublicFromUnauthedWeb"),
		HidesUnlisted:       d.Bool("hidesCcPublicFromUnauthedWeb"),
		KeyPackages:         d.URI("keyPackages"),
		AttributedTo:        d.URI("attributedTo"),
		ModeratorsPost:      d.is("postingRestrictedToMods"),
		Document:            d,
	}
	if d.Has("published") {
		a.Published = d.past("published")
	}
	shared := ""
	if e := d.Object("endpoints"); e != nil {
		shared = e.URI("sharedInbox")
	}
	if shared == "" {
		shared = d.URI("sharedInbox")
	}
	if shared != "" {
		a.Endpoints = &Endpoints{SharedInbox: shared}
	}
	for _, m := range d.Objects("assertionMethod", maxKeys) {
		if m.Is("Multikey") {
			a.AssertionMethod = append(a.AssertionMethod, Multikey{
				ID: m.ID(), Type: "Multikey", Controller: m.URI("controller"), Key: m.Text("publicKeyMultibase", 2048)})
		}
	}
	for _, f := range d.Objects("attachment", 4*maxFields) {
		if len(a.Fields) < maxFields && f.Is("PropertyValue") {
			a.Fields = append(a.Fields, Field{
				Name:  cutRunes(f.Text("name", 4*maxField), maxField),
				Value: cutRunes(f.Text("value", 4*maxField), maxField),
			})
		}
	}
	switch {
	case a.ID == "" || a.Inbox == "":
		return nil, fmt.Errorf("%w: an actor needs id and inbox", ErrMalformed)
	case len(a.PreferredUsername) > maxUsername:
		return nil, fmt.Errorf("%w: preferredUsername is too long", ErrMalformed)
	case a.PreferredUsername == "" && a.Webfinger == "":
		return nil, fmt.Errorf("%w: an actor needs preferredUsername", ErrMalformed)
	}
	return a, nil
}

// PublicKeys reads the keys that an actor lists, or the one that the document itself is. The owner may be called controller.
// Whether owner and key point to each other is for the caller to confirm (T29, T30).
func (d *Document) PublicKeys() PublicKeys {
	var out PublicKeys
	sources := d.Objects("publicKey", maxKeys)
	if d.v.get("publicKeyPem") != nil {
		sources = []*Document{d}
	}
	for _, k := range sources {
		key := PublicKey{ID: k.ID(), Owner: k.URI("owner"), PEM: k.Text("publicKeyPem", 16<<10)}
		if key.Owner == "" {
			key.Owner = k.URI("controller")
		}
		if key.ID != "" && key.PEM != "" {
			out = append(out, key)
		}
	}
	return out
}

// is tells whether a property is true.
func (d *Document) is(name string) bool {
	b := d.Bool(name)
	return b != nil && *b
}

func cutRunes(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	n := 0
	for i := range text {
		if n == limit {
			return text[:i]
		}
		n++
	}
	return text
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
