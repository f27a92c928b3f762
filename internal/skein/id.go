// Package skein holds the words of the house: sites, accounts, posts, follows and the rules about them that need
// nothing but themselves. It imports the standard library only, and knows neither SQL nor HTTP nor any protocol.
package skein

import (
	"crypto/rand"
	"encoding/binary"
	"strconv"
	"sync"
	"time"
)

// ID names one thing, unique over all sites of a database. The upper 48 bits are milliseconds since 1970, the lower 16
// bits tell things of the same millisecond apart, so that IDs sort by time. It is positive and leaves as decimal text.
// Zero means "none".
type ID int64

// String returns the decimal form, as clients see it.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// Time returns the moment that the ID was made for, to the millisecond.
func (id ID) Time() time.Time { return time.UnixMilli(int64(id) >> 16).UTC() }

// ParseID reads the decimal form. It answers false for anything that is no positive 63-bit number.
func ParseID(s string) (ID, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || s[0] == '+' {
		return 0, false
	}
	return ID(n), true
}

// IDs makes IDs. The zero value is ready. It is safe for concurrent use.
type IDs struct {
	mu   sync.Mutex
	last ID
}

// New returns an ID for now, above every ID given before: a random start in each millisecond, then counting.
func (g *IDs) New(now time.Time) ID {
	id := At(now)
	g.mu.Lock()
	defer g.mu.Unlock()
	if id <= g.last {
		if id>>16 < g.last>>16 || g.last&0xffff != 0xffff {
			id = g.last + 1
		} else {
			id = (g.last>>16 + 1) << 16
		}
	}
	g.last = id
	return id
}

// At returns an ID for a moment, with random lower bits: for what was made elsewhere and arrives late. Two of one
// millisecond collide rarely; the insert that meets the collision is run again with another.
func At(t time.Time) ID {
	ms := max(t.UnixMilli(), 1)
	ms = min(ms, 1<<47-1)
	var b [2]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	// The random start keeps to the lower half, so that counting on rarely runs into the next millisecond.
	return ID(ms<<16 | int64(binary.BigEndian.Uint16(b[:])>>1))
}
