package federation

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/fetch"
	"skein/internal/skein"
)

// finger finds the actor of a handle: by WebFinger of its domain, or where host-meta of the domain says. The subject may
// name another handle, which must then lead to the same actor (T55).
func (s *Service) finger(ctx context.Context, site *skein.Site, name, domain string) (string, error) {
	if domain == site.Domain {
		return "", errOwn
	}
	j, err := s.webFinger(ctx, site, domain, "acct:"+name+"@"+domain)
	if err != nil {
		return "", err
	}
	self := j.Self()
	if self == "" {
		return "", skein.Errorf(skein.NotFound, "There is no account of this name.")
	}
	user, host, ok := subject(j)
	if !ok {
		return "", skein.Errorf(skein.NotFound, "There is no account of this name.")
	}
	if host == domain && strings.EqualFold(user, name) || host == site.Domain {
		return self, nil
	}
	again, err := s.webFinger(ctx, site, host, "acct:"+user+"@"+host)
	if err != nil {
		return "", err
	}
	if again.Self() != self {
		return "", skein.Errorf(skein.NotFound, "The two halves of this handle do not agree.")
	}
	return self, nil
}

// handleDomain returns the domain under which an actor's handle is shown: the one whose WebFinger leads back to the actor,
// else the host of the actor itself (T55).
func (s *Service) handleDomain(ctx context.Context, site *skein.Site, a *activitypub.Actor, name string) string {
	own := hostOf(a.ID)
	domain := own
	if user, d, ok := activitypub.SplitHandle(a.Webfinger); ok && strings.EqualFold(user, name) { // FEP-2c59
		if host, err := fetch.Host(d); err == nil && host != site.Domain {
			domain = host
		}
	}
	for range 2 { // a subject that differs is asked for once
		j, err := s.webFinger(ctx, site, domain, "acct:"+name+"@"+domain)
		if err != nil || j.Self() != a.ID {
			return own
		}
		user, host, ok := subject(j)
		if !ok || !strings.EqualFold(user, name) || host == site.Domain {
			return own
		}
		if host == domain {
			return host
		}
		domain = host
	}
	return own
}

// subject reads the handle that a JRD is about.
func subject(j *activitypub.JRD) (user, host string, ok bool) {
	user, domain, ok := activitypub.SplitHandle(j.Subject)
	if !ok {
		return "", "", false
	}
	host, err := fetch.Host(domain)
	return user, host, err == nil
}

// webFinger asks a host about a resource. Reference, section 2.
func (s *Service) webFinger(ctx context.Context, site *skein.Site, host, resource string) (*activitypub.JRD, error) {
	ask := fetch.Request{Accept: activitypub.AcceptJRD, Limit: 64 << 10, Check: s.check(ctx, site.ID)}
	resp, err := s.Fetch.Lookup(ctx, host, activitypub.WebFingerPath(resource), ask)
	if code := fetch.StatusOf(err); code == http.StatusNotFound || code == http.StatusBadRequest {
		meta, metaErr := s.Fetch.Lookup(ctx, host, "/.well-known/host-meta", fetch.Request{
			Accept: "application/xrd+xml, application/xml, application/jrd+json", Limit: 64 << 10, Check: ask.Check})
		if metaErr != nil {
			return nil, err
		}
		template, metaErr := activitypub.DecodeHostMeta(meta.Body)
		if metaErr != nil {
			return nil, err
		}
		ask.URL = strings.Replace(template, "{uri}", url.QueryEscape(resource), 1)
		if sameHost(ask.URL, meta.URL) && strings.Contains(ask.URL, activitypub.WebFingerPath(resource)) {
			return nil, err // it leads to where we were
		}
		resp, err = s.Fetch.Document(ctx, ask)
	}
	if err != nil {
		return nil, err
	}
	return activitypub.DecodeJRD(resp.Body)
}
