package federation

import (
	"context"
	"mime"
	"net/url"
	"strings"
	"time"

	"skein/internal/kit/fetch"
	"skein/internal/kit/text"
	"skein/internal/skein"
)

// Bounds of what is read of a page to see whether it links back.
const (
	verifyTime  = 10 * time.Second
	verifyLimit = 1 << 20
)

// VerifyLinks looks at the pages that a profile links to, as an effect of LinksDue: one that links back to the profile with
// rel=me is verified, one that does not is not any more. A page that cannot be read now says nothing.
func (s *Service) VerifyLinks(ctx context.Context, e skein.LinksDue) error {
	site, err := s.Site(ctx, e.Site)
	if err != nil {
		return err
	}
	a, links, err := s.Social.LinksToVerify(ctx, e.Site, e.Account)
	if skein.KindOf(err) == skein.NotFound && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	found := map[string]bool{}
	by := "account " + a.ID.String()
	if !a.Local {
		by = hostOf(a.URI)
	}
	for _, link := range links {
		if !s.budget(site, by, link) {
			break
		}
		page, err := s.Fetch.Document(ctx, fetch.Request{URL: link, Accept: "text/html, application/xhtml+xml", Limit: verifyLimit,
			Timeout: verifyTime, Check: s.check(ctx, site.ID)})
		if err != nil {
			if code := fetch.StatusOf(err); code >= 400 && code < 500 && code != 429 {
				found[link] = false
			}
			continue
		}
		found[link] = samePage(link, page.URL) && isHTML(page.Header.Get("Content-Type")) &&
			text.LinksBack(page.Body, func(href string) bool { return isProfile(a, href) })
	}
	return s.Social.SetVerified(ctx, e.Site, e.Account, found)
}

func isHTML(kind string) bool {
	kind, _, _ = mime.ParseMediaType(kind)
	return kind == "text/html" || kind == "application/xhtml+xml"
}

// samePage tells whether the page that was read is the one that the profile names: a redirect may lead to https, to the host
// with or without www, or to a last slash, but nowhere else, since many sites redirect to wherever somebody wants (T60).
func samePage(asked, read string) bool {
	a, err := fetch.Canonical(asked)
	if err != nil {
		return false
	}
	b, err := fetch.Canonical(read)
	if err != nil {
		return false
	}
	host := func(u *url.URL) string { return strings.TrimPrefix(u.Host, "www.") }
	return host(a) == host(b) && (a.Scheme == b.Scheme || b.Scheme == "https") && a.RawQuery == b.RawQuery &&
		strings.TrimSuffix(a.EscapedPath(), "/") == strings.TrimSuffix(b.EscapedPath(), "/")
}

// isProfile tells whether an address is exactly that of an account's profile. Names of ours are the same in capitals.
func isProfile(a *skein.Account, href string) bool {
	want, err := fetch.Canonical(a.URL)
	if err != nil || want.RawQuery != "" {
		return false
	}
	if u, err := url.Parse(href); err != nil || u.User != nil {
		return false
	}
	got, err := fetch.Canonical(href)
	if err != nil || got.Scheme != want.Scheme || got.Host != want.Host || got.RawQuery != "" {
		return false
	}
	path, to := strings.TrimSuffix(got.EscapedPath(), "/"), strings.TrimSuffix(want.EscapedPath(), "/")
	return path == to || a.Local && strings.EqualFold(path, to)
}
