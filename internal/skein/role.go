package skein

import (
	"slices"
	"strings"
)

// Rights are what somebody may do on a site beyond writing: bits with the meaning and places of Mastodon's
// (mastodon-api.md 4.25), so that clients show moderators the tools that they have.
type Rights uint32

// The rights.
const (
	Administrate     Rights = 1 << iota // all that there is
	ViewDevops                          // the machine: queues and the like
	ViewAuditLog                        // who decided what
	ViewDashboard                       // numbers of the site
	ManageReports                       // read and settle reports, warn
	ManageFederation                    // decide about peers
	ManageSettings                      // of the site
	ManageBlocks                        // of mail providers and addresses on the network
	ManageTaxonomies                    // what may trend, and hashtags
	ManageAppeals                       // against warnings
	ManageUsers                         // see people's details, let them in, limit them
	ManageInvites
	ManageRules
	ManageAnnouncements
	ManageEmojis
	ManageWebhooks
	InviteUsers
	ManageRoles
	ManageAccess // passwords and addresses of others
	DeleteData   // of suspended accounts, for good
	ViewFeeds    // also such as are closed to others
	InvitePast   // invite people past the moderators
	ManageSubscriptions

	allRights = ManageSubscriptions<<1 - 1
)

// rightsOf is which role may what. An owner may everything.
var rightsOf = map[Role]Rights{
	Owner: allRights,
	Admin: allRights &^ (Administrate | ViewDevops | ManageWebhooks | ManageSubscriptions),
	Moderator: ViewAuditLog | ViewDashboard | ManageReports | ManageTaxonomies | ManageUsers | InviteUsers | ViewFeeds |
		InvitePast,
	Member: 0,
}

// Rights returns what the role may.
func (r Role) Rights() Rights { return rightsOf[r] }

// May tells whether the role has all of some rights.
func (r Role) May(what Rights) bool { return r.Rights()&what == what }

// Over tells whether the role stands above another: nobody decides about their equals, or about who stands higher (T152).
func (r Role) Over(other Role) bool {
	a, b := slices.Index(Roles, r), slices.Index(Roles, other)
	return a >= 0 && (b < 0 || a < b)
}

// String names the rights as Mastodon does, for the documentation.
func (r Rights) String() string {
	names := [...]string{"administrator", "view_devops", "view_audit_log", "view_dashboard", "manage_reports", "manage_federation",
		"manage_settings", "manage_blocks", "manage_taxonomies", "manage_appeals", "manage_users", "manage_invites", "manage_rules",
		"manage_announcements", "manage_custom_emojis", "manage_webhooks", "invite_users", "manage_roles", "manage_user_access",
		"delete_user_data", "view_feeds", "invite_bypass_approval", "manage_email_subscriptions"}
	var list []string
	for i, name := range names {
		if r&(1<<i) != 0 {
			list = append(list, name)
		}
	}
	return strings.Join(list, " ")
}
