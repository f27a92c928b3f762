package social

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Bounds of a search for posts (T94): a query that asks for more is cut.
const (
	maxClauses = 24
	maxPhrase  = 24 // terms of one clause
	maxFrom    = 4  // accounts that are looked up
)

// wish is a query as its writer typed it, in parts. All of them must hold.
type wish struct {
	all, none [][]string
	from      []clause // handles, which are looked up
	span      []store.Span
	scope     string // library, public or all
	scoped    bool   // the scope was asked for
}

// clause is one word of a query: with what stands before the colon, and whether it is negated.
type clause struct {
	key, value string
	quoted     bool
	not        bool
}

// quotes are the signs that may begin and end a phrase.
const quotes = "\"\u201C\u201D\u201E\u201F\u00AB\u00BB\uFF02"

// clauses takes a query apart: words, phrases between quotes, and either behind a minus or behind one of the known words
// with a colon. A quote that never ends goes to the end: it is still being typed.
func clauses(q string) []clause {
	var list []clause
	for len(list) < maxClauses {
		q = strings.TrimLeftFunc(q, unicode.IsSpace)
		if q == "" {
			break
		}
		var c clause
		if q[0] == '-' || q[0] == '+' {
			c.not = q[0] == '-'
			q = q[1:]
		}
		if key, rest, ok := strings.Cut(q, ":"); ok && known[strings.ToLower(key)] {
			c.key, q = strings.ToLower(key), rest
		}
		if r, n := utf8.DecodeRuneInString(q); n > 0 && strings.ContainsRune(quotes, r) {
			q = q[n:]
			end := strings.IndexAny(q, quotes)
			if end < 0 {
				c.value, q = q, ""
			} else {
				_, n := utf8.DecodeRuneInString(q[end:])
				c.value, q = q[:end], q[end+n:]
			}
			c.quoted = true
		} else {
			end := strings.IndexFunc(q, unicode.IsSpace)
			if end < 0 {
				end = len(q)
			}
			c.value, q = q[:end], q[end:]
		}
		if c.key != "" || strings.TrimSpace(c.value) != "" {
			list = append(list, c)
		}
	}
	return list
}

// known are the words that mean something before a colon.
var known = map[string]bool{"has": true, "is": true, "language": true, "from": true, "before": true, "after": true,
	"during": true, "in": true}

// parse reads a query. zone is where dates are meant. What stands behind a colon may be half typed, or meant as text: then it is
// text. With strict a date that is none is an error: who searches for posts alone has typed it to its end.
func parse(q string, zone *time.Location, strict bool) (*wish, error) {
	a := &wish{scope: "all"}
	put := func(c clause, terms ...string) {
		if c.not {
			a.none = append(a.none, terms)
		} else {
			a.all = append(a.all, terms)
		}
	}
	for _, c := range clauses(q) {
		if !c.means() {
			for _, phrase := range phrases(c.key + " " + c.value) {
				put(c, phrase...)
			}
			continue
		}
		value := strings.ToLower(strings.TrimSpace(c.value))
		switch c.key {
		case "":
			if name, ok := strings.CutPrefix(c.value, "#"); ok && !c.quoted {
				if w := tagTerm(name); w != "" {
					put(c, w)
					continue
				}
			}
			for _, phrase := range phrases(c.value) {
				put(c, phrase...)
			}
		case "has", "is":
			put(c, termHas+value)
		case "language":
			l, _ := text.Language(value)
			put(c, termLanguage+languageTerm(l))
		case "from":
			if len(a.from) < maxFrom {
				a.from = append(a.from, clause{value: strings.TrimSpace(c.value), not: c.not})
			}
		case "before", "after", "during":
			span, ok := spanOf(c.key, strings.TrimSpace(c.value), zone)
			if !ok && strict {
				return nil, skein.Errorf(skein.Invalid, "Invalid date supplied: %s", clip(c.value))
			}
			if !ok {
				for _, phrase := range phrases(c.key + " " + c.value) {
					put(c, phrase...)
				}
				continue
			}
			span.Not = c.not
			a.span = append(a.span, span)
		case "in":
			if c.not && value != "all" {
				value = map[string]string{"library": "public", "public": "library"}[value]
			}
			a.scope, a.scoped = value, true
		}
	}
	return a, nil
}

// means tells whether what stands behind a colon is something that the word before it knows. Dates are looked at later.
func (c clause) means() bool {
	value := strings.ToLower(strings.TrimSpace(c.value))
	switch c.key {
	case "has", "is":
		return slices.Contains(properties, value)
	case "language":
		_, ok := text.Language(value)
		return ok
	case "from":
		return value != ""
	case "in":
		return value == "library" || value == "public" || value == "all"
	}
	return true
}

// clip shortens what is repeated in an answer.
func clip(s string) string {
	if utf8.RuneCountInString(s) > 40 {
		return string([]rune(s)[:40]) + "…"
	}
	return s
}

// phrases turns what somebody typed into terms that stand together. A single character of a script without spaces stands
// by itself: it is part of longer terms everywhere.
func phrases(s string) (list [][]string) {
	var now []string
	flush := func() {
		if len(now) > 0 {
			list = append(list, now)
		}
		now = nil
	}
	n := 0
	text.Runs(s, func(r text.Run) bool {
		terms := r.Terms()
		if r.Dense && utf8.RuneCountInString(r.Text) == 1 {
			flush()
			list = append(list, terms)
			n++
			return n < maxPhrase
		}
		for _, t := range terms {
			if n == maxPhrase {
				return false
			}
			now = append(now, t)
			n++
		}
		return true
	})
	flush()
	return list
}

// spanOf reads a date, or a moment, and gives the IDs that lie before, after or within it.
func spanOf(key, value string, zone *time.Location) (store.Span, bool) {
	from, to, ok := moments(value, zone)
	if !ok {
		return store.Span{}, false
	}
	switch key {
	case "before":
		return store.Span{To: firstID(from)}, true
	case "after":
		return store.Span{From: firstID(to)}, true
	}
	return store.Span{From: firstID(from), To: firstID(to)}, true
}

// moments reads a day, a month, a year, a moment, or seconds or milliseconds since 1970: when it begins and when it is over.
func moments(s string, zone *time.Location) (from, to time.Time, ok bool) {
	if len(s) > 40 {
		return from, to, false
	}
	if n, ok := skein.ParseID(s); ok && len(s) > 4 {
		t := time.Unix(int64(n), 0)
		if len(s) > 11 {
			t = time.UnixMilli(int64(n))
			return t, t.Add(time.Millisecond), inTime(t)
		}
		return t, t.Add(time.Second), inTime(t)
	}
	for _, f := range []struct {
		layout        string
		years, months int
		days          int
		lasts         time.Duration
	}{
		{"2006-01-02", 0, 0, 1, 0}, {"2006-01", 0, 1, 0, 0}, {"2006", 1, 0, 0, 0},
		{time.RFC3339Nano, 0, 0, 0, time.Second}, {"2006-01-02T15:04:05", 0, 0, 0, time.Second},
		{"2006-01-02T15:04", 0, 0, 0, time.Minute},
	} {
		if t, err := time.ParseInLocation(f.layout, s, zone); err == nil {
			return t, t.AddDate(f.years, f.months, f.days).Add(f.lasts), inTime(t)
		}
	}
	return from, to, false
}

// inTime: IDs have 48 bits for milliseconds; posts are of our time.
func inTime(t time.Time) bool { return t.Year() >= 1970 && t.Year() < 3000 }

// firstID is below all IDs of a moment and what comes after.
func firstID(t time.Time) skein.ID { return skein.ID(max(t.UnixMilli(), 0)) << 16 }
