package social

import (
	"context"
	"slices"
	"strings"
	"time"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// FilterDraft is what a person wants of a filter. nil leaves a part of one that is there as it is.
type FilterDraft struct {
	Title    *string
	Contexts *[]skein.FilterContext
	Action   *skein.FilterAction
	Expires  *time.Duration // from now; below zero: never
	Keywords []KeywordDraft
}

// KeywordDraft is a keyword of a filter: a new one, or a change of the one with the ID.
type KeywordDraft struct {
	ID     skein.ID
	Text   *string
	Whole  *bool // nil: true of a new one
	Remove bool
}

// Filters returns the viewer's filters, the oldest first.
func (s *Service) Filters(ctx context.Context, who skein.Viewer) (list []*skein.Filter, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		list, err = tx.Filters(who.Account)
		return err
	})
	return list, err
}

// Filter returns one of them.
func (s *Service) Filter(ctx context.Context, who skein.Viewer, id skein.ID) (*skein.Filter, error) {
	list, err := s.Filters(ctx, who)
	if err != nil {
		return nil, err
	}
	return pickFilter(list, func(f *skein.Filter) bool { return f.ID == id })
}

func pickFilter(list []*skein.Filter, is func(*skein.Filter) bool) (*skein.Filter, error) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], nil
	}
	return nil, skein.ErrNotFound
}

// FilterKeyword returns a keyword of the viewer's with its filter.
func (s *Service) FilterKeyword(ctx context.Context, who skein.Viewer, id skein.ID) (*skein.Filter, *skein.FilterKeyword, error) {
	list, err := s.Filters(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	return pickKeyword(list, id)
}

func pickKeyword(list []*skein.Filter, id skein.ID) (*skein.Filter, *skein.FilterKeyword, error) {
	for _, f := range list {
		for i := range f.Keywords {
			if f.Keywords[i].ID == id {
				return f, &f.Keywords[i], nil
			}
		}
	}
	return nil, nil, skein.ErrNotFound
}

// FilterPost returns a post of a filter of the viewer's.
func (s *Service) FilterPost(ctx context.Context, who skein.Viewer, id skein.ID) (*skein.FilterPost, error) {
	list, err := s.Filters(ctx, who)
	if err != nil {
		return nil, err
	}
	return pickFiltered(list, id)
}

func pickFiltered(list []*skein.Filter, id skein.ID) (*skein.FilterPost, error) {
	for _, f := range list {
		for i := range f.Posts {
			if f.Posts[i].ID == id {
				return &f.Posts[i], nil
			}
		}
	}
	return nil, skein.ErrNotFound
}

// changeFilters runs what somebody does about their filters, one after the other, and tells their other devices of it.
func (s *Service) changeFilters(ctx context.Context, who skein.Viewer, do func(tx *store.Tx, list []*skein.Filter) error) error {
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if who.Visitor() {
			return errVisitor
		}
		self, err := tx.LockAccount(who.Account) // two at once would both find room under a limit
		if skein.KindOf(err) == skein.NotFound {
			return errVisitor
		}
		if err != nil {
			return err
		}
		if err := mayAct(self); err != nil {
			return err
		}
		list, err := tx.Filters(self.ID)
		if err != nil {
			return err
		}
		if err := do(tx, list); err != nil {
			return err
		}
		if s.Hub != nil {
			tx.OnCommit(func() {
				s.Hub.Publish(TopicUser(who.Account), string(LiveFilters), Live{Kind: LiveFilters})
			})
		}
		return nil
	})
}

// CreateFilter makes a filter.
func (s *Service) CreateFilter(ctx context.Context, who skein.Viewer, d FilterDraft) (f *skein.Filter, err error) {
	err = s.changeFilters(ctx, who, func(tx *store.Tx, list []*skein.Filter) error {
		if len(list) >= skein.MaxFilters {
			return skein.Errorf(skein.Invalid, "You have %d filters already, and more are not kept: remove one first.", len(list))
		}
		f = &skein.Filter{Account: who.Account, Action: skein.FilterWarn}
		return putFilter(tx, append(list, f), f, d)
	})
	return f, err
}

// EditFilter changes a filter. Keywords that are not named stay.
func (s *Service) EditFilter(ctx context.Context, who skein.Viewer, id skein.ID, d FilterDraft) (f *skein.Filter, err error) {
	err = s.changeFilters(ctx, who, func(tx *store.Tx, list []*skein.Filter) error {
		if f, err = pickFilter(list, func(f *skein.Filter) bool { return f.ID == id }); err != nil {
			return err
		}
		return putFilter(tx, list, f, d)
	})
	return f, err
}

// putFilter changes a filter, which is one of the list, as a draft says, and stores it.
func putFilter(tx *store.Tx, list []*skein.Filter, f *skein.Filter, d FilterDraft) error {
	if err := d.apply(f, tx.Now()); err != nil {
		return err
	}
	if err := tx.PutFilter(f); err != nil {
		return err
	}
	for _, k := range d.Keywords {
		if err := putKeyword(tx, list, f, k); err != nil {
			return err
		}
	}
	return nil
}

// apply puts what a draft says of the filter itself into one.
func (d *FilterDraft) apply(f *skein.Filter, now time.Time) error {
	if d.Title != nil {
		f.Title = cleanText(strings.TrimSpace(*d.Title))
	}
	switch n := len([]rune(f.Title)); {
	case n == 0:
		return skein.Errorf(skein.Invalid, "Validation failed: Title can't be blank")
	case n > skein.MaxFilterTitle:
		return skein.Errorf(skein.Invalid, "Validation failed: Title is too long (maximum is %d characters)", skein.MaxFilterTitle)
	}
	if d.Contexts != nil {
		f.Contexts = nil
		for _, c := range *d.Contexts {
			if !c.Valid() {
				return skein.Errorf(skein.Invalid, "Validation failed: Context None or invalid context supplied")
			}
			if !slices.Contains(f.Contexts, c) {
				f.Contexts = append(f.Contexts, c)
			}
		}
	}
	if len(f.Contexts) == 0 {
		return skein.Errorf(skein.Invalid, "Validation failed: Context None or invalid context supplied")
	}
	if d.Action != nil {
		f.Action = *d.Action
	}
	switch f.Action {
	case skein.FilterWarn, skein.FilterHide, skein.FilterBlur:
	default:
		return skein.Errorf(skein.Invalid, "Validation failed: Action is not included in the list")
	}
	switch {
	case d.Expires == nil:
	case *d.Expires < 0:
		f.ExpiresAt = time.Time{}
	default:
		f.ExpiresAt = now.Add(*d.Expires)
	}
	return nil
}

// putKeyword does with a filter, which is one of the list, what a draft says of one keyword.
func putKeyword(tx *store.Tx, list []*skein.Filter, f *skein.Filter, d KeywordDraft) error {
	k := skein.FilterKeyword{Filter: f.ID, Whole: true}
	at := -1
	if d.ID != 0 {
		if at = slices.IndexFunc(f.Keywords, func(k skein.FilterKeyword) bool { return k.ID == d.ID }); at < 0 {
			return skein.ErrNotFound
		}
		k = f.Keywords[at]
	}
	if d.Remove {
		if at < 0 {
			return nil
		}
		f.Keywords = slices.Delete(f.Keywords, at, at+1)
		return tx.DeleteFilterKeyword(f.Account, k.ID)
	}
	if d.Text != nil {
		k.Text = cleanText(strings.TrimSpace(*d.Text))
	}
	switch {
	case text.Fold(k.Text) == "":
		return skein.Errorf(skein.Invalid, "Validation failed: Keyword can't be blank")
	case len([]rune(k.Text)) > skein.MaxFilterKeyword:
		return skein.Errorf(skein.Invalid, "Validation failed: Keyword is too long (maximum is %d characters)", skein.MaxFilterKeyword)
	}
	if d.Whole != nil {
		k.Whole = *d.Whole
	}
	if at < 0 {
		n := 0
		for _, f := range list {
			n += len(f.Keywords)
		}
		if n >= skein.MaxFilterKeywords {
			return skein.Errorf(skein.Invalid, "Your filters hold %d keywords already, and more are not kept: remove one first.", n)
		}
	}
	if err := tx.PutFilterKeyword(f.Account, &k); err != nil {
		return err
	}
	if at < 0 {
		f.Keywords = append(f.Keywords, k)
	} else {
		f.Keywords[at] = k
	}
	return nil
}

// DeleteFilter removes a filter.
func (s *Service) DeleteFilter(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.changeFilters(ctx, who, func(tx *store.Tx, list []*skein.Filter) error {
		f, err := pickFilter(list, func(f *skein.Filter) bool { return f.ID == id })
		if err != nil {
			return err
		}
		return tx.DeleteFilter(who.Account, f.ID)
	})
}

// AddFilterKeyword puts a keyword into a filter.
func (s *Service) AddFilterKeyword(ctx context.Context, who skein.Viewer, filter skein.ID, d KeywordDraft) (k *skein.FilterKeyword, err error) {
	d.ID, d.Remove = 0, false
	err = s.changeFilters(ctx, who, func(tx *store.Tx, list []*skein.Filter) error {
		f, err := pickFilter(list, func(f *skein.Filter) bool { return f.ID == filter })
		if err != nil {
			return err
		}
		if err := putKeyword(tx, list, f, d); err != nil {
			return err
		}
		k = &f.Keywords[len(f.Keywords)-1]
		return nil
	})
	return k, err
}

// EditFilterKeyword changes a keyword.
func (s *Service) EditFilterKeyword(ctx context.Context, who skein.Viewer, id skein.ID, d KeywordDraft) (k *skein.FilterKeyword, err error) {
	d.ID, d.Remove = id, false
	err = s.changeFilters(ctx, who, func(tx *store.Tx, list []*skein.Filter) error {
		var f *skein.Filter
		if f, k, err = pickKeyword(list, id); err != nil {
			return err
		}
		return putKeyword(tx, list, f, d)
	})
	return k, err
}

// ReplaceFilterKeyword is EditFilterKeyword for clients that know only filters of one keyword, which are named after it. What
// they say of the filter is refused when there are other keywords in it: what those do would change, too.
func (s *Service) ReplaceFilterKeyword(ctx context.Context, who skein.Viewer, id skein.ID, d KeywordDraft, of FilterDraft) (f *skein.Filter, k *skein.FilterKeyword, err error) {
	d.ID, d.Remove = id, false
	err = s.changeFilters(ctx, who, func(tx *store.Tx, list []*skein.Filter) error {
		if f, k, err = pickKeyword(list, id); err != nil {
			return err
		}
		if err := putKeyword(tx, list, f, d); err != nil {
			return err
		}
		was := *f
		if len(f.Keywords) == 1 && d.Text != nil {
			of.Title = new(FilterTitle(k.Text))
		}
		if err := of.apply(f, tx.Now()); err != nil {
			return err
		}
		if was.Title == f.Title && was.Action == f.Action && was.ExpiresAt.Equal(f.ExpiresAt) && slices.Equal(was.Contexts, f.Contexts) {
			return nil
		}
		if len(f.Keywords) > 1 {
			return errManyKeywords
		}
		return tx.PutFilter(f)
	})
	return f, k, err
}

var errManyKeywords = skein.Errorf(skein.Invalid, "These parameters cannot be changed from this application because they "+
	"apply to more than one filter keyword. Use a more recent application or the web interface.")

// FilterTitle is how a filter is named that was made for one keyword.
func FilterTitle(keyword string) string {
	if r := []rune(keyword); len(r) > skein.MaxFilterTitle {
		return string(r[:skein.MaxFilterTitle])
	}
	return keyword
}

// DeleteFilterKeyword takes a keyword out of its filter. With empty, a filter in which nothing is left goes, too.
func (s *Service) DeleteFilterKeyword(ctx context.Context, who skein.Viewer, id skein.ID, empty bool) error {
	return s.changeFilters(ctx, who, func(tx *store.Tx, list []*skein.Filter) error {
		f, k, err := pickKeyword(list, id)
		if err != nil {
			return err
		}
		if empty && len(f.Keywords) == 1 && len(f.Posts) == 0 {
			return tx.DeleteFilter(who.Account, f.ID)
		}
		return tx.DeleteFilterKeyword(who.Account, k.ID)
	})
}

// AddFilterPost puts a post that the viewer may read into a filter.
func (s *Service) AddFilterPost(ctx context.Context, who skein.Viewer, filter, post skein.ID) (p *skein.FilterPost, err error) {
	err = s.changeFilters(ctx, who, func(tx *store.Tx, list []*skein.Filter) error {
		f, err := pickFilter(list, func(f *skein.Filter) bool { return f.ID == filter })
		if err != nil {
			return err
		}
		if _, err := s.truth(tx, who).one(post); err != nil {
			return err
		}
		n := 0
		for _, f := range list {
			n += len(f.Posts)
		}
		if n >= skein.MaxFilterPosts {
			return skein.Errorf(skein.Invalid, "Your filters hold %d posts already, and more are not kept: remove one first.", n)
		}
		p = &skein.FilterPost{Filter: f.ID, Post: post}
		isNew, err := tx.InsertFilterPost(who.Account, p)
		if err == nil && !isNew {
			err = skein.Errorf(skein.Invalid, "Validation failed: Status has already been taken")
		}
		return err
	})
	return p, err
}

// DeleteFilterPost takes a post out of a filter.
func (s *Service) DeleteFilterPost(ctx context.Context, who skein.Viewer, id skein.ID) error {
	return s.changeFilters(ctx, who, func(tx *store.Tx, list []*skein.Filter) error {
		p, err := pickFiltered(list, id)
		if err != nil {
			return err
		}
		return tx.DeleteFilterPost(who.Account, p.ID)
	})
}

// filterSet is what one reader filters, made ready. A nil one is a visitor's, who filters nothing.
type filterSet struct {
	list  []*skein.Filter
	words *text.Words // nil: no keywords
	word  []filterWord
	posts map[skein.ID][]*skein.Filter
}

// filterWord is what a word of the finder belongs to.
type filterWord struct {
	filter int
	text   string
}

// noMatches is what nearly all posts meet.
var noMatches = []skein.FilterMatch{}

func newFilterSet(list []*skein.Filter) *filterSet {
	set := &filterSet{list: list}
	var words []text.Word
	for i, f := range list {
		for _, k := range f.Keywords {
			words = append(words, text.Word{Text: k.Text, Whole: k.Whole})
			set.word = append(set.word, filterWord{i, k.Text})
		}
		for _, p := range f.Posts {
			if set.posts == nil {
				set.posts = map[skein.ID][]*skein.Filter{}
			}
			set.posts[p.Post] = append(set.posts[p.Post], f)
		}
	}
	if len(words) > 0 {
		set.words = text.NewWords(words)
	}
	return set
}

func (set *filterSet) weight() uint32 {
	n := 100 + 200*len(set.list) + 60*len(set.word) + 80*len(set.posts)
	if set.words != nil {
		n += set.words.Weight()
	}
	return uint32(n)
}

// filters returns what the reader filters: from memory, as nearly always.
func (r *reader) filters() (*filterSet, error) {
	if r.cache != nil {
		if e, ok := r.cache.filters.Get(r.who.Account); ok && r.now.Before(e.until) {
			return e.v, nil
		}
	}
	list, err := r.tx.Filters(r.who.Account)
	if err != nil {
		return nil, err
	}
	set := newFilterSet(list)
	if r.cache != nil {
		put(r.cache, r.cache.filters, r.who.Account, set, r.epoch, r.now)
	}
	return set, nil
}

// filtersOf is filters outside of a transaction.
func (s *Service) filtersOf(ctx context.Context, who skein.Viewer) (set *filterSet, err error) {
	if s.cache != nil {
		if e, ok := s.cache.filters.Get(who.Account); ok && time.Now().Before(e.until) {
			return e.v, nil
		}
	}
	err = s.read(ctx, who, func(r *reader) error {
		set, err = r.filters()
		return err
	})
	return set, err
}

// match returns the filters that a post meets: by the words of its warning, its text, the answers of its poll and what its
// pictures show, or as such (mastodon-api.md, 13).
func (set *filterSet) match(p *skein.Post, now time.Time, c *cache) []skein.FilterMatch {
	switch {
	case set == nil:
		return nil
	case len(set.list) == 0:
		return noMatches
	}
	out := noMatches
	if set.words != nil {
		for _, k := range set.words.In(folded(p, c)) {
			w := set.word[k]
			f := set.list[w.filter]
			switch last := len(out) - 1; {
			case f.Expired(now):
			case last >= 0 && out[last].Filter == f: // words come in the order of their filters
				out[last].Keywords = append(out[last].Keywords, w.text)
			default:
				out = append(out, skein.FilterMatch{Filter: f, Keywords: []string{w.text}})
			}
		}
	}
	return set.means(out, p.ID, now)
}

// boost returns the filters that a boost meets: those of the original, which others' filters may share, and those that mean the boost itself.
func (set *filterSet) boost(p *skein.Post, original []skein.FilterMatch, now time.Time) []skein.FilterMatch {
	if set == nil || len(set.posts[p.ID]) == 0 {
		return original
	}
	return set.means(slices.Clone(original), p.ID, now)
}

// means adds the filters that hold a post to those that it meets.
func (set *filterSet) means(out []skein.FilterMatch, post skein.ID, now time.Time) []skein.FilterMatch {
	for _, f := range set.posts[post] {
		if f.Expired(now) {
			continue
		}
		at := slices.IndexFunc(out, func(m skein.FilterMatch) bool { return m.Filter == f })
		if at < 0 {
			at, out = len(out), append(out, skein.FilterMatch{Filter: f})
		}
		out[at].Posts = append(slices.Clip(out[at].Posts), post)
	}
	return out
}

// folded is what filters look through. Its parts are on lines of their own, over which no keyword goes.
func folded(p *skein.Post, c *cache) string {
	keep := c != nil && p.Load != 0
	if keep {
		if s, ok := c.folded.Get(p.Load); ok {
			return s
		}
	}
	var b strings.Builder
	add := func(part string) {
		if part = text.Fold(part); part != "" {
			b.WriteString(part)
			b.WriteByte('\n')
		}
	}
	add(p.Warning)
	add(text.Plain(p.HTML))
	if poll := p.Extra.Poll; poll != nil {
		for _, o := range poll.Options {
			add(o.Text)
		}
	}
	for _, a := range p.Attachments {
		add(a.Description)
	}
	s := b.String()
	if keep {
		c.folded.Set(p.Load, s)
	}
	return s
}
