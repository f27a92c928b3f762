package social

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

const (
	stepTime  = 20 * time.Second // of one job; the next one goes on
	stepItems = 20
	waitFilms = 3 * time.Second
	undoBatch = 50
)

// StepImport does some of an import, as an effect of ImportDue.
func (s *Service) StepImport(ctx context.Context, e skein.ImportDue) error {
	var i *skein.Import
	err := s.DB.View(ctx, e.Site, func(tx *store.Tx) (err error) {
		i, err = tx.Import(e.Import)
		return err
	})
	if errors.Is(err, skein.ErrNotFound) || err == nil && i.Turn != e.Turn { // removed, paused, or done by another
		return nil
	}
	if err != nil {
		return err
	}
	switch i.State {
	case skein.ImportReading:
		return s.readImport(ctx, i)
	case skein.ImportRunning:
		return s.runImport(ctx, i)
	case skein.ImportUndoing:
		return s.undoImport(ctx, i)
	}
	return nil
}

// runImport brings items until its time is over or none is left.
func (s *Service) runImport(ctx context.Context, i *skein.Import) error {
	began := time.Now()
	b := &bringer{s: s, i: i, who: skein.Viewer{Site: i.Site, Account: i.Account}}
	defer b.close()
	above, waits := 0, false
	for over := false; !over && time.Since(began) < stepTime; {
		var list []*skein.ImportItem
		going := false
		err := s.DB.View(ctx, i.Site, func(tx *store.Tx) error {
			now, err := tx.Import(i.ID)
			if err != nil {
				return err
			}
			if going = now.Turn == i.Turn; going {
				list, err = tx.ImportItems(i.ID, skein.ItemWaiting, i.Choice.Kinds, above, stepItems)
			}
			return err
		})
		if errors.Is(err, skein.ErrNotFound) || err == nil && !going {
			return nil
		}
		if err != nil {
			return err
		}
		over = len(list) < stepItems
		for _, it := range list {
			if err := ctx.Err(); err != nil {
				return err
			}
			later, err := b.bring(ctx, it)
			if errors.Is(err, errLater) { // nothing more can be begun now
				waits, over = true, true
				break
			}
			if err != nil {
				return err
			}
			waits = waits || later
			above = it.Number
			if time.Since(began) >= stepTime {
				over = false
				break
			}
		}
		if over && !waits {
			return s.endStep(ctx, i, true, 0)
		}
	}
	wait := time.Duration(0)
	if waits {
		wait = waitFilms
	}
	return s.endStep(ctx, i, false, wait)
}

// endStep calls for the next step, or ends the import.
func (s *Service) endStep(ctx context.Context, i *skein.Import, done bool, wait time.Duration) error {
	return s.DB.Update(ctx, i.Site, func(tx *store.Tx) error {
		now, err := tx.LockImport(i.ID)
		if errors.Is(err, skein.ErrNotFound) || err == nil && now.Turn != i.Turn {
			return nil
		}
		if err != nil {
			return err
		}
		if !done {
			if err := nextStep(tx, now, wait); err != nil {
				return err
			}
			return tx.UpdateImport(now)
		}
		now.EndedAt = tx.Now()
		now.ExpiresAt = now.EndedAt.Add(skein.ImportUndoTime)
		if now.State = skein.ImportDone; i.State == skein.ImportUndoing {
			now.State = skein.ImportUndone
		}
		if err := tx.RemoveImportParts(i.ID); err != nil {
			return err
		}
		return tx.UpdateImport(now)
	})
}

// errLater says that an item, and those after it, must wait.
var errLater = errors.New("social: the import must wait")

// bringer brings the items of one import, in one job.
type bringer struct {
	s     *Service
	i     *skein.Import
	who   skein.Viewer
	lists map[string]skein.ID
	files *archiveFiles
}

func (b *bringer) close() {
	if b.files != nil {
		b.files.close()
	}
}

// itemData reads what is stored of an item.
func itemData(it *skein.ImportItem) (*importItem, bool) {
	d := &importItem{}
	return d, json.Unmarshal([]byte(it.Data), d) == nil
}

// bring does what one item asks for. later: something is made of it first.
func (b *bringer) bring(ctx context.Context, it *skein.ImportItem) (later bool, err error) {
	d, ok := itemData(it)
	if !ok {
		return false, b.settle(ctx, it, skein.ItemFailed, "The item cannot be read.")
	}
	if d.Post != nil {
		later, err := b.post(ctx, it, d, 0)
		if why, ok := whyNot(err); ok && ctx.Err() == nil {
			return false, b.settle(ctx, it, skein.ItemFailed, why)
		}
		return later, err
	}
	known := false
	switch it.Kind {
	case kindAccount:
		known, err = b.account(ctx, it, d)
	case kindMember:
		known, err = b.member(ctx, it, d)
	case kindDomain:
		known, err = !it.New, b.s.BlockDomain(ctx, b.who, d.Name)
	case kindBookmark:
		known, err = b.bookmark(ctx, it, d)
	case kindFilter:
		known, err = b.filter(ctx, it, d)
	case kindLike:
		err = b.like(ctx, d)
	case kindGone:
		err = b.gone(ctx, d)
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		why, ok := whyNot(err)
		if !ok {
			return false, err
		}
		return false, b.settle(ctx, it, skein.ItemFailed, why)
	}
	state := skein.ItemDone
	if known {
		state = skein.ItemKnown
	}
	return false, b.settle(ctx, it, state, "")
}

// settle says what became of an item.
func (b *bringer) settle(ctx context.Context, it *skein.ImportItem, state skein.ImportItemState, why string) error {
	return b.s.DB.Update(ctx, b.i.Site, func(tx *store.Tx) error { return settleItem(tx, b.i.ID, it.Number, state, why) })
}

// settleItem is settle within a transaction.
func settleItem(tx *store.Tx, id skein.ID, number int, state skein.ImportItemState, why string) error {
	isNew, err := tx.SettleImportItem(id, number, state, why)
	if err != nil || !isNew {
		return err
	}
	added, failed := 0, 0
	switch state {
	case skein.ItemDone:
		added = 1
	case skein.ItemFailed:
		failed = 1
	}
	return tx.CountImport(id, 1, added, failed)
}

var errNoAccount = skein.Errorf(skein.NotFound, "The account was not found: its server may be gone, or did not answer.")

// find returns the account of an address, asking its server when it is unknown here.
func (b *bringer) find(ctx context.Context, address string, ask bool) (a *skein.Account, err error) {
	user, domain, _ := strings.Cut(address, "@")
	err = b.s.DB.View(ctx, b.i.Site, func(tx *store.Tx) error {
		a, err = tx.AccountByHandle(user, domain)
		return err
	})
	if err == nil && !a.Gone() || err != nil && !errors.Is(err, skein.ErrNotFound) {
		return a, err
	}
	if domain == "" || !ask || b.s.FindAccount == nil {
		return nil, errNoAccount
	}
	within, cancel := context.WithTimeout(ctx, 2*lookupTime)
	defer cancel()
	if a, err = b.s.FindAccount(within, b.i.Site, address); err != nil || a == nil {
		return nil, errors.Join(ctx.Err(), errNoAccount)
	}
	return a, nil
}

// account follows, mutes or blocks.
func (b *bringer) account(ctx context.Context, it *skein.ImportItem, d *importItem) (known bool, err error) {
	if b.i.Source == skein.ImportBlocks && !it.New {
		return true, nil
	}
	a, err := b.find(ctx, d.Address, true)
	if err != nil {
		return false, err
	}
	switch b.i.Source {
	case skein.ImportFollowing:
		o := FollowOptions{ShowBoosts: d.Boosts, Notify: d.Notify}
		if d.Languages != nil {
			o.Languages = &d.Languages
		}
		_, err = b.s.Follow(ctx, b.who, a.ID, o)
	case skein.ImportMutes:
		_, err = b.s.Mute(ctx, b.who, a.ID, d.Quiet == nil || *d.Quiet, 0)
	case skein.ImportBlocks:
		_, err = b.s.Block(ctx, b.who, a.ID)
	}
	return !it.New, err
}

// member puts somebody into a list, which is made when there is none of that title; as with Mastodon, they are followed.
func (b *bringer) member(ctx context.Context, it *skein.ImportItem, d *importItem) (known bool, err error) {
	if !it.New {
		return true, nil
	}
	if b.lists == nil {
		all, err := b.s.Lists(ctx, b.who)
		if err != nil {
			return false, err
		}
		b.lists = map[string]skein.ID{}
		for _, l := range all {
			if b.lists[l.Title] == 0 {
				b.lists[l.Title] = l.ID
			}
		}
	}
	a, err := b.find(ctx, d.Address, true)
	if err != nil {
		return false, err
	}
	if b.lists[d.List] == 0 {
		l, err := b.s.CreateList(ctx, b.who, ListDraft{Title: &d.List})
		if err != nil {
			return false, err
		}
		b.lists[d.List] = l.ID
	}
	if a.ID != b.who.Account {
		var follows []skein.ID
		if err := b.s.DB.View(ctx, b.i.Site, func(tx *store.Tx) (err error) {
			follows, err = tx.FollowedOf(b.who.Account, []skein.ID{a.ID})
			return err
		}); err != nil {
			return false, err
		}
		if len(follows) == 0 {
			if _, err := b.s.Follow(ctx, b.who, a.ID, FollowOptions{}); err != nil {
				return false, err
			}
		}
	}
	err = b.s.AddToList(ctx, b.who, b.lists[d.List], []skein.ID{a.ID})
	var taken *skein.Error
	if errors.As(err, &taken) && slices.ContainsFunc(taken.Fields, func(f skein.FieldError) bool { return f.Code == "taken" }) {
		return true, nil
	}
	return false, err
}

var errNoPost = skein.Errorf(skein.NotFound, "The post was not found: it may be gone, or not for you.")

// bookmark keeps a post.
func (b *bringer) bookmark(ctx context.Context, it *skein.ImportItem, d *importItem) (known bool, err error) {
	if !it.New {
		return true, nil
	}
	p, err := b.findPost(ctx, d.Name)
	if err != nil {
		return false, err
	}
	if _, err := b.s.Bookmark(ctx, b.who, p); skein.KindOf(err) == skein.NotFound {
		return false, errNoPost
	} else if err != nil {
		return false, err
	}
	return false, nil
}

// findPost returns the post of an address.
func (b *bringer) findPost(ctx context.Context, uri string) (skein.ID, error) {
	found := &Found{}
	u := webURL(uri)
	if u == nil {
		return 0, errNoPost
	}
	within, cancel := context.WithTimeout(ctx, 2*lookupTime)
	defer cancel()
	err := b.s.searchURL(within, b.who, Query{Kind: searchPosts, Resolve: true}, uri, u, found)
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case err != nil || len(found.Posts) == 0:
		return 0, errNoPost
	}
	return found.Posts[0].Post.ID, nil
}

// filter makes a filter of posts.
func (b *bringer) filter(ctx context.Context, it *skein.ImportItem, d *importItem) (known bool, err error) {
	if !it.New || d.Filter == nil {
		return true, nil
	}
	f := d.Filter
	draft := FilterDraft{Title: &f.Title}
	var contexts []skein.FilterContext
	for _, c := range f.Context {
		contexts = append(contexts, skein.FilterContext(c))
	}
	draft.Contexts = &contexts
	if f.Action != "" {
		action := skein.FilterAction(f.Action)
		draft.Action = &action
	}
	if f.Expires != nil {
		left := f.Expires.Sub(b.s.DB.Now())
		if left <= 0 {
			return false, skein.Errorf(skein.Invalid, "The filter is over.")
		}
		draft.Expires = &left
	}
	for _, k := range f.Keywords {
		draft.Keywords = append(draft.Keywords, KeywordDraft{Text: &k.Text, Whole: &k.Whole})
	}
	_, err = b.s.CreateFilter(ctx, b.who, draft)
	return false, err
}

// planRemovals makes items of what is here and not in the file that is to take its place.
func (s *Service) planRemovals(ctx context.Context, tx *store.Tx, i *skein.Import) error {
	here, err := tx.HasAlready(i.Account, i.Source, maxHere)
	if err != nil {
		return err
	}
	in := map[string]bool{}
	for _, kind := range []string{kindAccount, kindMember, kindDomain, kindBookmark, kindFilter} {
		for above := ""; ; {
			keys, err := tx.ImportKeys(i.ID, kind, above, importBatch)
			if err != nil {
				return err
			}
			for _, k := range keys {
				in[k], above = true, k
			}
			if len(keys) < importBatch {
				break
			}
		}
	}
	number, err := tx.LastImportItem(i.ID)
	if err != nil {
		return err
	}
	var list []*skein.ImportItem
	for _, key := range here {
		if in[key] {
			continue
		}
		d := &importItem{Name: key}
		switch i.Source {
		case skein.ImportLists:
			d.List, d.Address, _ = strings.Cut(key, "\n")
		case skein.ImportFollowing, skein.ImportMutes, skein.ImportBlocks:
			d.Address = key
		}
		number++
		list = append(list, &skein.ImportItem{Number: number, Kind: kindGone, Key: key, Data: object(d), New: true})
	}
	for len(list) > 0 {
		some := list[:min(len(list), importBatch)]
		list = list[len(some):]
		if _, err := tx.InsertImportItems(i.ID, some); err != nil {
			return err
		}
	}
	return nil
}

// gone takes away what is not in the file.
func (b *bringer) gone(ctx context.Context, d *importItem) error {
	if d.Address != "" {
		a, err := b.find(ctx, d.Address, false)
		if err != nil {
			return err
		}
		switch b.i.Source {
		case skein.ImportFollowing:
			_, err = b.s.Unfollow(ctx, b.who, a.ID)
		case skein.ImportMutes:
			_, err = b.s.Unmute(ctx, b.who, a.ID)
		case skein.ImportBlocks:
			_, err = b.s.Unblock(ctx, b.who, a.ID)
		case skein.ImportLists:
			var lists []*skein.List
			if lists, err = b.s.Lists(ctx, b.who); err != nil {
				return err
			}
			for _, l := range lists {
				if l.Title == d.List {
					if err := b.s.RemoveFromList(ctx, b.who, l.ID, []skein.ID{a.ID}); err != nil {
						return err
					}
				}
			}
		}
		return err
	}
	switch b.i.Source {
	case skein.ImportDomains:
		return b.s.UnblockDomain(ctx, b.who, d.Name)
	case skein.ImportBookmarks:
		p, err := b.s.PostByURI(ctx, b.i.Site, d.Name)
		if err != nil {
			return err
		}
		_, err = b.s.Unbookmark(ctx, b.who, p.ID)
		return err
	case skein.ImportFilters:
		list, err := b.s.Filters(ctx, b.who)
		if err != nil {
			return err
		}
		for _, f := range list {
			if f.Title == d.Name {
				return b.s.DeleteFilter(ctx, b.who, f.ID)
			}
		}
	}
	return nil
}

// object returns what is stored of an item.
func object(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("social: an item is not for JSON: " + err.Error()) // a fault of the program, not of the data
	}
	return string(b)
}
