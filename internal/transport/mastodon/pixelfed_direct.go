package mastodon

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"skein/internal/core/media"
	"skein/internal/core/social"
	"skein/internal/kit/text"
	"skein/internal/skein"
)

// Pixelfed's apps show direct posts as chats with one person each.

// PixelfedThread is a chat.
type PixelfedThread struct {
	ID          string            `json:"id"` // of the other one
	Name        string            `json:"name"`
	Username    string            `json:"username"`
	Avatar      string            `json:"avatar"`
	URL         string            `json:"url"`
	Muted       bool              `json:"muted"`
	Local       bool              `json:"isLocal"`
	Domain      *string           `json:"domain"`
	CreatedAt   *stamp            `json:"created_at"` // of the last message
	UpdatedAt   *stamp            `json:"updated_at"`
	TimeAgo     string            `json:"timeAgo"`
	LastMessage string            `json:"lastMessage"`
	Messages    []PixelfedMessage `json:"messages"` // newest first
}

// PixelfedMessage is a direct post in a chat.
type PixelfedMessage struct {
	ID        string            `json:"id"`
	Hidden    bool              `json:"hidden"`
	IsAuthor  bool              `json:"isAuthor"`
	Type      string            `json:"type"`
	Text      string            `json:"text"`
	Media     *string           `json:"media"`
	Carousel  []MediaAttachment `json:"carousel"`
	CreatedAt stamp             `json:"created_at"`
	TimeAgo   string            `json:"timeAgo"`
	Seen      bool              `json:"seen"` // by the reader; of what they wrote nobody is told
	ReportID  string            `json:"reportId"`
	Meta      *struct{}         `json:"meta"`
}

// PixelfedRecipient is somebody to whom a message may be written.
type PixelfedRecipient struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Local   bool   `json:"local"`
	Avatar  string `json:"avatar"`
	Privacy bool   `json:"privacy"` // nobody else reads along but the servers of both
}

// directThread is the chat with one person.
func (a *API) directThread(c *call) (*PixelfedThread, error) {
	with, err := c.needed("pid")
	if err != nil {
		return nil, err
	}
	page, err := c.page(8, 40)
	if err != nil {
		return nil, err
	}
	l, err := a.Social.Letters(c, c.who, with, page)
	if err != nil {
		return nil, err
	}
	other := account(c.site, l.With)
	out := &PixelfedThread{
		ID: other.ID, Name: other.DisplayName, Username: other.Acct, Avatar: other.Avatar, URL: other.URL,
		Local: l.With.Local, Domain: orNull(l.With.Domain), Messages: []PixelfedMessage{},
	}
	for _, v := range l.Posts {
		out.Messages = append(out.Messages, a.message(c, v, l.New))
	}
	if len(l.Posts) > 0 {
		last := l.Posts[0]
		out.Muted, out.LastMessage, out.TimeAgo = last.Marks.Muted, out.Messages[0].Text, out.Messages[0].TimeAgo
		out.CreatedAt, out.UpdatedAt = when(last.Post.CreatedAt), when(last.Post.CreatedAt)
	}
	return out, nil
}

// message is a direct post as its reader sees it; unread are the threads with something new.
func (a *API) message(c *call, v *social.View, unread []skein.ID) PixelfedMessage {
	p, mine := v.Post, v.Post.Author == c.who.Account
	m := PixelfedMessage{
		ID: p.ID.String(), ReportID: p.ID.String(), IsAuthor: mine, Type: "text", Text: said(p), CreatedAt: stamp(p.CreatedAt),
		TimeAgo: ago(a.Clock().Sub(p.CreatedAt)), Seen: !mine && !slices.Contains(unread, p.Thread),
		Carousel: attachments(c.site, p, p.Attachments, v.At),
	}
	for i := range m.Carousel {
		m.Carousel[i].PixelfedMedia = pixelfedMedia(&p.Attachments[i], p.Sensitive)
	}
	if len(m.Carousel) > 0 {
		m.Media = m.Carousel[0].URL
		switch kind := pixelfedKind(p); {
		case strings.HasPrefix(kind, "video"):
			m.Type = "video"
		case kind == "photo":
			m.Type = "photo"
		case strings.HasPrefix(kind, "photo"):
			m.Type = "photos"
		}
	}
	return m
}

// said is the text of a message without the names in front that say to whom it goes.
func said(p *skein.Post) string {
	rest := text.Plain(p.HTMLShown())
	for {
		word, after, _ := strings.Cut(strings.TrimSpace(rest), " ")
		name, isName := strings.CutPrefix(word, "@")
		name, _, _ = strings.Cut(name, "@")
		if !isName || !slices.ContainsFunc(p.Mentions, func(m skein.Mention) bool { return strings.EqualFold(m.Username, name) }) {
			return rest
		}
		rest = strings.TrimSpace(after)
	}
}

// ago is how long something is past, as Pixelfed writes it: 5m.
func ago(d time.Duration) string {
	const day = 24 * time.Hour
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{365 * day, "y"}, {7 * day, "w"}, {day, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if d >= unit.of {
			return strconv.Itoa(int(d/unit.of)) + unit.name
		}
	}
	return strconv.Itoa(max(int(d/time.Second), 0)) + "s"
}

// needed is a parameter that must be an ID.
func (c *call) needed(name string) (skein.ID, error) {
	id, err := c.one(name)
	if err == nil && id == 0 {
		err = missing(name)
	}
	return id, err
}

// sendMessage writes to somebody.
func (a *API) sendMessage(c *call) (*PixelfedMessage, error) {
	to, err := c.needed("to_id")
	if err != nil {
		return nil, err
	}
	words, err := c.text("message")
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(words) == "" {
		return nil, missing("message")
	}
	kind, err := c.text("type")
	if err != nil {
		return nil, err
	}
	switch kind {
	case "", "text", "emoji":
	default:
		return nil, invalid("type must be text or emoji.")
	}
	return a.letter(c, to, social.Draft{Text: words})
}

func (a *API) letter(c *call, to skein.ID, d social.Draft) (*PixelfedMessage, error) {
	d.App, d.IdempotencyKey = c.grant.App, c.r.Header.Get("Idempotency-Key")
	v, err := a.Social.SendLetter(c, c.who, to, d)
	if _, ok := errors.AsType[*social.Unexpected](err); ok {
		err = invalid("A message goes to one person: leave out the names of others, or post it.")
	}
	if err != nil {
		return nil, err
	}
	m := a.message(c, v, nil)
	return &m, nil
}

type messageFileForm struct {
	File *media.Upload `form:"file"`
	To   skein.ID      `form:"to_id"`
}

// sendMessageFile sends somebody a picture or a film.
func (a *API) sendMessageFile(c *call) (*PixelfedMessage, error) {
	in, err := decode[messageFileForm](c)
	if err != nil {
		return nil, err
	}
	if in.To == 0 {
		return nil, missing("to_id")
	}
	if in.File == nil {
		return nil, invalid("Validation failed: File can't be blank")
	}
	if _, err := a.Social.Account(c, c.who, in.To); err != nil { // before any work
		return nil, err
	}
	m, err := a.Media.Create(c, c.who, in.File, media.Draft{})
	if err == nil && m.State == skein.MediaWorking {
		m, err = a.Media.Ready(c, c.who, m, uploadWait)
	}
	if err != nil {
		return nil, err
	}
	if m.State == skein.MediaFailed {
		return nil, errMediaFailed
	}
	return a.letter(c, in.To, social.Draft{Media: []skein.ID{m.ID}})
}

// readMessages notes that the reader has seen what somebody wrote.
func (a *API) readMessages(c *call) ([]string, error) {
	with, err := c.needed("pid")
	if err != nil {
		return nil, err
	}
	// Which of them were new: as many as one screen shows.
	l, err := a.Social.Letters(c, c.who, with, social.Page{Limit: 40})
	if err != nil {
		return nil, err
	}
	read := []string{}
	for _, v := range l.Posts {
		if v.Post.Author != c.who.Account && slices.Contains(l.New, v.Post.Thread) {
			read = append(read, v.Post.ID.String())
		}
	}
	return read, a.Social.ReadLetters(c, c.who, with)
}

// muteMessages makes a handler that stops notifications of the thread of the last message with somebody, or lets them come again.
func muteMessages(mute bool) handler {
	return reply(func(a *API, c *call) (*PixelfedDone, error) {
		with, err := c.needed("id")
		if err != nil {
			return nil, err
		}
		l, err := a.Social.Letters(c, c.who, with, social.Page{Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(l.Posts) == 0 {
			return nil, errNotFound
		}
		set := a.Social.MuteThread
		if !mute {
			set = a.Social.UnmuteThread
		}
		if _, err := set(c, c.who, l.Posts[0].Post.ID); err != nil {
			return nil, err
		}
		return &PixelfedDone{Message: "OK", Code: 200}, nil
	})
}

// deleteMessage takes an own message back.
func (a *API) deleteMessage(c *call) (*PixelfedDone, error) {
	id, err := c.needed("id")
	if err != nil {
		return nil, err
	}
	v, err := a.Social.Post(c, c.who, id)
	if err != nil {
		return nil, err
	}
	if v.Post.Author != c.who.Account || v.Post.Visibility != skein.Direct {
		return nil, errNotFound
	}
	if _, err := a.Social.DeletePostAndFiles(c, c.who, id); err != nil {
		return nil, err
	}
	return &PixelfedDone{Message: "OK", Code: 200}, nil
}

// lookUpRecipients finds people to write to.
func (a *API) lookUpRecipients(c *call) ([]PixelfedRecipient, error) {
	q, err := c.query(10, 20)
	if err != nil {
		return nil, err
	}
	q.Kind, q.Offset = "accounts", 0
	f, err := a.Social.Search(c, c.who, q)
	if err != nil {
		return nil, err
	}
	out := make([]PixelfedRecipient, len(f.Accounts))
	for i, acc := range f.Accounts {
		e := account(c.site, acc)
		out[i] = PixelfedRecipient{ID: e.ID, Name: e.Acct, Local: acc.Local, Avatar: e.Avatar, Privacy: true}
	}
	return out, nil
}
