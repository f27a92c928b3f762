package mastodon

import (
	"context"
	"errors"
	"net/http"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

type postForm struct {
	Text        *string      `form:"status"`
	Warning     *string      `form:"spoiler_text"`
	Sensitive   *bool        `form:"sensitive"`
	Language    *string      `form:"language"`
	Visibility  string       `form:"visibility"`
	ReplyTo     string       `form:"in_reply_to_id"`
	Media       []skein.ID   `form:"media_ids"`
	MediaEdits  []mediaEdit  `form:"media_attributes"`
	Poll        *pollForm    `form:"poll"`
	Quoted      string       `form:"quoted_status_id"`
	Quoters     *string      `form:"quote_approval_policy"`
	Policy      *policyParts `form:"interaction_policy"`
	ScheduledAt *time.Time   `form:"scheduled_at"`
	Allowed     *[]string    `form:"allowed_mentions"`
	Closed      bool         `form:"comments_disabled"` // Pixelfed's
}

// createPost: https://docs.joinmastodon.org/methods/statuses/#create
func (a *API) createPost(c *call) (any, error) {
	in, err := decode[postForm](c)
	if err != nil {
		return nil, err
	}
	d, err := a.draft(c, in)
	if err != nil {
		return nil, err
	}
	// A moment that is past means now.
	if in.ScheduledAt == nil || !in.ScheduledAt.After(a.Clock()) {
		v, err := a.Social.CreatePost(c, c.who, d)
		if skein.KindOf(err) == skein.NotFound && d.IdempotencyKey != "" { // a repeat of what waits, or is gone again
			if waits, v, again := a.Social.Repeated(c, c.who, d.IdempotencyKey); again != nil || waits != nil || v != nil {
				return made(c, waits, v, again)
			}
		}
		if err != nil {
			return a.unexpected(c, err)
		}
		return post{v}, nil
	}
	waits, v, err := a.Social.Schedule(c, c.who, d, *in.ScheduledAt)
	if err != nil {
		return a.unexpected(c, err)
	}
	return made(c, waits, v, nil)
}

// made answers with a post that waits for its time, or with one that is out by now.
func made(c *call, waits *social.Scheduled, v *social.View, err error) (any, error) {
	switch {
	case err != nil:
		return nil, err
	case v != nil:
		return post{v}, nil
	}
	return c.scheduled(waits), nil
}

// unexpected answers with the accounts that a post would name beside those that it was to name.
func (a *API) unexpected(c *call, err error) (any, error) {
	e, ok := errors.AsType[*social.Unexpected](err)
	if !ok {
		return nil, err
	}
	list, err := a.Social.Accounts(c, c.who, e.Accounts)
	if err != nil {
		return nil, err
	}
	c.status = http.StatusUnprocessableEntity
	out := unexpected{Error: e.Error(), Accounts: []*Account{}}
	for _, acc := range list {
		out.Accounts = append(out.Accounts, account(c.site, acc))
	}
	return out, nil
}

type unexpected struct {
	Error    string     `json:"error"`
	Accounts []*Account `json:"unexpected_accounts"`
}

// draft is the post that a form asks for.
func (a *API) draft(c *call, in *postForm) (social.Draft, error) {
	d := social.Draft{App: c.grant.App, IdempotencyKey: c.r.Header.Get("Idempotency-Key")}
	if len(d.IdempotencyKey) > 255 {
		return d, invalid("The Idempotency-Key is too long (maximum is 255 characters).")
	}
	set(&d.Text, in.Text)
	set(&d.Warning, in.Warning)
	prefs := skein.Prefs{}
	if c.grant.User != nil {
		prefs = c.grant.User.Prefs
	}
	d.Language, d.Visibility, d.Sensitive = prefs.Language, prefs.Visibility, prefs.Sensitive
	if in.Language != nil && *in.Language != "" {
		d.Language = *in.Language
	}
	set(&d.Sensitive, in.Sensitive)
	if in.Visibility != "" {
		v, ok := visibilityOf[in.Visibility]
		if !ok {
			return d, invalid("Validation failed: Visibility must be public, unlisted, private or direct")
		}
		d.Visibility = v
	}
	if in.ReplyTo != "" {
		id, ok := skein.ParseID(in.ReplyTo)
		if !ok {
			return d, skein.ErrNotFound
		}
		d.ReplyTo = id
	}
	d.Poll = in.Poll.draft()
	if in.Quoted != "" {
		id, ok := skein.ParseID(in.Quoted)
		if !ok {
			return d, skein.ErrNotFound
		}
		d.Quote = id
	}
	quoters := prefs.Quotes
	set(&quoters, in.Quoters)
	l, err := quotePolicy(quoters)
	if err != nil {
		return d, err
	}
	policy := skein.Policy{}
	if p := prefs.Policies[visibilityName[d.Visibility]]; p != nil {
		policy = *p
	}
	policy.Quote = l
	if err := in.Policy.put(&policy); err != nil {
		return d, err
	}
	if in.Closed {
		policy.Reply = &skein.Leave{Auto: []string{skein.WhoAuthor}}
	}
	if policy != (skein.Policy{}) {
		d.Policy = &policy
	}
	d.Media = in.Media
	if in.Allowed != nil {
		d.Allowed = []skein.ID{}
		for _, s := range *in.Allowed {
			if id, ok := skein.ParseID(s); ok {
				d.Allowed = append(d.Allowed, id)
			}
		}
	}
	return d, nil
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// editPost: https://docs.joinmastodon.org/methods/statuses/#edit
func (a *API) editPost(c *call) (post, error) {
	id, err := c.id()
	if err != nil {
		return post{}, err
	}
	in, err := decode[postForm](c)
	if err != nil {
		return post{}, err
	}
	l, err := quotePolicy(or(in.Quoters))
	if err != nil {
		return post{}, err
	}
	if err := in.Policy.put(&skein.Policy{}); err != nil {
		return post{}, err
	}
	edits, err := mediaEdits(in.MediaEdits)
	if err != nil {
		return post{}, err
	}
	undo, err := a.smallCopies(c, in.MediaEdits, edits)
	if err != nil {
		return post{}, err
	}
	// What is not named goes, polls and files alike: mastodon-api.md 3.5, as Mastodon does.
	v, err := a.Social.EditPost(c, c.who, id, social.Edit{Text: in.Text, Warning: in.Warning, Language: in.Language,
		Sensitive: in.Sensitive, Poll: in.Poll.draft(), SetPoll: true, Media: in.Media, SetMedia: true, MediaEdits: edits})
	if err != nil {
		undo()
	}
	if err == nil && in.Quoters != nil {
		v, err = a.Social.SetQuotePolicy(c, c.who, id, l)
	}
	if err == nil && in.Policy != nil {
		v, err = a.Social.SetPolicy(c, c.who, id, func(p *skein.Policy) { _ = in.Policy.put(p) })
	}
	return post{v}, err
}

// deletePost answers with what was typed, so that it can be written anew.
// https://docs.joinmastodon.org/methods/statuses/#delete
func (a *API) deletePost(c *call) (*Status, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	files, err := c.flag("delete_media")
	if err != nil {
		return nil, err
	}
	remove := a.Social.DeletePost
	if files {
		remove = a.Social.DeletePostAndFiles
	}
	v, err := remove(c, c.who, id)
	if err != nil {
		return nil, err
	}
	s := status(c.site, v, c.who)
	for i := range v.Post.Attachments { // they are part of no post now
		s.MediaAttachments[i] = attachment(c.site, v.Post.Author, &v.Post.Attachments[i], false, v.At)
	}
	s.Content, s.Text = nil, &v.Post.Text
	return s, nil
}

// post: https://docs.joinmastodon.org/methods/statuses/#get
func (a *API) post(c *call) (post, error) {
	id, err := c.id()
	if err != nil {
		return post{}, err
	}
	v, err := a.Social.Post(c, c.who, id)
	return post{v}, err
}

// posts: https://docs.joinmastodon.org/methods/statuses/#index
func (a *API) posts(c *call) (posts, error) {
	ids, err := c.ids("id", 20)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return a.Social.Posts(c, c.who, ids)
}

// context: https://docs.joinmastodon.org/methods/statuses/#context
func (a *API) context(c *call) (thread, error) {
	id, err := c.id()
	if err != nil {
		return thread{}, err
	}
	around, err := a.Social.Conversation(c, c.who, id)
	if err != nil {
		return thread{}, err
	}
	if around.Wanted != 0 {
		c.refreshLater(refreshName(around.Wanted))
	}
	return thread{around.Before, around.After}, nil
}

// act makes a handler of something that the reader does with a post.
func act(f func(s *social.Service, ctx context.Context, who skein.Viewer, id skein.ID) (*social.View, error)) func(*API, *call) error {
	return reply(func(a *API, c *call) (post, error) {
		id, err := c.id()
		if err != nil {
			return post{}, err
		}
		v, err := f(a.Social, c, c.who, id)
		return post{v}, err
	})
}

// boost: https://docs.joinmastodon.org/methods/statuses/#boost
func (a *API) boost(c *call) (post, error) {
	id, err := c.id()
	if err != nil {
		return post{}, err
	}
	name, err := c.text("visibility")
	if err != nil {
		return post{}, err
	}
	visibility := skein.Public
	if u := c.grant.User; u != nil && u.Prefs.Visibility < skein.Direct {
		visibility = u.Prefs.Visibility
	}
	if name != "" {
		v, ok := visibilityOf[name]
		if !ok || v == skein.Direct {
			return post{}, invalid("Validation failed: Visibility must be public, unlisted or private")
		}
		visibility = v
	}
	v, err := a.Social.Boost(c, c.who, id, visibility)
	return post{v}, err
}

// peopleOf makes a handler of a list of those who did something with a post.
func peopleOf(f func(s *social.Service, ctx context.Context, who skein.Viewer, id skein.ID, p social.Page) ([]social.Row[*skein.Account], error)) func(*API, *call) error {
	return reply(func(a *API, c *call) (people, error) {
		id, err := c.id()
		if err != nil {
			return nil, err
		}
		page, err := c.page(40, 80)
		if err != nil {
			return nil, err
		}
		rows, err := f(a.Social, c, c.who, id, page)
		if err != nil {
			return nil, err
		}
		return linkRows(c, filtered, rows, page.Limit), nil
	})
}

// history: https://docs.joinmastodon.org/methods/statuses/#history
func (a *API) history(c *call) ([]StatusEdit, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	list, v, err := a.Social.History(c, c.who, id)
	if err != nil {
		return nil, err
	}
	author := account(c.site, v.Author)
	out := make([]StatusEdit, len(list))
	for i, r := range list {
		out[i] = StatusEdit{
			Account: *author, Content: r.HTML, SpoilerText: r.Warning, Sensitive: r.Sensitive, CreatedAt: stamp(r.CreatedAt),
			MediaAttachments: attachments(c.site, v.Post, r.Attachments, v.At), Emojis: emojis(c.site, "", r.Emojis), Poll: editPoll(r.Poll),
			Quote: quote(c.site, v, c.who),
		}
	}
	return out, nil
}

// source: https://docs.joinmastodon.org/methods/statuses/#source
func (a *API) source(c *call) (*StatusSource, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	v, err := a.Social.Post(c, c.who, id)
	if err != nil {
		return nil, err
	}
	if v.Post.Author != c.who.Account {
		return nil, errNotFound // what somebody typed is theirs
	}
	return &StatusSource{ID: v.Post.ID.String(), Text: v.Post.Text, SpoilerText: v.Post.Warning}, nil
}
