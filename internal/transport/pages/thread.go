package pages

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"skein/internal/core/social"
	"skein/internal/kit/text"
	"skein/internal/kit/web"
	"skein/internal/skein"
)

// answersSize is how many answers stand on one page of a conversation.
const answersSize = 30

// read returns a post by its address, as a visitor sees it.
func (s *Service) read(r *http.Request, site *skein.Site, name string, id skein.ID) (*social.View, error) {
	v, err := s.Social.Post(r.Context(), skein.Viewer{Site: site.ID}, id)
	if err == nil && (v.Original != nil || !strings.EqualFold(v.Author.Acct(), name)) {
		err = skein.ErrNotFound
	}
	return v, err
}

// titled is the frame of a page about a post.
func (s *Service) titled(r *http.Request, site *skein.Site, v *social.View) frame {
	f := s.frame(r, site, personOf(site, v.Author).Name)
	if head := headline(v); head != "" {
		f.Title = fmt.Sprintf("%s: “%s”", f.Title, head)
	}
	f.Canonical, f.Activity = v.Post.URL, v.Post.URI
	return f
}

func (s *Service) thread(w http.ResponseWriter, r *http.Request, site *skein.Site, name string, id skein.ID) {
	v, err := s.read(r, site, name, id)
	if err != nil {
		s.fault(w, r, site, err)
		return
	}
	after, _ := skein.ParseID(r.URL.Query().Get("after"))
	c, err := s.Social.ThreadPart(r.Context(), skein.Viewer{Site: site.ID}, id, after, answersSize)
	if err != nil {
		s.fault(w, r, site, err)
		return
	}
	now := s.Clock()
	d := struct {
		listPage
		By, First, Next string // First, Next: pages of answers
		URI, Frame      string
	}{By: personOf(site, v.Author).Name, URI: v.Post.URI}
	focus := postOf(site, v, now)
	focus.Focus, focus.LineUp = true, len(c.Before) > 0
	d.frame = s.titled(r, site, v)
	d.Summary, d.Type = text.Excerpt(text.Plain(v.Post.HTMLShown()), 200), "article"
	if v.Post.Warning != "" {
		d.Summary = v.Post.Warning
	}
	d.NoIndex = !v.Post.Local || !v.Author.Indexable || v.Post.Visibility != skein.Public || after != 0 || !v.Author.SilencedAt.IsZero()
	d.Preview = s.describePost(site, v, &focus)
	if v.Post.Local {
		d.OEmbed = site.URL("/api/oembed?url=" + url.QueryEscape(v.Post.URL))
		d.Frame = web.Frame(v.Post.URL, d.By+" (@"+fullHandle(site, v.Author)+")", web.FrameWidth, web.FrameHeight)
		w.Header().Add("Link", fmt.Sprintf(`<%s>; rel="alternate"; type="application/activity+json"`, v.Post.URI))
	}
	if !d.NoIndex {
		d.Preview.Data = s.postData(site, v, d.Preview, c.After)
	}
	d.Posts = append(postsOf(site, c.Before, now), focus)
	for i := range c.Before {
		d.Posts[i].LineDown, d.Posts[i].LineUp = true, i > 0
	}
	answers := postsOf(site, c.After, now)
	for i := 1; i < len(answers); i++ { // what answers the one right above it
		if c.After[i].Post.ReplyTo == c.After[i-1].Post.ID {
			answers[i].LineUp, answers[i-1].LineDown = true, true
		}
	}
	d.Posts = append(d.Posts, answers...)
	if after != 0 {
		d.First = focus.Path
	}
	if c.Next != 0 {
		d.Next = focus.Path + "?after=" + c.Next.String()
	}
	s.render(w, r, site, http.StatusOK, "thread", d)
}

// history shows what a post said over time, the present first.
func (s *Service) history(w http.ResponseWriter, r *http.Request, site *skein.Site, name string, id skein.ID) {
	v, err := s.read(r, site, name, id)
	var list []*skein.Revision
	if err == nil {
		list, _, err = s.Social.History(r.Context(), skein.Viewer{Site: site.ID}, id)
	}
	if err != nil {
		s.fault(w, r, site, err)
		return
	}
	d := listPage{frame: s.titled(r, site, v), Heading: saying(r).T("Edits")}
	d.NoIndex, d.Activity = true, ""
	author := personOf(site, v.Author)
	for i, one := range slices.Backward(list) {
		p := post{
			ID: v.Post.ID.String() + "-" + fmt.Sprint(i), Path: author.Path + "/" + v.Post.ID.String(), Author: author, Warning: one.Warning, Language: v.Post.Language,
			Stamp: one.CreatedAt.UTC().Format("2006-01-02T15:04:05.000Z"), At: one.CreatedAt,
			HTML: withEmoji(site, v.Author.Domain, one.Emojis, one.HTML), Veiled: one.Sensitive && one.Warning == "", Unquoted: true, Past: true,
		}
		p.attach(site, v.Post, one.Attachments, s.Clock())
		if len(one.Poll) > 0 {
			p.Poll = &poll{Secret: true, Over: true}
			for _, o := range one.Poll {
				p.Poll.Options = append(p.Poll.Options, option{Text: withEmoji(site, v.Author.Domain, one.Emojis, escape(o))})
			}
		}
		d.Posts = append(d.Posts, p)
	}
	s.render(w, r, site, http.StatusOK, "history", d)
}

// network lists who follows somebody, or whom they follow, unless they keep that to themselves (T169).
func (s *Service) network(w http.ResponseWriter, r *http.Request, site *skein.Site, name, which string) {
	a, err := s.account(r, site, name)
	if err != nil {
		s.fault(w, r, site, err)
		return
	}
	list, heading := s.Social.Followers, saying(r).T("Followers")
	if which == "following" {
		list, heading = s.Social.Following, saying(r).T("Following")
	}
	rows, err := list(r.Context(), skein.Viewer{Site: site.ID}, a.ID, page(r))
	if err != nil {
		s.fault(w, r, site, err)
		return
	}
	d := struct {
		frame
		Heading, Which, Older string
		Of                    person
		Closed                bool
		People                []person
	}{frame: s.frame(r, site, fmt.Sprintf("%s: %s (@%s)", heading, personOf(site, a).Name, a.Acct())), Heading: heading, Which: which, Of: personOf(site, a), Closed: a.HideNetwork}
	d.NoIndex = true
	for _, row := range rows {
		d.People = append(d.People, personOf(site, row.Item))
	}
	if len(rows) == pageSize {
		d.Older = r.URL.Path + "?max_id=" + rows[len(rows)-1].Cursor.String()
	}
	s.render(w, r, site, http.StatusOK, "people", d)
}
