package social

import (
	"context"
	"errors"
	"slices"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

const (
	// newsTime is how old a post may be when it comes and still be told of: as long as peers try to deliver.
	newsTime = 7 * 24 * time.Hour
	// liveTime is how old it may be and still be put in front of those who watch.
	liveTime = 6 * time.Hour

	bellBatch  = 200 // followers told of a post in one transaction
	maxEchoed  = 1000
	trimEvery  = 64 // a home timeline is trimmed about once in so many posts
	pruneFeeds = 50
	maxPruned  = 2000
)

// Spread brings a new post to those whom it concerns: home timelines, notifications, open streams. It may run twice.
func (s *Service) Spread(ctx context.Context, e skein.PostCreated) error {
	var p *skein.Post
	err := s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		p = nil
		r := s.truth(tx, skein.Viewer{Site: e.Site})
		posts, err := r.posts([]skein.ID{e.Post})
		if err != nil {
			return err
		}
		post := posts[e.Post]
		if post == nil || post.Held {
			return nil // deleted meanwhile, or hidden
		}
		original := posts[post.BoostOf]
		authors := []skein.ID{post.Author}
		if original != nil {
			authors = append(authors, original.Author)
		}
		accounts, err := r.accounts(authors)
		if err != nil {
			return err
		}
		author := accounts[post.Author]
		if author == nil || author.Gone() || post.BoostOf != 0 && (original == nil || accounts[original.Author] == nil) {
			return nil
		}
		p = post
		if err := s.wantCard(ctx, tx, p, author); err != nil {
			return err
		}
		return s.spread(tx, p, original, author, accounts, e.Quiet)
	})
	if err != nil || p == nil || e.Quiet {
		return err
	}
	return s.ring(ctx, p)
}

func (s *Service) spread(tx *store.Tx, p, original *skein.Post, author *skein.Account, accounts map[skein.ID]*skein.Account, quiet bool) error {
	if err := errors.Join(s.indexNew(tx, p, original, author), s.countUses(tx, p, author)); err != nil {
		return err
	}
	age := tx.Now().Sub(p.CreatedAt)
	if age < feedTime {
		in := store.Spread{Post: p, Original: original}
		for _, a := range accounts {
			in.Domains = append(in.Domains, a.Domain)
		}
		mentions := p.Mentions
		if original != nil {
			mentions = original.Mentions
		}
		for _, m := range mentions {
			in.Domains = append(in.Domains, m.Domain)
		}
		in.Domains = slices.DeleteFunc(once(in.Domains), func(d string) bool { return d == "" })
		readers, err := tx.SpreadHome(in)
		if err != nil {
			return err
		}
		tell := age < liveTime && s.Hub != nil && !quiet
		if tell {
			tx.OnCommit(func() {
				for _, id := range readers {
					s.tell(TopicUser(id), Live{Kind: LivePost, Post: p.ID})
				}
				if p.Local && !slices.Contains(readers, p.Author) { // it has been in its author's home from the beginning
					s.tell(TopicUser(p.Author), Live{Kind: LivePost, Post: p.ID})
				}
				s.tellPublic(p, author, LivePost)
			})
		}
		some := slices.DeleteFunc(slices.Clone(readers), func(id skein.ID) bool { return id%trimEvery != p.ID%trimEvery })
		if err := tx.TrimHome(some); err != nil {
			return err
		}
		if err := s.spreadLists(tx, in, tell); err != nil {
			return err
		}
	}
	if original == nil {
		if err := s.converse(tx, p, author, quiet || age > newsTime); err != nil {
			return err
		}
	}
	if age > newsTime || quiet {
		return nil
	}
	var notes []skein.Notification
	if original != nil {
		if original.Local {
			notes = append(notes, skein.Notification{Account: original.Author, Kind: skein.NotifyBoost, Actor: p.Author, Post: original.ID})
		}
	} else {
		for _, m := range p.Mentions {
			if !m.Silent && m.Domain == "" && len(notes) < maxNotified {
				notes = append(notes, skein.Notification{Account: m.Account, Kind: skein.NotifyMention, Actor: p.Author, Post: p.ID})
			}
		}
	}
	_, err := s.notifyAll(tx, notes)
	return err
}

// tellPublic tells open streams of public timelines of a listed post.
func (s *Service) tellPublic(p *skein.Post, author *skein.Account, kind LiveKind) {
	if !p.Listed() || !author.SilencedAt.IsZero() {
		return
	}
	names := make([]string, len(p.Tags))
	for i, t := range p.Tags {
		names[i] = t.Name
	}
	s.tellListed(p.Site, p.Local, names, Live{Kind: kind, Post: p.ID})
}

func (s *Service) tellListed(site skein.ID, local bool, tags []string, l Live) {
	s.tell(TopicPublic(site), l)
	if local {
		s.tell(TopicLocal(site), l)
	} else {
		s.tell(TopicRemote(site), l)
	}
	for _, t := range tags {
		s.tell(TopicTag(site, t), l)
		if local {
			s.tell(TopicLocalTag(site, t), l)
		}
	}
}

// ring tells followers who want to hear of each post: not of boosts, and not of answers to others.
func (s *Service) ring(ctx context.Context, p *skein.Post) error {
	answer := p.ReplyToURI != "" || p.ReplyTo != 0 && p.ReplyToAuthor != p.Author
	if p.BoostOf != 0 || answer || p.Visibility == skein.Direct || s.DB.Now().Sub(p.CreatedAt) > newsTime {
		return nil
	}
	after := skein.ID(0)
	for {
		var who []skein.ID
		err := s.DB.View(ctx, p.Site, func(tx *store.Tx) (err error) {
			who, err = tx.Bells(p.Author, after, bellBatch)
			return err
		})
		if err != nil || len(who) == 0 {
			return err
		}
		var notes []skein.Notification
		for _, id := range who {
			named := slices.ContainsFunc(p.Mentions, func(m skein.Mention) bool { return m.Account == id && !m.Silent })
			if !named { // they are told already
				notes = append(notes, skein.Notification{Account: id, Kind: skein.NotifyPost, Actor: p.Author, Post: p.ID})
			}
		}
		err = s.DB.Update(ctx, p.Site, func(tx *store.Tx) error {
			_, err := s.notifyAll(tx, notes)
			return err
		})
		if err != nil || len(who) < bellBatch {
			return err
		}
		after = who[len(who)-1]
	}
}

// SpreadEdit tells of an edit: those who are named only now, people of the site who boosted the post, open streams.
func (s *Service) SpreadEdit(ctx context.Context, e skein.PostEdited) error {
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		p, err := tx.Post(e.Post)
		if errors.Is(err, skein.ErrNotFound) {
			return nil
		}
		if err != nil || p.Held {
			return err
		}
		author, err := tx.Account(p.Author)
		if err != nil || author.Gone() {
			return err
		}
		if err := errors.Join(linkAgain(tx, p), s.wantCard(ctx, tx, p, author), s.index(tx, p, author)); err != nil {
			return err
		}
		if tx.Now().Sub(p.CreatedAt) < newsTime || e.Content && tx.Now().Sub(p.EditedAt) < newsTime {
			var notes []skein.Notification
			for _, id := range e.Mentioned[:min(len(e.Mentioned), maxNotified)] {
				notes = append(notes, skein.Notification{Account: id, Kind: skein.NotifyMention, Actor: p.Author, Post: p.ID})
			}
			if e.Content {
				boosters, err := tx.LocalBoosters(p.ID, maxEchoed)
				if err != nil {
					return err
				}
				for _, id := range boosters {
					notes = append(notes, skein.Notification{Account: id, Kind: skein.NotifyEdit, Actor: p.Author, Post: p.ID})
				}
				quoters, err := tx.LocalQuoters(p.ID, maxEchoed)
				if err != nil {
					return err
				}
				for _, q := range quoters {
					notes = append(notes, skein.Notification{Account: q.Author, Kind: skein.NotifyQuotedEdit, Actor: p.Author, Post: q.Post})
				}
			}
			if _, err := s.notifyAll(tx, notes); err != nil {
				return err
			}
		}
		if p.Visibility == skein.Direct && len(e.Mentioned) > 0 {
			if err := s.converse(tx, p, author, false, e.Mentioned...); err != nil {
				return err
			}
		}
		return s.tellEdit(tx, p, author)
	})
}

// tellEdit tells open streams, after the commit, that a post is not what it was.
func (s *Service) tellEdit(tx *store.Tx, p *skein.Post, author *skein.Account) error {
	if s.Hub == nil {
		return nil
	}
	readers, err := tx.HomeReaders(p.ID)
	if err != nil {
		return err
	}
	lists, err := tx.ListReaders(p.ID)
	if err != nil {
		return err
	}
	s.tellLists(tx, lists, LiveEdit, p.ID)
	if p.Visibility == skein.Direct {
		talks, err := tx.ConversationsOf(p.ID)
		if err != nil {
			return err
		}
		s.tellTalks(tx, talks)
	}
	tx.OnCommit(func() {
		named := map[skein.ID]bool{}
		for _, m := range p.Mentions {
			if !m.Silent && m.Domain == "" {
				named[m.Account] = true
			}
		}
		for _, id := range readers {
			s.tell(TopicUser(id), Live{Kind: LiveEdit, Post: p.ID, Named: named[id]})
			delete(named, id)
		}
		for id := range named {
			s.tell(TopicUser(id), Live{Kind: LiveEdit, Post: p.ID, Named: true, Away: true})
		}
		s.tellPublic(p, author, LiveEdit)
	})
	return nil
}

// SpreadDelete tells open streams that a post is gone. Home timelines heard of it when it went.
func (s *Service) SpreadDelete(_ context.Context, e skein.PostDeleted) error {
	l := Live{Kind: LiveDelete, Post: e.Post}
	if e.Listed {
		s.tellListed(e.Site, e.Local, e.Tags, l)
	}
	l.Named = true
	for _, id := range e.Mentions {
		s.tell(TopicUser(id), l)
	}
	return nil
}

// SpreadLike tells a local author who likes a post.
func (s *Service) SpreadLike(ctx context.Context, e skein.PostLiked) error {
	return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
		p, err := tx.Post(e.Post)
		if err == nil {
			_, err = tx.Like(e.Account, e.Post)
		}
		if errors.Is(err, skein.ErrNotFound) {
			return nil // taken back meanwhile
		}
		if err != nil {
			return err
		}
		if !p.Local {
			return s.indexLiked(tx, p.ID, e.Account)
		}
		_, err = s.notify(tx, skein.Notification{Account: p.Author, Kind: skein.NotifyLike, Actor: e.Account, Post: p.ID})
		return err
	})
}

// graveTime is how long it is remembered that something was deleted (T183: a year at least).
const graveTime = 400 * 24 * time.Hour

// Tidy forgets, on all sites, what no longer counts: home timelines that nobody reads, old keys, old graves. Run it once a
// day or so.
func (s *Service) Tidy(ctx context.Context) error {
	for {
		var n int
		err := s.DB.Update(ctx, 0, func(tx *store.Tx) (err error) {
			n, err = tx.PruneFeeds(tx.Now(), pruneFeeds)
			return err
		})
		if err != nil {
			return err
		}
		if n < pruneFeeds {
			break
		}
	}
	if err := s.pruneLists(ctx, s.DB.Now()); err != nil {
		return err
	}
	if err := s.tidyImports(ctx); err != nil {
		return err
	}
	now := s.DB.Now()
	for _, prune := range []func(tx *store.Tx) (bool, error){
		func(tx *store.Tx) (bool, error) {
			n, err := tx.PruneCards(now.Add(-cardUnused), maxPruned)
			return n >= maxPruned, err
		},
		func(tx *store.Tx) (bool, error) { return tx.PruneTranslations(now.Add(-translationTime)) },
		func(tx *store.Tx) (bool, error) { return tx.PruneKeys(now.Add(-keyTime)) },
		func(tx *store.Tx) (bool, error) { return tx.PruneTombstones(now.Add(-graveTime)) },
		(*store.Tx).PruneMutes,
	} {
		if err := s.DB.Repeat(ctx, prune); err != nil {
			return err
		}
	}
	return nil
}
