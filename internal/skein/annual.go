package skein

import "time"

// Annual is what somebody did in a year, counted once, when they asked for it.
type Annual struct {
	Account ID
	Year    int
	Counted *AnnualCount // nil: not yet
	MadeAt  time.Time
	ReadAt  time.Time
}

// AnnualCount is what was counted. It is stored as JSON.
type AnnualCount struct {
	Manner Manner          `json:"manner"`
	Months [12]AnnualMonth `json:"months"`
	Tags   []AnnualTag     `json:"tags,omitempty"`   // those used most
	Boosts ID              `json:"boosts,omitempty"` // the post that was boosted most, 0: none was
	Likes  ID              `json:"likes,omitempty"`
	Answer ID              `json:"replies,omitempty"`
}

// AnnualMonth is one month of a year.
type AnnualMonth struct {
	Posts     int `json:"p,omitempty"`
	Following int `json:"f,omitempty"` // begun in it, and going on
	Followers int `json:"b,omitempty"`
}

// AnnualTag is a hashtag and how many posts had it.
type AnnualTag struct {
	Name  string `json:"n"`
	Count int    `json:"c"`
}

// Manner is what somebody mostly did.
type Manner string

// The manners.
const (
	Lurker   Manner = "lurker" // wrote little
	Booster  Manner = "booster"
	Pollster Manner = "pollster"
	Replier  Manner = "replier"
	Oracle   Manner = "oracle" // wrote of their own
)

// few is how many posts in a year are little.
const few = 113

// MannerOf tells it from how many posts of each sort there are; polls are among own.
func MannerOf(own, replies, boosts, polls int) Manner {
	switch {
	case own+replies+boosts < few:
		return Lurker
	case boosts > 2*own:
		return Booster
	case 10*polls > own:
		return Pollster
	case replies > 2*own:
		return Replier
	}
	return Oracle
}

// AnnualState is how far the review of a year is.
type AnnualState string

// The states, as Mastodon names them.
const (
	AnnualAvailable  AnnualState = "available"
	AnnualGenerating AnnualState = "generating"
	AnnualEligible   AnnualState = "eligible"   // it can be asked for
	AnnualIneligible AnnualState = "ineligible" // it cannot: it is not the time, or nothing was written
)

// AnnualYear is the year that can be looked back on: from 10 December to the end of the year, 0 at other times.
func AnnualYear(now time.Time) int {
	if now = now.UTC(); now.Month() == time.December && now.Day() >= 10 {
		return now.Year()
	}
	return 0
}

// YearIDs returns the ID before the first of a year and the one at which the next begins; of the months likewise with month.
func YearIDs(year, month int) (above, below ID) {
	from := time.Date(year, time.Month(max(month, 1)), 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(1, 0, 0)
	if month > 0 {
		to = from.AddDate(0, 1, 0)
	}
	return ID(from.UnixMilli()<<16 - 1), ID(to.UnixMilli() << 16)
}
