// Package archive reads what other services give people of theirs: Mastodon's lists, and archives of posts. It reads what
// it must, streaming and within bounds, and opens nothing else. What is in an archive is hostile: it says nothing about who
// may do what, and its texts are to be cleaned by who uses them.
package archive

import (
	"errors"
	"time"
)

// What may be wrong with files. ErrHostile refuses an archive whole.
var (
	ErrFormat  = errors.New("archive: not in this format")
	ErrHostile = errors.New("archive: refused")
	ErrLost    = errors.New("archive: no such file")
)

// Kinds of posts.
const (
	KindPost     = "post"
	KindReply    = "reply" // to somebody else
	KindClip     = "clip"
	KindStory    = "story"
	KindArchived = "archived" // taken out of sight there
)

// Post is a post of the archive's owner.
type Post struct {
	Key        string    `json:"k"` // names it at its source, always the same
	Kind       string    `json:"i"`
	At         time.Time `json:"t"`
	Text       string    `json:"x,omitempty"` // plain
	HTML       string    `json:"h,omitempty"` // where the source has it; then Text is empty
	Warning    string    `json:"w,omitempty"`
	Sensitive  bool      `json:"s,omitempty"`
	Language   string    `json:"l,omitempty"`
	Visibility string    `json:"v,omitempty"` // public, unlisted, private; empty: the source does not say
	Parent     string    `json:"p,omitempty"` // key of the post of the same owner that it goes on from
	Elsewhere  string    `json:"e,omitempty"` // address of somebody's post that it answers
	Media      []Media   `json:"m,omitempty"` // in the order of the album
}

// Media is a file of a post.
type Media struct {
	Path  string  `json:"p"` // in the archive
	Alt   string  `json:"a,omitempty"`
	X     float64 `json:"x,omitempty"` // point that stays in sight
	Y     float64 `json:"y,omitempty"`
	Bytes int64   `json:"b,omitempty"`
	Lost  bool    `json:"l,omitempty"` // the archive names it and does not have it
}

// Sink takes what is read, in order. An error of it ends the reading.
type Sink struct {
	Post     func(*Post) error
	Link     func(kind, uri string) error // something of somebody else's that was kept: bookmark, like
	Bad      func(place, why string)      // what cannot be read
	Left     func(kind string)            // what is not copied
	Username func(name string)            // whose archive it is
}

// Kinds of links.
const (
	LinkBookmark = "bookmark"
	LinkLike     = "like"
)

// A Reader reads the archive of one source.
type Reader func(*Set, *Sink) error

// Readers are the sources that can be read.
var Readers = map[string]Reader{
	"mastodon": Mastodon, "instagram": Instagram, "threads": Threads, "twitter": Twitter, "bluesky": Bluesky,
}
