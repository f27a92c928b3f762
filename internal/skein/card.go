package skein

import "time"

// Card is what a page that posts link to says of itself. A loaded Card is shared by readers: it must not be changed.
type Card struct {
	ID        ID
	Site      ID
	URL       string // the address in its canonical form: what the card is found by
	Host      string
	Ready     bool // there is something to show
	Data      CardData
	Creator   ID        // whom the page names as its writer; 0: nobody known
	Author    ID        // the same, if they agree that this host names them
	WantedAt  time.Time // when it was last asked for
	FetchedAt time.Time // zero: never
}

// CardData is what is shown of a page. All texts are plain, and addresses of http or https.
type CardData struct {
	URL         string    `json:"u,omitempty"` // where people are led
	Title       string    `json:"t,omitempty"`
	Description string    `json:"d,omitempty"`
	Kind        CardKind  `json:"k,omitempty"`
	Article     bool      `json:"a,omitempty"`
	Language    string    `json:"l,omitempty"`
	AuthorName  string    `json:"an,omitempty"`
	AuthorURL   string    `json:"au,omitempty"`
	Provider    string    `json:"p,omitempty"`
	ProviderURL string    `json:"pu,omitempty"`
	HTML        string    `json:"h,omitempty"` // of a player: ours, around an address
	Embed       string    `json:"e,omitempty"`
	Width       int       `json:"w,omitempty"`
	Height      int       `json:"y,omitempty"`
	Image       string    `json:"i,omitempty"`
	ImageText   string    `json:"it,omitempty"`
	PublishedAt time.Time `json:"at,omitzero"`
}

// CardKind is what sort of thing a page shows.
type CardKind string

// The kinds of card, by the words that are stored.
const (
	CardLink  CardKind = "link"
	CardPhoto CardKind = "photo"
	CardVideo CardKind = "video"
)
