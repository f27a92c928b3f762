package skein

import "time"

// Collection is a list of accounts that somebody puts together for others to meet (FEP-7aa9).
type Collection struct {
	ID           ID
	Account      ID // whose it is
	Local        bool
	URI          string
	URL          string
	Name         string
	Description  string // plain text when local, else clean HTML
	Language     string
	Tag          string // normal name of a hashtag, empty: none
	Sensitive    bool
	Discoverable bool
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// CollectionItem is an account in a collection.
type CollectionItem struct {
	ID            ID
	Collection    ID
	Account       ID
	URI           string
	Authorization string // URI of the stamp of a peer's account
	Request       string // URI of the FeatureRequest, as its sender named it
	State         CollectionState
	CreatedAt     time.Time
}

// CollectionState says whether an account agrees to be in a collection.
type CollectionState string

// The states of an item.
const (
	CollectionPending  CollectionState = "pending"
	CollectionAccepted CollectionState = "accepted"
	CollectionRejected CollectionState = "rejected"
	CollectionRevoked  CollectionState = "revoked"
)

// Live tells whether an account is in a collection, or is asked; else it does not want to be, which is remembered.
func (i *CollectionItem) Live() bool {
	return i.State == CollectionPending || i.State == CollectionAccepted
}

// Limits of collections (mastodon-api.md 3.15; activitypub-mastodon.md, section 20).
const (
	MaxCollections           = 10 // of one of ours
	MaxCollectionItems       = 25
	MaxCollectionName        = 40
	MaxCollectionDescription = 100
	MaxPeerCollections       = 25 // kept of a peer's account
	MaxPeerCollectionName    = 256
	MaxPeerCollectionText    = 2048
)
