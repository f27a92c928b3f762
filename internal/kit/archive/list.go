package archive

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Entry is a row of one of Mastodon's lists.
type Entry struct {
	Line      int
	Address   string // of an account: name@host, without the first @
	List      string // title of the list that it is in
	Name      string // a domain, or the URI of a post
	Boosts    *bool
	Notify    *bool
	Quiet     *bool // its notifications are hidden too
	Languages []string
	Filter    *Filter
}

// Filter is one of Mastodon's filters of posts.
type Filter struct {
	Title    string     `json:"title"`
	Context  []string   `json:"context"`
	Action   string     `json:"filter_action"`
	Expires  *time.Time `json:"expires_at"`
	Keywords []Keyword  `json:"keywords"`
	Also     []Keyword  `json:"keywords_attributes"`
}

// Keyword is a word that a filter looks for.
type Keyword struct {
	Text  string `json:"keyword"`
	Whole bool   `json:"whole_word"`
}

// Columns says what a list is of: the words of its columns, and the one that is meant where there is no head.
type Columns int

// The lists of Mastodon.
const (
	Accounts Columns = iota // following, blocks, mutes: an account and what is said of it
	Lists                   // title of a list, and an account
	Domains                 // #domain
	Bookmarks
)

// headOf names the column that a cell heads; empty: it heads none.
func headOf(cell string) string {
	switch strings.ToLower(strings.TrimSpace(cell)) {
	case "account address":
		return "address"
	case "show boosts":
		return "boosts"
	case "notify on new posts":
		return "notify"
	case "hide notifications":
		return "quiet"
	case "languages":
		return "languages"
	case "list name":
		return "list"
	case "#domain", "#uri":
		return "name"
	case "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate":
		return "other"
	}
	return ""
}

var withoutHead = map[Columns][]string{Accounts: {"address"}, Lists: {"list", "address"}, Domains: {"name"}, Bookmarks: {"name"}}

// ErrRows says that a list has more rows than are taken.
var ErrRows = errors.New("archive: too many rows")

// maxCell is how long a cell may be.
const maxCell = 4096

// ReadList reads a list in CSV, with a head or without, and hands on its rows. What cannot be read is told with its line. It
// is read to its end, or to the first error of entry.
func ReadList(from io.Reader, of Columns, most int, entry func(*Entry) error, bad func(line int, why string)) error {
	in := bufio.NewReader(from)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3)
	}
	r := csv.NewReader(in)
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace, r.ReuseRecord = -1, true, true, true
	columns := withoutHead[of]
	rows := 0
	for first := true; ; first = false {
		cells, err := r.Read()
		if err == io.EOF {
			return nil
		}
		line, _ := r.FieldPos(0)
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			bad(broken.Line, "The line is not as CSV is written.")
			continue
		}
		if err != nil {
			return err
		}
		if rows++; rows > most+1 {
			return ErrRows
		}
		if first && headOf(cells[0]) != "" {
			columns = nil
			for _, c := range cells {
				columns = append(columns, headOf(c))
			}
			continue
		}
		e := &Entry{Line: line}
		fit := true
		for i, cell := range cells {
			cell = strings.TrimSpace(cell)
			if len(cell) > maxCell || !utf8.ValidString(cell) || strings.ContainsRune(cell, 0) {
				bad(line, "The line is too long, or no text.")
				fit = false
				break
			}
			if i < len(columns) {
				e.set(columns[i], strings.Clone(cell))
			}
		}
		switch {
		case !fit:
		case e.Address == "" && (of == Accounts || of == Lists), e.Name == "" && (of == Domains || of == Bookmarks), e.List == "" && of == Lists:
			if strings.TrimSpace(strings.Join(cells, "")) != "" {
				bad(line, "The line does not name what it is about.")
			}
		default:
			if err := entry(e); err != nil {
				return err
			}
		}
	}
}

func (e *Entry) set(column, cell string) {
	truth := func() *bool {
		switch strings.ToLower(cell) {
		case "true", "1", "yes":
			yes := true
			return &yes
		case "false", "0", "no":
			no := false
			return &no
		}
		return nil
	}
	switch column {
	case "address":
		e.Address = strings.TrimPrefix(strings.TrimPrefix(cell, "'"), "@") // some table programs leave a mark before @
	case "list":
		e.List = cell
	case "name":
		e.Name = cell
	case "boosts":
		e.Boosts = truth()
	case "notify":
		e.Notify = truth()
	case "quiet":
		e.Quiet = truth()
	case "languages":
		for l := range strings.SplitSeq(cell, ",") {
			if l = strings.TrimSpace(l); l != "" {
				e.Languages = append(e.Languages, l)
			}
		}
	}
}

// ReadFilters reads Mastodon's export of filters.
func ReadFilters(from io.Reader, most int, entry func(*Entry) error) error {
	var file struct {
		Filters []*Filter `json:"custom_filters"`
	}
	if err := json.NewDecoder(from).Decode(&file); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if len(file.Filters) > most {
		return ErrRows
	}
	for i, f := range file.Filters {
		if f == nil {
			continue
		}
		f.Keywords, f.Also = append(f.Keywords, f.Also...), nil
		if err := entry(&Entry{Line: i + 1, Filter: f}); err != nil {
			return err
		}
	}
	return nil
}
