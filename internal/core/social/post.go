package social

import (
	"context"
	"errors"
	"slices"
	"time"

	"skein/internal/skein"
	"skein/internal/store"
)

// Draft is a post as somebody wants to write it.
type Draft struct {
	Text, Warning  string
	Language       string // empty: as the author set
	Sensitive      bool
	Visibility     skein.Visibility
	ReplyTo        skein.ID
	Quote          skein.ID      // the post that it quotes
	Policy         *skein.Policy // who may do what with it; nil: everybody
	App            skein.ID
	Poll           *PollDraft
	Media          []skein.ID // files of the author that were sent before, in the order in which they are shown
	Scheduled      skein.ID   // what kept the files until now; 0: nothing
	Allowed        []skein.ID // whom it may name; nil: everybody
	IdempotencyKey string     // a second draft with the same key is the same post
}

// keyTime is how long an Idempotency-Key is remembered: as long as what could not be sent may lie in somebody's pocket.
// Mastodon forgets after an hour, which is too early for a phone that was off.
const keyTime = 7 * 24 * time.Hour

const maxKey = 255

// CreatePost publishes a post. With a key that was used in the last week it answers with the post that was made then.
func (s *Service) CreatePost(ctx context.Context, who skein.Viewer, d Draft) (*View, error) {
	if len(d.Media) > 0 && d.IdempotencyKey != "" { // the post may be there already, and have the files
		if made, err := s.madeWith(ctx, who, d.IdempotencyKey); err != nil {
			return nil, err
		} else if made != 0 {
			return s.Post(ctx, who, made)
		}
	}
	var err error
	if d.Media, err = mediaIDs(d.Media); err != nil {
		return nil, err
	}
	site, c, err := s.prepare(ctx, who, d)
	if err != nil {
		if len(d.Media) > 0 { // a repeated request may have taken the files meanwhile
			if made, _ := s.madeWith(ctx, who, d.IdempotencyKey); made != 0 {
				return s.Post(ctx, who, made)
			}
		}
		return nil, err
	}
	var id skein.ID
	var p *skein.Post
	var author *skein.Account
	var epoch uint64
	if s.cache != nil {
		epoch = s.cache.epoch.Load()
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		id, p = tx.NewID(), nil
		if d.IdempotencyKey != "" {
			made, err := tx.ClaimKey(who.Account, d.IdempotencyKey, id, tx.Now().Add(-keyTime))
			if err != nil {
				return err
			}
			if made != 0 {
				id = made
				return nil
			}
		}
		p, author, err = s.createPost(tx, site, who, id, d, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	if p != nil {
		if v := s.newborn(p, author, epoch); v != nil {
			set, err := s.filtersOf(ctx, who)
			if err != nil {
				return nil, err
			}
			v.Filtered = set.match(p, s.DB.Now(), s.cache)
			return v, nil
		}
	}
	return s.Post(ctx, who, id)
}

// prepare checks a draft as far as it can be without a transaction, and finds out what it names.
func (s *Service) prepare(ctx context.Context, who skein.Viewer, d Draft) (*skein.Site, *composed, error) {
	if who.Visitor() {
		return nil, nil, errVisitor
	}
	if d.Visibility < skein.Public || d.Visibility > skein.Direct {
		return nil, nil, skein.Errorf(skein.Invalid, "Validation failed: Visibility is not included in the list")
	}
	if len(d.IdempotencyKey) > maxKey {
		return nil, nil, skein.Errorf(skein.Invalid, "An idempotency key holds %d characters.", maxKey)
	}
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, nil, err
	}
	poll, err := newPoll(d.Poll, s.DB.Now())
	if err != nil {
		return nil, nil, err
	}
	var files []skein.Attachment
	if len(d.Media) > 0 {
		err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
			files, err = attachable(tx, who, 0, d.Media)
			return err
		})
		if err != nil {
			return nil, nil, err
		}
	}
	c, err := s.compose(ctx, site, d.Text, d.Warning, poll, files)
	if err == nil {
		err = d.expected(who, c.mentions)
	}
	return site, c, err
}

// madeWith returns what was made with a key in the last week; 0: nothing.
func (s *Service) madeWith(ctx context.Context, who skein.Viewer, key string) (made skein.ID, err error) {
	if who.Visitor() || key == "" || len(key) > maxKey {
		return 0, nil
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		made, err = tx.KeyOf(who.Account, key, tx.Now().Add(-keyTime))
		return err
	})
	return made, err
}

// Unexpected is the error of a draft that names accounts which its author did not expect.
type Unexpected struct{ Accounts []skein.ID }

func (e *Unexpected) Error() string { return "Post would be sent to unexpected accounts" }

// expected keeps a draft to those whom its author allows it to name.
func (d Draft) expected(who skein.Viewer, named []skein.Mention) error {
	if d.Allowed == nil {
		return nil
	}
	e := &Unexpected{}
	for _, m := range named {
		if m.Account != who.Account && !slices.Contains(d.Allowed, m.Account) {
			e.Accounts = append(e.Accounts, m.Account)
		}
	}
	if len(e.Accounts) == 0 {
		return nil
	}
	return e
}

// newborn is a post as its author sees it the moment it is made, without asking the database again; nil when that is not
// known without. The post goes to the cache, for those who hear of it now: it was read, as it were, before it was there.
func (s *Service) newborn(p *skein.Post, author *skein.Account, epoch uint64) *View {
	if s.cache == nil {
		return nil
	}
	p.Load = s.cache.loads.Add(1)
	put(s.cache, s.cache.posts, p.ID, p, epoch, time.Now())
	if p.ReplyTo != 0 || p.QuoteOf != 0 || len(p.Extra.Collections) > 0 { // the conversation may be muted, and what is quoted must be seen
		return nil
	}
	v := &View{Post: p, Author: author, At: s.DB.Now(), Quotable: skein.Consents(skein.Quoting, p, skein.Facts{Viewer: p.Author})}
	if p.App != 0 {
		app, ok := s.cache.apps.Get(p.App)
		if !ok || app.Site != p.Site {
			return nil
		}
		v.App = app
	}
	return v
}

// emitPost tells of a new post or boost of ours, and of whom it answers or boosts; peers hear of it only if somebody there
// may want it.
func emitPost(tx *store.Tx, p *skein.Post, to skein.ID) error {
	if err := tx.Emit(skein.PostCreated{Site: tx.Site(), Post: p.ID}); err != nil {
		return err
	}
	far, err := tx.FarAudience(p, to)
	if err != nil || !far {
		return err
	}
	return tx.Emit(skein.PostOut{Site: tx.Site(), Post: p.ID})
}

func (s *Service) createPost(tx *store.Tx, site *skein.Site, who skein.Viewer, id skein.ID, d Draft, c *composed) (*skein.Post, *skein.Account, error) {
	author, err := me(tx, who)
	if err == nil {
		err = errIfMoved(author)
	}
	if err != nil {
		return nil, nil, err
	}
	user := &skein.User{}
	if d.Language == "" {
		person, err := tx.Person(author.ID)
		if err != nil && !errors.Is(err, skein.ErrNotFound) {
			return nil, nil, err
		}
		if person != nil {
			user = &person.User
		}
	}
	p := &skein.Post{
		ID: id, Author: author.ID, Local: true,
		URI: postURI(site, author.ID, id), URL: site.URL("/@" + author.Username + "/" + id.String()),
		Text: c.text, HTML: c.html, Warning: c.warning, Sensitive: d.Sensitive || c.warned,
		Language: language(d.Language, user), Visibility: quiet(d.Visibility, author),
		App: d.App, Tags: c.tags, Emojis: c.emojis, CreatedAt: tx.Now().Truncate(time.Millisecond),
	}
	var leave *skein.Approval
	if d.ReplyTo != 0 {
		if leave, err = s.answerTo(tx, site, who, p, d.ReplyTo); err != nil {
			return nil, nil, err
		}
	}
	if p.Mentions, err = s.mentionable(tx, who, c.mentions); err != nil {
		return nil, nil, err
	}
	if err := addressGroup(tx, p, c.group); err != nil {
		return nil, nil, err
	}
	if p.Extra.Poll = c.poll; c.poll != nil {
		if err := endsLater(tx, p); err != nil {
			return nil, nil, err
		}
	}
	if d.Quote != 0 {
		if err := s.quotes(tx, who, p, d.Quote); err != nil {
			return nil, nil, err
		}
	}
	p.Extra.Policy = policyOf(d.Policy, p)
	if p.Attachments, err = attach(tx, author.ID, id, d.Scheduled, d.Media); err != nil {
		return nil, nil, err
	}
	if p.Extra.Collections, err = linked(tx, p.HTML); err != nil {
		return nil, nil, err
	}
	if _, err := tx.InsertPost(p); err != nil {
		return nil, nil, err
	}
	if p.QuoteOf != 0 {
		if err := s.tellQuoted(tx, p); err != nil {
			return nil, nil, err
		}
	}
	if err := tx.OwnHome(author.ID, id); err != nil {
		return nil, nil, err
	}
	// Read before the post was counted.
	now := *author
	if p.Visibility != skein.Direct {
		now.PostCount++
		now.LastPostAt = p.CreatedAt
	}
	switch {
	case !p.Held:
		err = emitPost(tx, p, p.ReplyToAuthor)
	case leave != nil:
		err = s.tellAsked(tx, leave)
	default:
		err = tx.Emit(skein.PostOut{Site: tx.Site(), Post: id}) // to who is asked alone
	}
	return p, &now, err
}

func postURI(site *skein.Site, author, post skein.ID) string {
	return site.URL("/ap/users/" + author.String() + "/statuses/" + post.String())
}

// quiet keeps limited accounts out of public timelines.
func quiet(v skein.Visibility, author *skein.Account) skein.Visibility {
	if v == skein.Public && !author.SilencedAt.IsZero() {
		return skein.Unlisted
	}
	return v
}

// answerTo makes a post the reply to another, which its author must be able to read. Where that needs leave the reply is
// held; leave is what one of ours gave, or is asked for.
func (s *Service) answerTo(tx *store.Tx, site *skein.Site, who skein.Viewer, p *skein.Post, parent skein.ID) (leave *skein.Approval, err error) {
	seen, err := s.truth(tx, who).look([]skein.ID{parent})
	if err != nil {
		return nil, err
	}
	to := seen.posts[parent]
	if to == nil {
		return nil, skein.ErrNotFound
	}
	if err := seen.may(skein.Read, to); err != nil {
		return nil, err
	}
	if to.BoostOf != 0 {
		to = seen.posts[to.BoostOf]
	}
	if err := seen.may(skein.Reply, to); err != nil {
		return nil, err
	}
	p.ReplyTo, p.ReplyToAuthor, p.Thread = to.ID, to.Author, to.Thread
	f, _ := seen.facts(to)
	consent := skein.Consents(skein.Reply, to, f)
	p.Held = consent != skein.Yes
	leave, err = s.approve(tx, to, consent, skein.Approval{Kind: skein.ApproveReply, Asker: who.Account, Object: p.URI, By: p.ID})
	if err != nil {
		return nil, err
	}
	if leave != nil && leave.State == skein.ApprovalAccepted {
		p.Extra.Approval = stampOf(seen.accounts[to.Author], leave)
	}
	return leave, joinThread(tx, site, p, to)
}

// mentionable leaves out whom the author blocks: their name stays in the text, but they are not addressed.
func (s *Service) mentionable(tx *store.Tx, who skein.Viewer, list []skein.Mention) ([]skein.Mention, error) {
	if len(list) == 0 {
		return nil, nil
	}
	ids := make([]skein.ID, len(list))
	for i, m := range list {
		ids[i] = m.Account
	}
	seen, err := tx.Sight(who.Account, store.SightFor{Authors: ids})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(list), func(m skein.Mention) bool { return seen.Stands[m.Account].Blocks }), nil
}

// Edit is what somebody wants to change of a post; nil fields stay.
type Edit struct {
	Text, Warning, Language *string
	Sensitive               *bool
	// Poll replaces the poll when SetPoll is true; nil takes it away. A poll that asks something else begins anew; one
	// that names no end keeps the one it has, and whether its totals are hidden.
	Poll    *PollDraft
	SetPoll bool
	// Media are the post's files when SetMedia is true, in their order, those that it has and new ones; MediaEdits say something
	// else of some of them.
	Media      []skein.ID
	SetMedia   bool
	MediaEdits []MediaEdit
}

// EditPost changes the viewer's own post. Who may read it stays as it is. A post that comes out the same is not edited.
func (s *Service) EditPost(ctx context.Context, who skein.Viewer, id skein.ID, e Edit) (*View, error) {
	const tries = 3
	for try := 1; ; try++ {
		again, err := s.editPost(ctx, who, id, e)
		if err != nil {
			return nil, err
		}
		if !again {
			return s.Post(ctx, who, id)
		}
		if try == tries {
			return nil, skein.Errorf(skein.Conflict, "The post was changed elsewhere at the same time.")
		}
	}
}

// editPost is one try: again is true when the post is not what it was when its text was looked at.
func (s *Service) editPost(ctx context.Context, who skein.Viewer, id skein.ID, e Edit) (again bool, err error) {
	var before *skein.Post
	var files []skein.Attachment
	if e.Media, err = mediaIDs(e.Media); err != nil {
		return false, err
	}
	err = s.read(ctx, who, func(r *reader) error {
		if before, err = r.acts(skein.Edit, id); err != nil {
			return err
		}
		if files = before.Attachments; e.SetMedia {
			files, err = attachable(r.tx, who, id, e.Media)
		}
		return err
	})
	if err != nil {
		return false, err
	}
	if before.BoostOf != 0 {
		return false, skein.Errorf(skein.Invalid, "Validation failed: A boost cannot be edited")
	}
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return false, err
	}
	poll := before.Extra.Poll
	if e.SetPoll {
		if poll, err = editedPoll(e.Poll, before.Extra.Poll, s.DB.Now()); err != nil {
			return false, err
		}
	}
	c, err := s.compose(ctx, site, or(e.Text, before.Text), or(e.Warning, before.Warning), poll, files)
	if err != nil {
		return false, err
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		again = false
		if _, err := me(tx, who); err != nil {
			return err
		}
		old, err := s.truth(tx, who).acts(skein.Edit, id)
		if err != nil {
			return err
		}
		if old.Text != before.Text || old.Warning != before.Warning {
			again = true
			return nil
		}
		p := *old
		p.Text, p.HTML, p.Warning, p.Tags, p.Emojis = c.text, keepQuoteLine(old, c.html), c.warning, c.tags, c.emojis
		p.Sensitive = or(e.Sensitive, old.Sensitive) || c.warned
		if e.Language != nil {
			p.Language = language(*e.Language, &skein.User{Prefs: skein.Prefs{Language: old.Language}})
		}
		mentions, err := s.mentionable(tx, who, c.mentions)
		if err != nil {
			return err
		}
		p.Mentions = keepSilent(old.Mentions, mentions)
		if e.SetPoll {
			p.Extra.Poll = poll
		}
		if e.SetMedia {
			if p.Attachments, err = reattach(tx, old, e.Media, e.MediaEdits); err != nil {
				return err
			}
		}
		return applyEdit(tx, &p, old, tx.Now(), false)
	})
	return again, err
}

// or returns what was said, or else what was.
func or[T any](said *T, was T) T {
	if said == nil {
		return was
	}
	return *said
}

// keepSilent returns the new mentions with those of before that are named no more: who could read a post still can.
func keepSilent(old, now []skein.Mention) []skein.Mention {
	all := slices.Clone(now)
	for _, m := range old {
		if !slices.ContainsFunc(now, func(n skein.Mention) bool { return n.Account == m.Account }) {
			m.Silent = true
			all = append(all, m)
		}
	}
	return all
}

// applyEdit stores an edited post if anything is new. Only what people read makes it count as edited; requoted: it quotes
// another post now, which is for the caller to store.
func applyEdit(tx *store.Tx, p, old *skein.Post, at time.Time, requoted bool) error {
	content := requoted || p.Text != old.Text || p.Warning != old.Warning || p.HTML != old.HTML && !p.Local ||
		!slices.Equal(p.Attachments, old.Attachments) || !samePoll(p.Extra.Poll, old.Extra.Poll)
	same := p.Sensitive == old.Sensitive && p.Language == old.Language && p.HTML == old.HTML &&
		slices.Equal(p.Mentions, old.Mentions) && slices.Equal(p.Tags, old.Tags) && slices.Equal(p.Emojis, old.Emojis)
	if !content && same {
		if !p.Local && p.Extra.Poll != nil {
			return receiveTally(tx, old, p.Extra.Poll)
		}
		return nil
	}
	if content {
		p.EditedAt = at
	}
	if err := tx.UpdatePost(p, old, content); err != nil {
		return err
	}
	if !samePoll(p.Extra.Poll, old.Extra.Poll) || p.Extra.Poll != nil && !p.Local {
		if err := editPoll(tx, p); err != nil {
			return err
		}
	}
	e := skein.PostEdited{Site: tx.Site(), Post: p.ID, Content: content}
	for _, m := range p.Mentions {
		if !m.Silent && !slices.ContainsFunc(old.Mentions, func(o skein.Mention) bool { return o.Account == m.Account && !o.Silent }) {
			e.Mentioned = append(e.Mentioned, m.Account)
		}
	}
	return tx.Emit(e)
}

// acts returns a post of which the viewer may do something: NotFound or the reason why not.
func (r *reader) acts(a skein.Action, id skein.ID) (*skein.Post, error) {
	seen, err := r.look([]skein.ID{id})
	if err != nil {
		return nil, err
	}
	p := seen.posts[id]
	if p == nil {
		return nil, skein.ErrNotFound
	}
	return p, seen.may(a, p)
}

// DeletePost removes the viewer's own post or boost for good. It returns the post as it was, with its text. Its files stay for
// a while, for a post that is written in its place.
func (s *Service) DeletePost(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
	return s.deletePost(ctx, who, id, false)
}

// DeletePostAndFiles is DeletePost with no thought of another one.
func (s *Service) DeletePostAndFiles(ctx context.Context, who skein.Viewer, id skein.ID) (*View, error) {
	return s.deletePost(ctx, who, id, true)
}

func (s *Service) deletePost(ctx context.Context, who skein.Viewer, id skein.ID, files bool) (v *View, err error) {
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := me(tx, who); err != nil {
			return err
		}
		seen, err := s.truth(tx, who).look([]skein.ID{id})
		if err != nil {
			return err
		}
		p := seen.posts[id]
		if p == nil {
			return skein.ErrNotFound
		}
		// Whoever boosted something that they may no longer read can still take the boost back: it is theirs.
		f, _ := seen.facts(p)
		if err := skein.May(skein.Delete, p, f); err != nil {
			return err
		}
		original := seen.posts[p.BoostOf]
		v = seen.view(p)
		seen.quoteAnyway(v)
		if original != nil && seen.may(skein.Read, original) != nil {
			v = &View{Post: p, Author: v.Author}
		}
		if len(p.Attachments) > 0 && !files {
			if err := tx.ReleaseMedia(p.ID, tx.Now().Add(skein.FreeTime)); err != nil {
				return err
			}
		}
		return s.removePost(tx, p, original)
	})
	return v, err
}

// maxAudience bounds how many accounts beside followers are told that a post is gone.
const maxAudience = 2000

// removePost takes a post away with all that hangs on it, and tells whom it concerns.
func (s *Service) removePost(tx *store.Tx, p, original *skein.Post) error {
	e := skein.PostDeleted{
		Site: tx.Site(), Post: p.ID, Author: p.Author, Local: p.Local, URI: p.URI, BoostOf: p.BoostOf,
		Visibility: p.Visibility, Listed: p.Listed(),
	}
	if original != nil {
		if p.Local && !p.Held {
			if err := correct(tx, original, 0, -1); err != nil {
				return err
			}
		}
		e.BoostOfURI = original.URI
		e.Audience = append(e.Audience, original.Author)
	}
	for _, m := range p.Mentions {
		e.Mentions = append(e.Mentions, m.Account)
	}
	for _, t := range p.Tags {
		e.Tags = append(e.Tags, t.Name)
	}
	if p.Local && p.BoostOf == 0 {
		audience, err := tx.PostAudience(p.ID, maxAudience)
		if err != nil {
			return err
		}
		e.Audience = audience
	}
	_, homes, err := tx.RemovePosts([]skein.ID{p.ID})
	if err != nil {
		return err
	}
	s.tellHomes(tx, homes)
	return tx.Emit(e)
}

// tellHomes tells open streams, after the commit, which posts went out of their timelines.
func (s *Service) tellHomes(tx *store.Tx, homes []*store.HomeRow) {
	if s.Hub == nil || len(homes) == 0 {
		return
	}
	tx.OnCommit(func() {
		for _, h := range homes {
			topic := TopicUser(h.Account)
			if h.List != 0 {
				topic = TopicList(h.List)
			}
			s.tell(topic, Live{Kind: LiveDelete, Post: h.Post})
		}
	})
}

// tell publishes a live event if anybody listens.
func (s *Service) tell(topic string, l Live) {
	if s.Hub != nil && s.Hub.Listening(topic) {
		s.Hub.Publish(topic, string(l.Kind), l)
	}
}

// History returns what a post said over time, the oldest first and the present last, and the post itself.
func (s *Service) History(ctx context.Context, who skein.Viewer, id skein.ID) (list []*skein.Revision, v *View, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		if v, err = r.one(id); err != nil {
			return err
		}
		if v.Original != nil {
			v = v.Original
		}
		list, err = r.tx.Revisions(v.Post.ID)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	p := v.Post
	at := p.EditedAt
	if at.IsZero() {
		at = p.CreatedAt
	}
	return append(list, &skein.Revision{Text: p.Text, HTML: p.HTML, Warning: p.Warning, Sensitive: p.Sensitive,
		Emojis: p.Emojis, Attachments: p.Attachments, Poll: p.Extra.Poll.Texts(), CreatedAt: at}), v, nil
}
