package social

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"strings"
	"time"

	"skein/internal/kit/fetch"
	"skein/internal/kit/preview"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Pages is the way to the pages that posts link to. *fetch.Client is one.
type Pages interface {
	Document(ctx context.Context, req fetch.Request) (*fetch.Response, error)
	Media(ctx context.Context, req fetch.Request) (*fetch.Stream, error)
}

// When pages are read, and how much of one (T91).
const (
	maxPage     = 1 << 20
	pageTime    = 5 * time.Second
	cardTime    = 10 * time.Second    // for the page, what it names, and its author
	maxPageURL  = 2048                // bytes; longer ones have no card
	pageDelay   = time.Minute         // a post of a peer reaches many servers at once: each waits for a time of its own
	pageAgain   = 24 * time.Hour      // after which a page that gave nothing is read again, when somebody links to it
	pageOld     = 14 * 24 * time.Hour // after which one that gave something is
	cardBatch   = 100
	maxCardText = 500
	maxOEmbed   = 128 << 10
	maxCards    = 10_000 // kept in memory
	cardUnused  = 30 * 24 * time.Hour
)

// CardView is a card as somebody sees it.
type CardView struct {
	*skein.Card
	Author *skein.Account // nil: nobody known, or nobody who agrees
	// Unattributed: the page names the viewer as its writer, who has not agreed to be named by it.
	Unattributed bool
}

// cardLink returns the address of the page that a post has a card of, in canonical form; empty: it has none, as Mastodon
// gives none to posts with files or a quote.
func cardLink(site *skein.Site, p *skein.Post) (link, host string) {
	if p.BoostOf != 0 || len(p.Attachments) > 0 || p.Extra.Quote != nil {
		return "", ""
	}
	return pageURL(site, text.OutLink(p.HTML))
}

// pageURL is an address as cards are found by it. Pages of the site itself have no card.
func pageURL(site *skein.Site, link string) (page, host string) {
	if link == "" {
		return "", ""
	}
	u, err := fetch.Canonical(link)
	if err != nil || u.Host == site.Domain {
		return "", ""
	}
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	page = u.String()
	if len(page) > maxPageURL {
		return "", ""
	}
	return page, u.Host
}

// mayRead tells whether the page may be fetched because of a post: the link of a private post of a peer is for its readers, and
// its own server has been there (T172).
func mayRead(p *skein.Post) bool {
	return p.Local || p.Visibility == skein.Public || p.Visibility == skein.Unlisted
}

// wantCard gives a new or edited post, a copy of the caller's own, the card of what it links to, or asks for it.
func (s *Service) wantCard(ctx context.Context, tx *store.Tx, p *skein.Post, author *skein.Account) error {
	if p.BoostOf != 0 || p.Extra.Card == 0 && !strings.Contains(p.HTML, "<a ") {
		return nil
	}
	site, err := s.Site(ctx, tx.Site())
	if err != nil {
		return err
	}
	link, host := cardLink(site, p)
	if link == "" {
		if p.Extra.Card == 0 {
			return nil
		}
		return errors.Join(tx.LinkCard(p.ID, 0), setCard(tx, p.ID, 0))
	}
	c, err := tx.WantCard(link, host)
	if err != nil {
		return err
	}
	if err := errors.Join(tx.LinkCard(p.ID, c.ID), countLink(tx, p, c)); err != nil {
		return err
	}
	has := skein.ID(0)
	if c.Ready {
		has = c.ID
	}
	if has != p.Extra.Card {
		if err := setCard(tx, p.ID, has); err != nil {
			return err
		}
		p.Extra.Card = has
	}
	now := tx.Now()
	if s.Pages == nil || !mayRead(p) || now.Sub(c.FetchedAt) < goodFor(c) || now.Sub(c.WantedAt) < pageAgain {
		return nil
	}
	c.WantedAt = now
	if err := tx.UpdateCard(c); err != nil {
		return err
	}
	if !p.Local {
		now = now.Add(rand.N(pageDelay))
	}
	return tx.EmitAt(now, skein.CardWanted{Site: tx.Site(), Card: c.ID, By: cause(author)})
}

// cause is who answers for what we fetch because of an account: a peer for all its people, one of ours for themselves.
func cause(a *skein.Account) string {
	if a.Domain != "" {
		return a.Domain
	}
	return "account " + a.ID.String()
}

// goodFor is how long a page is not read again.
func goodFor(c *skein.Card) time.Duration {
	if c.Ready {
		return pageOld
	}
	return pageAgain
}

// setCard stores which card a post shows.
func setCard(tx *store.Tx, post, card skein.ID) error {
	_, err := tx.ChangePost(post, func(p *skein.Post) bool {
		if p.Extra.Card == card {
			return false
		}
		p.Extra.Card = card
		return true
	})
	if errors.Is(err, skein.ErrNotFound) {
		return nil
	}
	return err
}

// ReadCard is the job of CardWanted: it reads the page. What cannot be read is left for a day.
func (s *Service) ReadCard(ctx context.Context, e skein.CardWanted) error {
	var c *skein.Card
	err := s.DB.View(ctx, e.Site, func(tx *store.Tx) (err error) {
		c, err = tx.Card(e.Card)
		return err
	})
	if errors.Is(err, skein.ErrNotFound) || err == nil && s.Pages == nil {
		return nil
	}
	if err != nil || s.DB.Now().Sub(c.FetchedAt) < goodFor(c) {
		return err
	}
	if s.Budget != nil && e.By != "" && !s.Budget(e.Site, e.By, c.URL) {
		return nil // whoever links to it tomorrow has it read
	}
	// However slow the page, what it names and its author are: the worker is needed for others. What took too long counts as
	// read, so that it is not tried again at once.
	look, cancel := context.WithTimeout(ctx, cardTime)
	defer cancel()
	page, err := s.readPage(look, c)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil && s.Log != nil {
		s.Log.DebugContext(ctx, "read page", "host", c.Host, "err", err)
	}
	next := *c
	if page != nil {
		next.Data, next.Ready = cardData(c, page), true
		next.Creator, next.Author = s.writer(look, c, page.Creator)
	}
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		next.FetchedAt = tx.Now()
		if err := tx.UpdateCard(&next); err != nil || !next.Ready {
			return err
		}
		return tx.Emit(skein.CardRead{Site: e.Site, Card: c.ID})
	})
}

// readPage fetches a page and what else it says of itself: nil when there is nothing to show, or it does not want to be shown.
// No request names the post, nor who wrote it (T172).
func (s *Service) readPage(ctx context.Context, c *skein.Card) (*preview.Page, error) {
	rules, err := s.peers(ctx, c.Site)
	if err != nil {
		return nil, err
	}
	check := func(host string) error {
		if rules.For(host).Severity == skein.Suspended {
			return errors.New("the site has nothing to do with this server")
		}
		return nil
	}
	in, err := s.Pages.Media(ctx, fetch.Request{URL: c.URL, Accept: "text/html, application/xhtml+xml;q=0.9", Check: check,
		Header: http.Header{"Accept-Language": {"*"}}, Timeout: pageTime, Limit: 16 * maxPage})
	if err != nil {
		return nil, err
	}
	defer in.Body.Close()
	kind := in.Header.Get("Content-Type")
	if t, _, err := mime.ParseMediaType(kind); err != nil || t != "text/html" && t != "application/xhtml+xml" {
		return nil, errors.New("not a page")
	}
	if preview.Refuses(in.Header.Values("X-Robots-Tag")) {
		return nil, errors.New("not to be shown")
	}
	body, err := io.ReadAll(io.LimitReader(in.Body, maxPage))
	if err != nil && len(body) == 0 {
		return nil, err
	}
	page := preview.Read(in.URL, kind, body)
	if page.NoIndex {
		return nil, errors.New("not to be shown")
	}
	if page.OEmbed != "" {
		if r, err := s.Pages.Document(ctx, fetch.Request{URL: page.OEmbed, Accept: "application/json", Check: check,
			Timeout: pageTime, Limit: maxOEmbed}); err == nil {
			page.ReadOEmbed(r.URL, r.Body)
		}
	}
	if page.Title == "" && page.HTML == "" {
		return nil, errors.New("nothing to show")
	}
	return page, nil
}

// cardData is what is kept of a page, within bounds.
func cardData(c *skein.Card, p *preview.Page) skein.CardData {
	line := func(s string) string { return text.DisplayName(s, maxCardText) }
	d := skein.CardData{
		URL: c.URL, Title: line(p.Title), Description: line(p.Description), Kind: skein.CardKind(p.Type), Article: p.Article,
		AuthorName: line(p.Author), AuthorURL: p.AuthorURL, Provider: line(p.Provider), HTML: p.HTML, Embed: p.Player,
		Width: p.Width, Height: p.Height, Image: p.Image, ImageText: text.Clean(p.ImageText, 3*maxCardText), PublishedAt: p.Published,
	}
	d.Language, _ = text.Language(p.Language)
	// A page may name itself by another address, but only on its own host: people see where they go.
	if u, err := fetch.Canonical(p.Canonical); err == nil && u.Host == c.Host {
		d.URL = u.String()
	}
	if d.Provider == "" {
		d.Provider = strings.TrimPrefix(c.Host, "www.")
	}
	if scheme, _, ok := strings.Cut(c.URL, "://"); ok {
		d.ProviderURL = scheme + "://" + c.Host
	}
	if d.Image == "" && d.Kind == skein.CardLink {
		d.Width, d.Height = 0, 0
	}
	return d
}

// writer finds whom a page names as its writer (fediverse:creator), and whether they agree to be named by its host.
func (s *Service) writer(ctx context.Context, c *skein.Card, creator string) (named, agreed skein.ID) {
	if creator == "" {
		return 0, 0
	}
	who := skein.Viewer{Site: c.Site}
	a, err := s.AccountByHandle(ctx, who, creator)
	if skein.KindOf(err) == skein.NotFound && s.FindAccount != nil {
		site, err := s.Site(ctx, c.Site)
		if err != nil {
			return 0, 0
		}
		if h, ok := handle(site, creator); ok && h.Domain != "" {
			a, _ = s.FindAccount(ctx, c.Site, h.Username+"@"+h.Domain)
		}
	}
	if a == nil || a.Gone() || a.Pending {
		return 0, 0
	}
	if attributes(a, c.Host) {
		return a.ID, a.ID
	}
	return a.ID, 0
}

// attributes tells whether an account agrees that pages of a host name it as their writer.
func attributes(a *skein.Account, host string) bool {
	host, _, _ = strings.Cut(host, ":")
	for _, d := range a.Extra.Attribution {
		d = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(d)), "*.")
		if d != "" && (host == d || strings.HasSuffix(host, "."+d)) {
			return true
		}
	}
	return false
}

// SpreadCard is the job of CardRead: the posts that wait for a card get it. Mastodon tells nobody of that, and so it is here.
func (s *Service) SpreadCard(ctx context.Context, e skein.CardRead) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		c, err := tx.Card(e.Card)
		if errors.Is(err, skein.ErrNotFound) || err == nil && !c.Ready {
			return nil
		}
		if err != nil {
			return err
		}
		before := e.Before
		if before == 0 {
			before = 1<<63 - 1
		}
		ids, err := tx.CardPosts(c.ID, before, cardBatch)
		if err != nil || len(ids) == 0 {
			return err
		}
		posts, err := tx.Posts(ids)
		if err != nil {
			return err
		}
		for _, p := range posts {
			if link, _ := cardLink(site, p); link != c.URL || p.Extra.Card == c.ID {
				continue
			}
			if err := setCard(tx, p.ID, c.ID); err != nil {
				return err
			}
			if c.Data.HTML == "" { // the index knows of links already
				continue
			}
			p.Extra.Card = c.ID
			author, err := tx.Account(p.Author)
			if err != nil {
				return err
			}
			if err := s.index(tx, p, author); err != nil {
				return err
			}
		}
		if len(ids) < cardBatch {
			return nil
		}
		return tx.Emit(skein.CardRead{Site: e.Site, Card: c.ID, Before: ids[len(ids)-1]})
	})
}

// cards returns those of the cards that there are.
func (r *reader) cards(ids []skein.ID) (map[skein.ID]*skein.Card, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found := make(map[skein.ID]*skein.Card, len(ids))
	miss := ids
	if r.cache != nil {
		miss = nil
		for _, id := range ids {
			if e, ok := r.cache.cards.Get(id); ok && r.now.Before(e.until) && e.v.Site == r.who.Site {
				found[id] = e.v
			} else {
				miss = append(miss, id)
			}
		}
	}
	list, err := r.tx.Cards(miss)
	for _, c := range list {
		found[c.ID] = c
		if r.cache != nil {
			put(r.cache, r.cache.cards, c.ID, c, r.epoch, r.now)
		}
	}
	return found, err
}

// card is the card of a post as the reader sees it.
func (s *sight) card(c *skein.Card) *CardView {
	if c == nil || !c.Ready {
		return nil
	}
	v := &CardView{Card: c}
	if a := s.accounts[c.Author]; c.Author != 0 && a != nil && !a.Gone() && !a.Pending {
		st := s.Stands[a.ID]
		if !st.Blocks && !st.BlockedBy && !(a.Domain != "" && s.Domains[a.Domain]) {
			v.Author = a
		}
	}
	v.Unattributed = c.Creator != 0 && c.Author == 0 && c.Creator == s.who.Account
	return v
}
