package federation

import (
	"net/url"
	"strings"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/fetch"
	"skein/internal/skein"
)

// How long others may keep what they learn from these documents. Reference, section 1.
const (
	discoveryAge = 3 * 24 * time.Hour
	nodeInfoAge  = 30 * time.Minute
	objectAge    = 3 * time.Minute
	pageAge      = time.Minute
)

// webfinger tells where the actor of a handle or a page is. RFC 7033; reference, section 2.
func (s *Service) webfinger(c *call) error {
	c.open()
	resource := c.r.URL.Query().Get("resource")
	if resource == "" || len(resource) > 2048 {
		return skein.Errorf(skein.Invalid, "WebFinger needs a resource.")
	}
	a, err := s.named(c, resource)
	if err != nil {
		return err
	}
	j := &activitypub.JRD{
		Subject: "acct:" + a.Username + "@" + c.site.Domain,
		Aliases: []string{a.URI},
		Links: []activitypub.JRDLink{
			{Rel: activitypub.RelSelf, Type: "application/activity+json", Href: a.URI},
		},
	}
	if a.URL != "" && a.URL != a.URI {
		j.Aliases = []string{a.URL, a.URI}
	}
	if a.ID != c.site.Actor {
		j.Links = append([]activitypub.JRDLink{{Rel: activitypub.RelProfile, Type: "text/html", Href: a.URL}}, j.Links...)
		j.Links = append(j.Links,
			activitypub.JRDLink{Rel: activitypub.RelSubscribe, Template: c.site.URL("/authorize_interaction?uri={uri}")},
			activitypub.JRDLink{Rel: activitypub.RelCreate, Template: c.site.URL("/share?text={content}")}, // FEP-3b86
			activitypub.JRDLink{Rel: activitypub.RelObject, Template: c.site.URL("/authorize_interaction?uri={object}")})
		if a.Avatar != "" {
			j.Links = append(j.Links, activitypub.JRDLink{Rel: activitypub.RelAvatar, Type: mediaType(a.Avatar), Href: a.Avatar})
		}
	}
	body, err := j.Encode()
	if err != nil {
		return err
	}
	return c.document(activitypub.JRDType, body, discoveryAge)
}

// named returns the local account that a WebFinger resource names: a handle, an actor, a profile page, or the site.
func (s *Service) named(c *call, resource string) (*skein.Account, error) {
	if strings.Contains(resource, "://") {
		u, err := fetch.Canonical(resource)
		if err != nil {
			return nil, skein.Errorf(skein.Invalid, "This is no address.")
		}
		if u.Host != c.site.Domain {
			return nil, skein.ErrNotFound
		}
		switch {
		case u.Path == "" || u.Path == "/" || u.Path == "/actor": // FEP-d556
			return s.localByID(c, c.site.Actor)
		case strings.HasPrefix(u.Path, "/@"):
			return s.localByName(c, u.Path[2:])
		}
		if vars, ok := match("/users/{name}", u.Path); ok {
			return s.localByName(c, vars["name"])
		}
		if vars, ok := match("/ap/users/{id}", u.Path); ok {
			id, _ := skein.ParseID(vars["id"])
			return s.localByID(c, id)
		}
		return nil, skein.ErrNotFound
	}
	handle := strings.TrimPrefix(strings.TrimPrefix(resource, "acct:"), "@")
	name, domain, ok := strings.Cut(handle, "@")
	host, err := fetch.Host(domain)
	if !ok || name == "" || err != nil {
		return nil, skein.Errorf(skein.Invalid, "This is no handle.")
	}
	if host != c.site.Domain {
		return nil, skein.ErrNotFound
	}
	if plain, _, _ := strings.Cut(c.site.Domain, ":"); strings.EqualFold(name, c.site.Domain) || strings.EqualFold(name, plain) {
		return s.localByID(c, c.site.Actor)
	}
	if !activitypub.ValidUsername(name) {
		return nil, skein.ErrNotFound
	}
	return s.localByName(c, name)
}

// hostMeta leads to WebFinger. RFC 6415.
func (s *Service) hostMeta(c *call) error {
	c.open()
	asJSON := strings.HasSuffix(c.r.URL.Path, ".json") || strings.Contains(c.r.Header.Get("Accept"), "json")
	c.w.Header().Add("Vary", "Accept")
	if asJSON {
		body, err := activitypub.HostMetaJSON(c.site.Base)
		if err != nil {
			return err
		}
		return c.document(activitypub.JRDType, body, discoveryAge)
	}
	return c.document(activitypub.XRDType, activitypub.HostMeta(c.site.Base), discoveryAge)
}

// nodeInfoLinks lists the versions of NodeInfo, and the application actor (FEP-2677).
func (s *Service) nodeInfoLinks(c *call) error {
	c.open()
	body, err := activitypub.NodeInfoLinks(c.site.Base, c.site.URL("/actor"))
	if err != nil {
		return err
	}
	return c.document("application/json; charset=utf-8", body, discoveryAge)
}

// nodeInfo says what runs here and how much is here. FEP-f1d5; https://nodeinfo.diaspora.software/schema
func (s *Service) nodeInfo(c *call) error {
	c.open()
	stats, err := s.Stats(c.r.Context(), c.site.ID)
	if err != nil {
		return err
	}
	version := c.r.URL.Path[strings.LastIndexByte(c.r.URL.Path, '/')+1:]
	n := &activitypub.NodeInfo{
		Version:   version,
		Software:  activitypub.Software{Name: "skein", Version: s.Version},
		Protocols: []string{"activitypub"},
		Usage: activitypub.NodeInfoUsage{
			Users:      activitypub.NodeInfoUsers{Total: stats.Users, ActiveMonth: stats.ActiveMonth, ActiveHalfyear: stats.ActiveHalf},
			LocalPosts: stats.Posts,
		},
		OpenRegistrations: c.site.Joining == skein.JoinOpen || c.site.Joining == skein.JoinApproval,
		Metadata: map[string]any{
			"nodeName":        c.site.Name,
			"nodeDescription": c.site.Summary,
			// Libraries of clients that do not know our name go by this (mastodon-api.md, section 14).
			"upstream": map[string]string{"name": "mastodon"},
		},
	}
	body, err := n.Encode()
	if err != nil {
		return err
	}
	return c.document(strings.Replace(activitypub.NodeInfoType, "2.0", version, 1), body, nodeInfoAge)
}

// actorByName leads from a name to the actor: names may change, ids do not.
func (s *Service) actorByName(c *call) error {
	c.open() // mastodon-api.md 1
	a, err := s.localByName(c, c.vars["name"])
	if err != nil {
		return err
	}
	if c.isBrowser() {
		return c.toPage(a.URL)
	}
	return c.redirect(a.URI)
}

// actorByPage leads from a profile page to the actor.
func (s *Service) actorByPage(c *call) error {
	c.open()
	a, err := s.localByName(c, c.vars["name"])
	if err != nil {
		return err
	}
	return c.redirect(a.URI)
}

// postByPage leads from the page of a post to the post. Whether the asker may read it is decided there.
func (s *Service) postByPage(c *call) error {
	id, ok := skein.ParseID(c.vars["post"])
	if !ok {
		return skein.ErrNotFound
	}
	a, err := s.localByName(c, c.vars["name"])
	if err != nil {
		return err
	}
	return c.redirect(a.URI + "/statuses/" + url.PathEscape(id.String()))
}
