package skein

import "hash/fnv"

// TrendKind is what sort of thing people talk about, or a moderator says something of.
type TrendKind string

// The kinds of trend; the last two are only said something of: all posts of an account, all links to a host.
const (
	TrendTag       TrendKind = "tag"
	TrendPost      TrendKind = "post"
	TrendLink      TrendKind = "link"
	TrendAuthor    TrendKind = "author"
	TrendPublisher TrendKind = "publisher"
)

// NameID is the ID of what has none but its name: of a hashtag by its normal form, of a host.
func NameID(name string) ID {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return ID(h.Sum64() >> 1)
}

// Trend is something that people of a site, and those whom it knows, talk about now.
type Trend struct {
	Kind   TrendKind
	Ref    ID
	Name   string // of a hashtag as it is written; the address of a link
	Parent ID     // the author of a post, or the publisher of a link
	Score  int64  // thousandths
	Max    int64  // the highest score, and when it was (milliseconds)
	MaxAt  int64
}

// TrendDay is how often something was used on a day, and by how many.
type TrendDay struct {
	Ref            ID
	Day            int64 // since 1970
	Uses, Accounts int
}

// TrendReview is what a moderator said.
type TrendReview struct {
	Kind    TrendKind
	Ref     ID
	Name    string
	Allowed bool
	At      int64
	By      ID
}
