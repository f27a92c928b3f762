package social

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"skein/internal/kit/archive"
	"skein/internal/kit/fetch"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Kinds of items of lists.
const (
	kindAccount  = "account"
	kindMember   = "member" // of a list
	kindDomain   = "domain"
	kindBookmark = "bookmark"
	kindFilter   = "filter"
	kindGone     = "gone" // is here, and not in the file that is to take its place
)

const (
	importBatch    = 500
	importProblems = 50
	importSample   = 280 // characters
	maxHere        = 200_000
)

// importItem is what is stored of an item until it is settled.
type importItem struct {
	Address   string          `json:"a,omitempty"`
	List      string          `json:"l,omitempty"`
	Name      string          `json:"n,omitempty"`
	Boosts    *bool           `json:"b,omitempty"`
	Notify    *bool           `json:"o,omitempty"`
	Quiet     *bool           `json:"q,omitempty"`
	Languages []string        `json:"g,omitempty"`
	Filter    *archive.Filter `json:"f,omitempty"`
	Post      *archive.Post   `json:"p,omitempty"`
	Media     []importedFile  `json:"m,omitempty"` // those of the post, in its order
}

// collector gathers the items of an import as they are read, counts them, and stores those that are not stored yet.
type collector struct {
	s       *Service
	ctx     context.Context //nolint:containedctx // the life of one job
	i       *skein.Import
	here    map[string]bool // of lists: keys of what is here
	seen    map[[16]byte]bool
	stored  int // items up to this number are in the store
	number  int
	waiting []*skein.ImportItem
	about   []gathered // beside waiting
	kinds   map[string]*skein.ImportKind
	order   []string
	p       *skein.ImportPreview
}

// gathered is what the preview says of an item.
type gathered struct {
	text  string
	at    time.Time
	files int
	bytes int64
}

// add takes an item. One that was there before is overlooked.
func (c *collector) add(kind, key string, d *importItem, g gathered) error {
	sum := sha256.Sum256([]byte(kind + "\x00" + key))
	short := [16]byte(sum[:16])
	if c.seen[short] {
		return nil
	}
	c.seen[short] = true
	if c.number++; c.number > skein.MaxImportItems {
		return archive.ErrRows
	}
	c.waiting = append(c.waiting, &skein.ImportItem{Number: c.number, Kind: kind, Key: key, Data: object(d)})
	c.about = append(c.about, g)
	if len(c.waiting) == importBatch {
		return c.flush()
	}
	return nil
}

// bad notes what cannot be read.
func (c *collector) bad(place, why string) {
	if c.p.Unread++; len(c.p.Problems) < importProblems {
		c.p.Problems = append(c.p.Problems, skein.ImportProblem{Place: text.Clean(place, 200), Why: why})
	}
}

// flush counts what waits, and stores it.
func (c *collector) flush() error {
	if len(c.waiting) == 0 {
		return nil
	}
	list := c.waiting
	err := c.s.DB.Update(c.ctx, c.i.Site, func(tx *store.Tx) error {
		if _, err := tx.LockImport(c.i.ID); err != nil { // it may be removed while it is read
			return err
		}
		var known map[string]skein.ID
		if !c.i.Source.List() {
			keys := make([]string, len(list))
			for n, it := range list {
				keys[n] = it.Key
			}
			var err error
			if known, err = tx.Origins(c.i.Account, c.i.Source, keys); err != nil {
				return err
			}
		}
		var fresh []*skein.ImportItem
		for _, it := range list {
			it.New = !c.here[it.Key] && known[it.Key] == 0
			if it.Number > c.stored {
				fresh = append(fresh, it)
			}
		}
		if len(fresh) == 0 {
			return nil
		}
		_, err := tx.InsertImportItems(c.i.ID, fresh)
		return err
	})
	if err != nil {
		return err
	}
	for n, it := range list {
		k := c.kinds[it.Kind]
		if k == nil {
			k = &skein.ImportKind{Kind: it.Kind}
			c.kinds[it.Kind] = k
			c.order = append(c.order, it.Kind)
		}
		g := c.about[n]
		k.Count++
		k.Files += g.files
		k.Bytes += g.bytes
		if it.New {
			k.New++
		}
		if !g.at.IsZero() {
			if k.From.IsZero() || g.at.Before(k.From) {
				k.From = g.at
			}
			if g.at.After(k.Until) {
				k.Until = g.at
			}
		}
		if len(c.p.Samples) < skein.MaxImportSamples && g.text+it.Kind != "" {
			c.p.Samples = append(c.p.Samples, skein.ImportSample{Kind: it.Kind, Text: text.Excerpt(g.text, importSample), Files: g.files, At: g.at})
		}
	}
	c.waiting, c.about = nil, nil
	return nil
}

// readImport looks through the files of an import, as a step of it.
func (s *Service) readImport(ctx context.Context, i *skein.Import) error {
	c := &collector{s: s, ctx: ctx, i: i, seen: map[[16]byte]bool{}, kinds: map[string]*skein.ImportKind{}, p: &skein.ImportPreview{}}
	err := s.DB.View(ctx, i.Site, func(tx *store.Tx) error {
		var err error
		if c.stored, err = tx.LastImportItem(i.ID); err != nil || !i.Source.List() {
			return err
		}
		here, err := tx.HasAlready(i.Account, i.Source, maxHere)
		c.here = make(map[string]bool, len(here))
		for _, k := range here {
			c.here[k] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	files, err := s.importFiles(ctx, i)
	if err != nil {
		return err
	}
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	if i.Source.List() {
		err = s.readList(ctx, c, io.NewSectionReader(files[0], 0, files[0].size))
	} else {
		err = s.readArchive(ctx, c, files)
	}
	if err == nil {
		err = c.flush()
	}
	why := ""
	switch {
	case err == nil && c.number == 0:
		why = "Nothing that could be brought is in the file."
	case err == nil:
	case errors.Is(err, archive.ErrRows):
		why = "There is more in the file than can be brought at once."
	case errors.Is(err, archive.ErrHostile):
		why = "The archive is refused: it is not built as such archives are, and could do harm."
	case errors.Is(err, archive.ErrFormat):
		why = "The file is not what it is said to be, or is damaged."
	default:
		return err
	}
	for _, k := range c.order {
		c.p.Kinds = append(c.p.Kinds, *c.kinds[k])
	}
	return s.DB.Update(ctx, i.Site, func(tx *store.Tx) error {
		now, err := tx.LockImport(i.ID)
		if err != nil || now.Turn != i.Turn {
			return err
		}
		now.State, now.Preview, now.ExpiresAt = skein.ImportReady, c.p, tx.Now().Add(skein.ImportWait)
		if why != "" {
			now.State, now.Error, now.EndedAt = skein.ImportFailed, why, tx.Now()
		}
		if why != "" || now.Source.List() { // all that is in a list stands in the items
			if err := tx.RemoveImportParts(i.ID); err != nil {
				return err
			}
		}
		return tx.UpdateImport(now)
	})
}

var columnsOf = map[skein.ImportSource]archive.Columns{
	skein.ImportFollowing: archive.Accounts, skein.ImportBlocks: archive.Accounts, skein.ImportMutes: archive.Accounts,
	skein.ImportLists: archive.Lists, skein.ImportDomains: archive.Domains, skein.ImportBookmarks: archive.Bookmarks,
}

// readList gathers the rows of a list.
func (s *Service) readList(ctx context.Context, c *collector, from io.Reader) error {
	site, err := s.Site(ctx, c.i.Site)
	if err != nil {
		return err
	}
	entry := func(e *archive.Entry) error {
		kind, key, d, why := itemOf(site, c.i.Source, e)
		if why != "" {
			c.bad("line "+strconv.Itoa(e.Line), why)
			return nil
		}
		shown := strings.ReplaceAll(key, "\n", " · ")
		return c.add(kind, key, d, gathered{text: shown})
	}
	if c.i.Source == skein.ImportFilters {
		return archive.ReadFilters(from, skein.MaxFilters, entry)
	}
	return archive.ReadList(from, columnsOf[c.i.Source], skein.MaxImportRows, entry, func(line int, why string) { c.bad("line "+strconv.Itoa(line), why) })
}

// itemOf makes an item of a row, or says why it cannot.
func itemOf(site *skein.Site, source skein.ImportSource, e *archive.Entry) (kind, key string, d *importItem, why string) {
	d = &importItem{Boosts: e.Boosts, Notify: e.Notify, Quiet: e.Quiet, Languages: e.Languages, Filter: e.Filter}
	switch source {
	case skein.ImportDomains:
		host, err := fetch.Host(strings.TrimPrefix(e.Name, "*."))
		if err != nil || host == site.Domain {
			return "", "", nil, "This is not the name of another server."
		}
		d.Name = host
		return kindDomain, host, d, ""
	case skein.ImportBookmarks:
		if webURL(e.Name) == nil {
			return "", "", nil, "This is not the address of a post."
		}
		d.Name = e.Name
		return kindBookmark, e.Name, d, ""
	case skein.ImportFilters:
		title := cleanText(strings.TrimSpace(e.Filter.Title))
		if title == "" {
			return "", "", nil, "The filter has no title."
		}
		d.Name, d.Filter.Title = title, title
		return kindFilter, title, d, ""
	}
	user, domain, _ := strings.Cut(e.Address, "@")
	h := store.Handle{Username: user}
	if domain != "" {
		host, err := fetch.Host(domain)
		if err != nil {
			return "", "", nil, "This is not the address of an account."
		}
		h = ownHandle(site, user, host)
	}
	if user == "" || len(user) > 255 || strings.ContainsAny(user, " /:\t") {
		return "", "", nil, "This is not the address of an account."
	}
	h = h.Lower()
	d.Address = h.Username
	if h.Domain != "" {
		d.Address += "@" + h.Domain
	}
	if source == skein.ImportLists {
		d.List = text.DisplayName(e.List, noLimit)
		return kindMember, d.List + "\n" + d.Address, d, ""
	}
	return kindAccount, d.Address, d, ""
}
