package federation

import (
	"slices"

	"skein/internal/kit/activitypub"
	"skein/internal/skein"
)

// toGroup names the community that a local post is for as its software wants it: by audience, and in a tag, so that the post
// reaches its members (FEP-1b12).
func toGroup(n *activitypub.Note, site *skein.Site, p *skein.Post) {
	if p.Extra.Group == 0 {
		return
	}
	i := slices.IndexFunc(p.Mentions, func(m skein.Mention) bool { return m.Account == p.Extra.Group })
	if i < 0 {
		return
	}
	m := p.Mentions[i]
	n.Audience = []string{m.URI}
	if m.Silent { // else it is among the tags already
		domain := m.Domain
		if domain == "" {
			domain = site.Domain
		}
		n.Tag = append(n.Tag, activitypub.NewMention(m.URI, "@"+m.Username+"@"+domain))
	}
}
