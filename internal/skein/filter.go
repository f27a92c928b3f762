package skein

import "time"

// Filter marks posts for one reader, by words in them or one by one. A loaded Filter is shared: it must not be changed.
type Filter struct {
	ID        ID
	Account   ID
	Title     string
	Contexts  []FilterContext
	Action    FilterAction
	ExpiresAt time.Time // zero: never
	Keywords  []FilterKeyword
	Posts     []FilterPost
}

// FilterKeyword is a text that a filter looks for.
type FilterKeyword struct {
	ID     ID
	Filter ID
	Text   string
	Whole  bool // only where it is no part of a longer word
}

// FilterPost is a post that a filter means as such.
type FilterPost struct {
	ID     ID
	Filter ID
	Post   ID
}

// FilterContext is a place where a filter counts.
type FilterContext string

// The places where filters count.
const (
	FilterHome          FilterContext = "home" // and lists
	FilterNotifications FilterContext = "notifications"
	FilterPublic        FilterContext = "public"
	FilterThread        FilterContext = "thread"
	FilterAccount       FilterContext = "account" // profiles
)

// Valid tells whether there is such a place.
func (c FilterContext) Valid() bool {
	switch c {
	case FilterHome, FilterNotifications, FilterPublic, FilterThread, FilterAccount:
		return true
	}
	return false
}

// FilterAction is what becomes of a post that a filter marks.
type FilterAction string

// What may become of a post.
const (
	FilterWarn FilterAction = "warn"
	FilterHide FilterAction = "hide"
	FilterBlur FilterAction = "blur" // its pictures
)

// Expired tells whether a filter counts no more.
func (f *Filter) Expired(now time.Time) bool {
	return !f.ExpiresAt.IsZero() && !now.Before(f.ExpiresAt)
}

// In tells whether a filter counts in a place.
func (f *Filter) In(c FilterContext) bool {
	for _, own := range f.Contexts {
		if own == c {
			return true
		}
	}
	return false
}

// FilterMatch is a filter of a reader that a post meets, and by what.
type FilterMatch struct {
	Filter   *Filter
	Keywords []string // as the reader wrote them
	Posts    []ID
}

// Hidden tells whether one of the filters that a post meets wants it out of sight in a place.
func Hidden(matches []FilterMatch, c FilterContext) bool {
	for _, m := range matches {
		if m.Filter.Action == FilterHide && m.Filter.In(c) {
			return true
		}
	}
	return false
}

// Limits of one person's filters, all together.
const (
	MaxFilters        = 200
	MaxFilterKeywords = 2000
	MaxFilterPosts    = 2000
	MaxFilterTitle    = 256
	MaxFilterKeyword  = 512
)
