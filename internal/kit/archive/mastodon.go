package archive

import (
	"encoding/json"
	"html"
	"path"
	"strings"
	"time"
)

type note struct {
	ID         string            `json:"id"`
	Type       string            `json:"type"`
	Summary    string            `json:"summary"`
	Content    string            `json:"content"`
	Contents   map[string]string `json:"contentMap"`
	InReplyTo  json.RawMessage   `json:"inReplyTo"`
	Published  time.Time         `json:"published"`
	To         oneOrMany[string] `json:"to"`
	Cc         oneOrMany[string] `json:"cc"`
	Sensitive  bool              `json:"sensitive"`
	Attachment oneOrMany[struct {
		URL   string    `json:"url"`
		Name  string    `json:"name"`
		Focal []float64 `json:"focalPoint"`
	}] `json:"attachment"`
	OneOf []option `json:"oneOf"`
	AnyOf []option `json:"anyOf"`
}

type option struct {
	Name string `json:"name"`
}

var publicWords = []string{"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}

// Mastodon reads the archive of Mastodon: outbox.json, and what was liked and bookmarked. Direct posts and boosts are left.
func Mastodon(s *Set, out *Sink) error {
	outbox, ok := s.lookup("outbox.json")
	if !ok {
		if list := s.find(func(t string) bool { return path.Base(t) == "outbox.json" }); len(list) == 1 {
			outbox, ok = list[0], true
		}
	}
	if !ok {
		return ErrFormat
	}
	root := path.Dir(outbox)
	var actor struct {
		ID       string `json:"id"`
		Username string `json:"preferredUsername"`
	}
	if err := s.whole(path.Join(root, "actor.json"), &actor); err == nil {
		out.Username(actor.Username)
	}
	err := s.each(outbox, "orderedItems", func(raw json.RawMessage) error {
		var a struct {
			Type   string          `json:"type"`
			Actor  json.RawMessage `json:"actor"`
			Object json.RawMessage `json:"object"`
		}
		if err := json.Unmarshal(raw, &a); err != nil {
			out.Bad("outbox.json", "An activity cannot be read.")
			return nil
		}
		switch a.Type {
		case "Announce":
			out.Left("boost")
			return nil
		case "Create":
		default:
			return nil
		}
		n := &note{}
		if err := json.Unmarshal(a.Object, n); err != nil || n.ID == "" || n.Published.IsZero() {
			out.Bad("outbox.json", "A post cannot be read.")
			return nil
		}
		if actor.ID == "" {
			_ = json.Unmarshal(a.Actor, &actor.ID)
		}
		p := n.post(s, root, actor.ID)
		if p == nil {
			out.Left("direct")
			return nil
		}
		return out.Post(p)
	})
	if err != nil {
		return err
	}
	for file, kind := range map[string]string{"bookmarks.json": LinkBookmark, "likes.json": LinkLike} {
		name := path.Join(root, file)
		if s.members[name] == nil {
			continue
		}
		if err := s.each(name, "orderedItems", func(raw json.RawMessage) error {
			var uri string
			if json.Unmarshal(raw, &uri) != nil || uri == "" {
				out.Bad(file, "This is not the address of a post.")
				return nil
			}
			return out.Link(kind, uri)
		}); err != nil {
			return err
		}
	}
	return nil
}

// post makes a post of a note; nil: a direct one.
func (n *note) post(s *Set, root, actor string) *Post {
	p := &Post{Key: n.ID, Kind: KindPost, At: n.Published, HTML: n.Content, Warning: n.Summary, Sensitive: n.Sensitive}
	switch {
	case has(n.To, publicWords...):
		p.Visibility = "public"
	case has(n.Cc, publicWords...):
		p.Visibility = "unlisted"
	default:
		for _, to := range append(n.To, n.Cc...) {
			if strings.HasSuffix(to, "/followers") {
				p.Visibility = "private"
			}
		}
		if p.Visibility == "" {
			return nil
		}
	}
	for language, content := range n.Contents {
		p.Language = language
		if p.HTML == "" {
			p.HTML = content
		}
	}
	var parent string
	_ = json.Unmarshal(n.InReplyTo, &parent)
	switch {
	case parent == "":
	case actor != "" && strings.HasPrefix(parent, actor+"/"):
		p.Parent = parent
	default:
		p.Kind, p.Elsewhere = KindReply, parent
	}
	for _, o := range append(n.OneOf, n.AnyOf...) { // a poll that is over: its answers stay readable
		p.HTML += "<p>○ " + html.EscapeString(o.Name) + "</p>"
	}
	for _, a := range n.Attachment {
		file := strings.TrimPrefix(a.URL, "/")
		m := s.media(path.Join(root, file))
		if m.Lost {
			if _, rest, ok := strings.Cut(file, "/"); ok {
				if other := s.media(path.Join(root, rest)); !other.Lost {
					m = other
				}
			}
		}
		m.Alt = a.Name
		if len(a.Focal) == 2 {
			m.X, m.Y = a.Focal[0], a.Focal[1]
		}
		p.Media = append(p.Media, m)
	}
	return p
}
