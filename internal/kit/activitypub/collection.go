package activitypub

import (
	"fmt"
	"strings"
	"time"
)

// maxItems bounds one page of a collection (T84).
const maxItems = 1000

// Collection is a list, a page of one, or a FeaturedCollection (FEP-7aa9). Section 13.
type Collection struct {
	ID         string     `json:"id,omitempty"`
	Type       string     `json:"type"`
	TotalItems *int       `json:"totalItems,omitempty"`
	First      Reference  `json:"first,omitzero"` // often a copy of the first page
	Last       string     `json:"last,omitempty"`
	Next       string     `json:"next,omitempty"`
	Prev       string     `json:"prev,omitempty"`
	PartOf     string     `json:"partOf,omitempty"`
	Items      References `json:"-"` // items or orderedItems; nil is absent, empty is an empty list

	AttributedTo string         `json:"attributedTo,omitempty"`
	Name         string         `json:"name,omitempty"`
	Summary      string         `json:"summary,omitempty"`
	URL          string         `json:"url,omitempty"`
	Sensitive    *bool          `json:"sensitive,omitempty"`
	Discoverable *bool          `json:"discoverable,omitempty"`
	Topic        *Tag           `json:"topic,omitempty"`
	Published    time.Time      `json:"published,omitzero"`
	Updated      time.Time      `json:"updated,omitzero"`
	More         map[string]any `json:"-"`

	Document *Document `json:"-"`
}

// FeaturedItem is an actor in a FeaturedCollection.
type FeaturedItem struct {
	ID                   string    `json:"id"`
	Type                 string    `json:"type"` // FeaturedItem
	FeaturedObject       string    `json:"featuredObject"`
	FeatureAuthorization string    `json:"featureAuthorization,omitempty"`
	Published            time.Time `json:"published,omitzero"`
}

// Ordered tells whether the items stand under orderedItems.
func (c Collection) Ordered() bool {
	return strings.HasPrefix(c.Type, "Ordered") || c.Type == "FeaturedCollection"
}

// MarshalJSON writes the items under the name that the type wants, always as an array.
func (c Collection) MarshalJSON() ([]byte, error) {
	type wire Collection
	w := struct {
		wire
		Items        *[]Reference `json:"items,omitempty"`
		OrderedItems *[]Reference `json:"orderedItems,omitempty"`
	}{wire: wire(c)}
	if c.Items != nil {
		items := []Reference(c.Items)
		if c.Ordered() {
			w.OrderedItems = &items
		} else {
			w.Items = &items
		}
	}
	return marshalWith(w, c.More)
}

// Collection reads a collection or a page.
func (d *Document) Collection() (*Collection, error) {
	if d.Kind() != KindCollection {
		return nil, fmt.Errorf("%w: %q is no collection", ErrMalformed, d.Type())
	}
	return d.asCollection(), nil
}

func (d *Document) asCollection() *Collection {
	c := &Collection{
		ID:           d.ID(),
		Type:         d.Type(),
		TotalItems:   d.Count("totalItems"),
		First:        d.Reference("first"),
		Last:         d.URI("last"),
		Next:         d.URI("next"),
		Prev:         d.URI("prev"),
		PartOf:       d.URI("partOf"),
		AttributedTo: d.URI("attributedTo"),
		Name:         cutRunes(d.language("name", 4*256).text, 256),
		Summary:      cutRunes(d.language("summary", 4*2048).text, 2048),
		URL:          pageURL(d.v.get("url")),
		Sensitive:    d.Bool("sensitive"),
		Discoverable: d.Bool("discoverable"),
		Published:    d.Time("published"),
		Updated:      d.Time("updated"),
		Document:     d,
	}
	if t := d.Object("topic"); t != nil {
		if topic, ok := t.tag(); ok {
			c.Topic = &topic
		}
	}
	for _, name := range []string{"orderedItems", "items"} {
		if c.Items == nil && d.Has(name) {
			c.Items = d.References(name, maxItems)
		}
	}
	return c
}

// collection reads replies, likes and shares: a copy, or only the identifier.
func (d *Document) collection(name string) *Collection {
	if o := d.Object(name); o != nil {
		return o.asCollection()
	}
	if id := d.URI(name); id != "" {
		return &Collection{ID: id, Type: "Collection"}
	}
	return nil
}
