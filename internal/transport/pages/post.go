package pages

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// post is a post as pages show it.
type post struct {
	ID, Path          string
	Author            person
	BoostedBy         *person
	Pinned, Focus     bool
	LineUp, LineDown  bool
	Stamp             string
	At, Now           time.Time // when it was written, and when it is looked at
	Edited            time.Time
	History           string // path of what it said before
	ReplyTo           string
	Warning, Language string
	HTML              template.HTML // cleaned when it was received or rendered
	Poll              *poll
	Pictures          []shown // and films, in one grid
	Count             string  // of them: 1 2 3 4 many
	Veiled            bool    // they are shown to who asks for them
	Sounds            []shown
	Away              []attached
	Quote             *quoted
	Card              *card
	Reactions         []reaction
	Tallies           []tally // replies, boosts and likes, as many as there are
	Reach             string
	Past              bool // what it said before
	Unquoted          bool // its author did not agree that searches show what is written
}

// tally is a number with the words for what it counts. Nothing is not counted.
type tally struct {
	N         int
	One, Many string // the sentence of the number: internal/kit/words
}

func tallied(n int, one, many string) *tally {
	if n == 0 {
		return nil
	}
	return &tally{n, one, many}
}

// attached is a file that is only found elsewhere.
type attached struct{ URL, Kind, Host, Description string }

// shown is a picture, film or sound that is shown from here.
type shown struct {
	Kind          string // picture, film, sound
	URL, Small    string // Small: what stands for it until it is wanted; empty: nothing
	Description   string
	Width, Height int
	Loop          bool
}

// poll is a poll as it stands: pages without scripts show results.
type poll struct {
	Options []option
	Votes   *tally
	Over    bool
	Ends    time.Time
	Secret  bool
}

type option struct {
	Text  template.HTML
	Share int
	Top   bool
}

// quoted is a post within a post, or why it is not shown.
type quoted struct {
	State string // empty: it is shown
	Post  *post
	Poll  bool // it has one, and what it quotes itself is only named
	More  bool
}

// card is what a page that the post links to says of itself.
type card struct {
	URL, Title, About, Site, Language string
	Date                              time.Time
	Picture, PictureText              string
	Width, Height                     int
	Wide, Film                        bool
	By                                *person
	Writer                            string
}

// reaction is an emoji that people answered with.
type reaction struct {
	Text, Picture string
	N             int
}

var reach = map[skein.Visibility]string{
	skein.Public: "Everyone", skein.Unlisted: "Everyone, not in lists", skein.Followers: "Followers", skein.Direct: "Only people named",
}

func escape(s string) string { return template.HTMLEscapeString(s) }

// postOf maps what a visitor may see of a post.
func postOf(site *skein.Site, v *social.View, now time.Time) post {
	var boosted *person
	if v.Original != nil {
		by := personOf(site, v.Author)
		boosted, v = &by, v.Original
	}
	p := v.Post
	author := personOf(site, v.Author)
	out := post{
		ID: p.ID.String(), Path: author.Path + "/" + p.ID.String(), Author: author, BoostedBy: boosted, Pinned: v.Marks.Pinned,
		Stamp: p.CreatedAt.UTC().Format("2006-01-02T15:04:05.000Z"), At: p.CreatedAt, Now: now,
		Warning: p.Warning, Language: p.Language,
		HTML:   withEmoji(site, v.Author.Domain, p.Emojis, p.HTMLShown()),
		Reach:  reach[p.Visibility],
		Veiled: p.Sensitive && p.Warning == "", Unquoted: !v.Author.Indexable || p.Visibility != skein.Public,
	}
	for _, t := range []*tally{
		tallied(p.RepliesShown(), "{n} reply", "{n} replies"), tallied(p.BoostsShown(), "{n} boost", "{n} boosts"), tallied(p.LikesShown(), "{n} like", "{n} likes"),
	} {
		if t != nil {
			out.Tallies = append(out.Tallies, *t)
		}
	}
	if !p.EditedAt.IsZero() {
		out.Edited, out.History = p.EditedAt, out.Path+"/history"
	}
	if p.ReplyTo != 0 && p.ReplyToAuthor != p.Author {
		for _, m := range p.Mentions {
			if m.Account == p.ReplyToAuthor {
				out.ReplyTo = m.Acct()
			}
		}
	}
	out.attach(site, p, p.Attachments, now)
	out.Poll = pollOf(site, v)
	out.Quote = quotedBy(site, v, now)
	if len(p.Attachments) == 0 && v.Quote == nil {
		out.Card = cardOf(site, v.Card)
	}
	for _, r := range p.Extra.Reactions {
		one := reaction{Text: r.Emoji, N: r.Count}
		if r.URL != "" {
			name, _, _ := strings.Cut(r.Emoji, "@")
			one.Text, one.Picture = ":"+name+":", site.MirrorStill("", r.URL)
		}
		out.Reactions = append(out.Reactions, one)
	}
	return out
}

// attach shows files: what is, or can be, shown from here; of the rest, where it is.
func (o *post) attach(site *skein.Site, p *skein.Post, files []skein.Attachment, now time.Time) {
	for i := range files {
		a := &files[i]
		file, preview := a.Shown(site, p.Author, p.Open(), now)
		if file == "" && a.Ours() {
			continue // it is still being made
		}
		one := shown{URL: file, Small: preview, Description: a.Description, Width: a.Width, Height: a.Height, Loop: a.Loop}
		kind, _, _ := strings.Cut(a.Type, "/")
		here := strings.HasPrefix(file, site.Base+"/")
		switch {
		case here && kind == "image":
			if one.Kind = "picture"; preview == "" {
				one.Small = file
			} else if a.SmallWidth > 0 {
				one.Width, one.Height = a.SmallWidth, a.SmallHeight
			}
			o.Pictures = append(o.Pictures, one)
		case here && kind == "video":
			one.Kind = "film"
			o.Pictures = append(o.Pictures, one)
		case here && kind == "audio":
			one.Kind = "sound"
			o.Sounds = append(o.Sounds, one)
		default:
			m := attached{URL: a.URL, Kind: "File on {host}", Description: a.Description}
			switch kind {
			case "image":
				m.Kind = "Picture on {host}"
			case "video":
				m.Kind = "Video on {host}"
			case "audio":
				m.Kind = "Sound on {host}"
			}
			if u, err := url.Parse(a.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
				m.Host = u.Host
				o.Away = append(o.Away, m)
			}
		}
	}
	if o.Count = fmt.Sprint(len(o.Pictures)); len(o.Pictures) > 4 {
		o.Count = "many"
	}
}

// pollOf is a poll as a visitor sees it: results, unless they are a secret until the end.
func pollOf(site *skein.Site, v *social.View) *poll {
	p := v.Post.Extra.Poll
	if p == nil {
		return nil
	}
	out := &poll{Over: v.Over, Secret: p.HideTotals && !v.Over, Votes: tallied(p.Votes(), "{n} vote", "{n} votes")}
	out.Ends = p.EndsAt
	// Who may choose several is counted once, where it is known how many there were.
	people := p.Votes()
	if p.Voters > 0 {
		people, out.Votes = p.Voters, tallied(p.Voters, "{n} person", "{n} people")
	}
	top := 0
	for _, o := range p.Options {
		top = max(top, o.Votes)
	}
	for _, o := range p.Options {
		one := option{Text: withEmoji(site, v.Author.Domain, v.Post.Emojis, escape(o.Text))}
		if people > 0 && !out.Secret {
			one.Share, one.Top = min(100, (o.Votes*200+people)/(2*people)), v.Over && top > 0 && o.Votes == top
		}
		out.Options = append(out.Options, one)
	}
	return out
}

func quotedBy(site *skein.Site, v *social.View, now time.Time) *quoted {
	q := v.Quote
	if q == nil {
		return nil
	}
	if q.State != skein.QuoteAccepted || q.Post == nil {
		return &quoted{State: string(q.State)}
	}
	inner := *q.Post
	more := inner.Quote != nil
	inner.Quote = nil
	one := postOf(site, &inner, now)
	one.Author = one.Author.Sized("tiny")
	return &quoted{Post: &one, Poll: one.Poll != nil, More: more}
}

func cardOf(site *skein.Site, v *social.CardView) *card {
	if v == nil || v.Data.Title == "" {
		return nil
	}
	d := &v.Data
	out := &card{
		URL: d.URL, Title: d.Title, About: d.Description, Site: d.Provider, Language: d.Language, Picture: site.Mirror(skein.MirrorPicture, "", d.Image),
		PictureText: d.ImageText, Width: d.Width, Height: d.Height, Wide: d.Width >= 400 && d.Width*5 > d.Height*6, Film: d.Kind == skein.CardVideo,
		Writer: d.AuthorName,
	}
	if out.Site == "" {
		out.Site = v.Host
	}
	out.Date = d.PublishedAt
	if v.Author != nil {
		by := personOf(site, v.Author).Sized("tiny")
		out.By = &by
	}
	return out
}

func postsOf(site *skein.Site, list []*social.View, now time.Time) []post {
	out := make([]post, 0, len(list))
	for _, v := range list {
		out = append(out, postOf(site, v, now))
	}
	return out
}
