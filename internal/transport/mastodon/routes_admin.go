package mastodon

import (
	"strings"

	"skein/internal/core/moderation"
	"skein/internal/skein"
)

// admin makes a route for those who look after the site: their role must allow what it is for, and the token must have been
// given the scope, which no other one includes.
func admin(method, path string, rights skein.Rights, what, gives string, handle handler) Route {
	verb := "admin:write"
	if method == get {
		verb = "admin:read"
	}
	scope := verb
	if what != "" {
		scope = verb + ":" + what
	}
	route := r(method, "/api/"+path, User, scope, gives, handle)
	route.Rights = rights
	return route
}

// reading is for a call that changes nothing though it is a POST: it needs the scope of reads.
func (r Route) reading() Route {
	r.Scopes = []string{strings.Replace(r.Scopes[0], "admin:write", "admin:read", 1)}
	return r
}

// adminRoutes are the calls of mastodon-api.md 3.19.
func adminRoutes() []Route {
	type m = moderation.Service
	const (
		accounts, reports = "accounts", "reports"
		account, report   = "Admin::Account", "Admin::Report"

		allows, allow   = "domain_allows", "Admin::DomainAllow"
		blocks, block   = "domain_blocks", "Admin::DomainBlock"
		tag, post       = "Admin::Tag", "Admin::Status"
		link, publisher = "Admin::Link", "Admin::Publisher"

		domains, domain = "email_domain_blocks", "Admin::EmailDomainBlock"
		emails, email   = "canonical_email_blocks", "Admin::CanonicalEmailBlock"
		ips, ip         = "ip_blocks", "Admin::IpBlock"
	)
	return []Route{
		admin(get, "v1/admin/accounts", skein.ManageUsers, accounts, account+"[]", reply((*API).adminAccountsV1)),
		admin(get, "v2/admin/accounts", skein.ManageUsers, accounts, account+"[]", reply((*API).adminAccounts)),
		admin(get, "v1/admin/accounts/{id}", skein.ManageUsers, accounts, account, judged((*m).Person)),
		admin(del, "v1/admin/accounts/{id}", skein.DeleteData, accounts, "{}", reply((*API).eraseAccount)),
		admin(pst, "v1/admin/accounts/{id}/action", skein.ManageUsers, accounts, "{}", reply((*API).judge)),
		admin(pst, "v1/admin/accounts/{id}/approve", skein.ManageUsers, accounts, account, judged((*m).Approve)),
		admin(pst, "v1/admin/accounts/{id}/reject", skein.ManageUsers, accounts, account, judged((*m).Reject)),
		admin(pst, "v1/admin/accounts/{id}/enable", skein.ManageUsers, accounts, account, judged((*m).Enable)),
		admin(pst, "v1/admin/accounts/{id}/unsilence", skein.ManageUsers, accounts, account, judged((*m).Unlimit)),
		admin(pst, "v1/admin/accounts/{id}/unsuspend", skein.ManageUsers, accounts, account, judged((*m).Unsuspend)),
		admin(pst, "v1/admin/accounts/{id}/unsensitive", skein.ManageUsers, accounts, account, judged((*m).Unsensitize)),

		admin(get, "v1/admin/reports", skein.ManageReports, reports, report+"[]", reply((*API).adminReports)),
		admin(get, "v1/admin/reports/{id}", skein.ManageReports, reports, report, settled((*m).Open)),
		admin(put, "v1/admin/reports/{id}", skein.ManageReports, reports, report, reply((*API).recategorize)),
		admin(pst, "v1/admin/reports/{id}/assign_to_self", skein.ManageReports, reports, report, reply(assign(true))),
		admin(pst, "v1/admin/reports/{id}/unassign", skein.ManageReports, reports, report, reply(assign(false))),
		admin(pst, "v1/admin/reports/{id}/resolve", skein.ManageReports, reports, report, reply(settle(true))),
		admin(pst, "v1/admin/reports/{id}/reopen", skein.ManageReports, reports, report, reply(settle(false))),

		admin(get, "v1/admin/domain_allows", skein.ManageFederation, allows, allow+"[]", reply((*API).adminDomainAllows)),
		admin(pst, "v1/admin/domain_allows", skein.ManageFederation, allows, allow, reply((*API).allowDomain)),
		admin(get, "v1/admin/domain_allows/{id}", skein.ManageFederation, allows, allow, reply((*API).adminDomainAllow)),
		admin(del, "v1/admin/domain_allows/{id}", skein.ManageFederation, allows, "{}", doneTo((*API).disallowDomain)),

		admin(get, "v1/admin/domain_blocks", skein.ManageFederation, blocks, block+"[]", reply((*API).adminDomainBlocks)),
		admin(pst, "v1/admin/domain_blocks", skein.ManageFederation, blocks, block, reply((*API).addDomainBlock)),
		admin(get, "v1/admin/domain_blocks/{id}", skein.ManageFederation, blocks, block, reply((*API).adminDomainBlock)),
		admin(put, "v1/admin/domain_blocks/{id}", skein.ManageFederation, blocks, block, reply((*API).changeDomainBlock)),
		admin(del, "v1/admin/domain_blocks/{id}", skein.ManageFederation, blocks, "{}", doneTo((*API).removeDomainBlock)),

		admin(get, "v1/admin/email_domain_blocks", skein.ManageBlocks, domains, domain+"[]", reply((*API).adminEmailDomainBlocks)),
		admin(pst, "v1/admin/email_domain_blocks", skein.ManageBlocks, domains, domain, reply((*API).blockEmailDomain)),
		admin(get, "v1/admin/email_domain_blocks/{id}", skein.ManageBlocks, domains, domain, reply((*API).adminEmailDomainBlock)),
		admin(del, "v1/admin/email_domain_blocks/{id}", skein.ManageBlocks, domains, "{}", doneTo((*API).unblockEmailDomain)),

		admin(get, "v1/admin/ip_blocks", skein.ManageBlocks, ips, ip+"[]", reply((*API).adminIPBlocks)),
		admin(pst, "v1/admin/ip_blocks", skein.ManageBlocks, ips, ip, reply((*API).addIPBlock)),
		admin(get, "v1/admin/ip_blocks/{id}", skein.ManageBlocks, ips, ip, reply((*API).adminIPBlock)),
		admin(put, "v1/admin/ip_blocks/{id}", skein.ManageBlocks, ips, ip, reply((*API).changeIPBlock)),
		admin(del, "v1/admin/ip_blocks/{id}", skein.ManageBlocks, ips, "{}", doneTo((*API).removeIPBlock)),

		admin(get, "v1/admin/canonical_email_blocks", skein.ManageBlocks, emails, email+"[]", reply((*API).adminEmailBlocks)),
		admin(pst, "v1/admin/canonical_email_blocks", skein.ManageBlocks, emails, email, reply((*API).blockEmail)),
		admin(pst, "v1/admin/canonical_email_blocks/test", skein.ManageBlocks, emails, email+"[]", reply((*API).testEmail)).reading(),
		admin(get, "v1/admin/canonical_email_blocks/{id}", skein.ManageBlocks, emails, email, reply((*API).adminEmailBlock)),
		admin(del, "v1/admin/canonical_email_blocks/{id}", skein.ManageBlocks, emails, "{}", doneTo((*API).unblockEmail)),

		admin(get, "v1/admin/trends/tags", skein.ManageTaxonomies, "", tag+"[]", reply((*API).tagsUnderReview)),
		admin(pst, "v1/admin/trends/tags/{id}/approve", skein.ManageTaxonomies, "", tag, reply((*API).reviewTag)),
		admin(pst, "v1/admin/trends/tags/{id}/reject", skein.ManageTaxonomies, "", tag, reply((*API).reviewTag)),
		admin(get, "v1/admin/trends/statuses", skein.ManageTaxonomies, "", post+"[]", reply((*API).postsUnderReview)),
		admin(pst, "v1/admin/trends/statuses/{id}/approve", skein.ManageTaxonomies, "", post, reply((*API).reviewPost)),
		admin(pst, "v1/admin/trends/statuses/{id}/reject", skein.ManageTaxonomies, "", post, reply((*API).reviewPost)),
		admin(get, "v1/admin/trends/links", skein.ManageTaxonomies, "", link+"[]", reply((*API).linksUnderReview)),
		admin(pst, "v1/admin/trends/links/{id}/approve", skein.ManageTaxonomies, "", link, reply((*API).reviewLink)),
		admin(pst, "v1/admin/trends/links/{id}/reject", skein.ManageTaxonomies, "", link, reply((*API).reviewLink)),
		admin(get, "v1/admin/trends/links/publishers", skein.ManageTaxonomies, "", publisher+"[]", reply((*API).publishersUnderReview)),
		admin(pst, "v1/admin/trends/links/publishers/{id}/approve", skein.ManageTaxonomies, "", publisher, reply((*API).reviewPublisher)),
		admin(pst, "v1/admin/trends/links/publishers/{id}/reject", skein.ManageTaxonomies, "", publisher, reply((*API).reviewPublisher)),

		admin(get, "v1/admin/tags", skein.ManageTaxonomies, "", tag+"[]", reply((*API).allTags)),
		admin(get, "v1/admin/tags/{id}", skein.ManageTaxonomies, "", tag, reply((*API).adminTag)),
		admin(put, "v1/admin/tags/{id}", skein.ManageTaxonomies, "", tag, reply((*API).changeTag)),

		asking("v1/admin/measures", "Admin::Measure[]", reply((*API).measures)),
		asking("v1/admin/dimensions", "Admin::Dimension[]", reply((*API).dimensions)),
		asking("v1/admin/retention", "Admin::Cohort[]", reply((*API).retention)),
	}
}

// asking makes a route for numbers of the site: they are read, though by POST.
func asking(path, gives string, handle handler) Route {
	route := r(pst, "/api/"+path, User, "admin:read", gives, handle)
	route.Rights = skein.ViewDashboard
	return route
}

// doneTo makes a handler of what is done to one thing and has nothing to say.
func doneTo(f func(*API, *call, skein.ID) error) handler {
	return reply(func(a *API, c *call) (empty, error) {
		id, err := c.id()
		if err != nil {
			return empty{}, err
		}
		return empty{}, f(a, c, id)
	})
}
