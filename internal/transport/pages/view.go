package pages

import (
	"fmt"
	"hash/fnv"
	"html/template"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// person is an account as pages show it.
type person struct {
	Name, Acct, Path string
	Hue              uint32
	Initials         string
}

func personOf(a *skein.Account) person {
	p := person{Name: a.DisplayName, Acct: a.Acct(), Path: "/@" + a.Acct()}
	if strings.TrimSpace(p.Name) == "" {
		p.Name = a.Username
	}
	h := fnv.New32a()
	h.Write([]byte(strings.ToLower(p.Acct)))
	p.Hue, p.Initials = h.Sum32()%12, initials(a.DisplayName, a.Username)
	return p
}

var shortcode = regexp.MustCompile(`:\w+:`)

// initials are the first signs of the first and the last word of a name; web/CLASSES.md has the rule, and the app follows
// it too.
func initials(name, username string) string {
	sign := func(s string) string {
		for _, r := range s {
			if unicode.IsLetter(r) || unicode.IsNumber(r) {
				return string(r)
			}
		}
		return ""
	}
	var signs []string
	for w := range strings.FieldsSeq(shortcode.ReplaceAllString(name, " ")) {
		if s := sign(w); s != "" {
			signs = append(signs, s)
		}
	}
	switch len(signs) {
	case 0:
		return strings.ToUpper(sign(username))
	case 1:
		return strings.ToUpper(signs[0])
	}
	return strings.ToUpper(signs[0] + signs[len(signs)-1])
}

// post is a post as pages show it.
type post struct {
	ID, Path          string
	Author            person
	BoostedBy         *person
	Pinned, Focus     bool
	LineUp, LineDown  bool
	Stamp, Date, Ago  string
	Edited            string
	ReplyTo           string
	Warning, Language string
	HTML              template.HTML // cleaned when it was received or rendered
	Media             []attached
	Pictures          []shown
	Count             string // of the pictures: 1 2 3 4 many
	Veiled            bool   // they are shown to who asks for them
	Replies           *tally
	Boosts, Likes     *tally
	Reach             string
}

// tally is a number with the word for what it counts. Nothing is not counted: the sign stands alone, as in the app.
type tally struct{ N, Word string }

func tallied(n int, one, many string) *tally {
	switch n {
	case 0:
		return nil
	case 1:
		return &tally{"1", one}
	}
	return &tally{count(n), many}
}

type attached struct{ URL, Kind, Host, Description string }

// shown is a picture of ours.
type shown struct {
	URL, Small, Description string
	Width, Height           int
}

var reach = map[skein.Visibility]string{
	skein.Public: "Everyone", skein.Unlisted: "Everyone, not in lists", skein.Followers: "Followers", skein.Direct: "Only people named",
}

// postOf maps what a visitor may see of a post.
func postOf(site *skein.Site, v *social.View, now time.Time) post {
	var boosted *person
	if v.Original != nil {
		by := personOf(v.Author)
		boosted, v = &by, v.Original
	}
	p := v.Post
	author := personOf(v.Author)
	out := post{
		ID: p.ID.String(), Path: author.Path + "/" + p.ID.String(), Author: author, BoostedBy: boosted, Pinned: v.Marks.Pinned,
		Stamp: p.CreatedAt.UTC().Format("2006-01-02T15:04:05.000Z"),
		Date:  p.CreatedAt.UTC().Format("2 January 2006 at 15:04 UTC"),
		Ago:   ago(now, p.CreatedAt), Warning: p.Warning, Language: p.Language,
		HTML:    template.HTML(p.HTML), //nolint:gosec // sanitised by kit/text before it was stored
		Replies: tallied(p.RepliesShown(), "reply", "replies"), Boosts: tallied(p.BoostsShown(), "boost", "boosts"),
		Likes: tallied(p.LikesShown(), "like", "likes"), Reach: reach[p.Visibility],
	}
	if !p.EditedAt.IsZero() {
		out.Edited = p.EditedAt.UTC().Format("2 January 2006 at 15:04 UTC")
	}
	if p.ReplyTo != 0 && p.ReplyToAuthor != p.Author {
		for _, m := range p.Mentions {
			if m.Account == p.ReplyToAuthor {
				out.ReplyTo = m.Acct()
			}
		}
	}
	for i := range p.Attachments {
		a := &p.Attachments[i]
		file, preview := a.Links(site, p.Open(), now, skein.LinkForClients)
		if a.Ours() && strings.HasPrefix(a.Type, "image/") {
			out.Pictures = append(out.Pictures, shown{file, preview, a.Description, a.SmallWidth, a.SmallHeight})
			continue
		}
		m := attached{URL: file, Kind: "File", Description: a.Description}
		switch kind, _, _ := strings.Cut(a.Type, "/"); kind {
		case "image":
			m.Kind = "Picture"
		case "video":
			m.Kind = "Video"
		case "audio":
			m.Kind = "Sound"
		}
		if u, err := url.Parse(file); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
			m.Host = u.Host
			out.Media = append(out.Media, m)
		}
	}
	out.Veiled, out.Count = p.Sensitive, fmt.Sprint(len(out.Pictures))
	if len(out.Pictures) > 4 {
		out.Count = "many"
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

// ago is a time relative to now, in the shortest words.
func ago(now, t time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 24*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d < 7*24*time.Hour:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	case t.Year() == now.Year():
		return t.Format("2 Jan")
	}
	return t.Format("2 Jan 2006")
}

// count is a number with three significant digits.
func count(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprint(n)
	case n < 1_000_000:
		return strings.TrimSuffix(fmt.Sprintf("%.3g", float64(n/10)/100), ".0") + "K"
	}
	return fmt.Sprintf("%.3gM", float64(n)/1e6)
}

// counted is a number with its word.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}
