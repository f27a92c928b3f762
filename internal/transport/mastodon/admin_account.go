package mastodon

import (
	"context"
	"net/netip"

	"skein/internal/core/moderation"
	"skein/internal/skein"
)

// AdminAccount is an account for those who look after the site. https://docs.joinmastodon.org/entities/Admin_Account/
type AdminAccount struct {
	ID            string    `json:"id"`
	Username      string    `json:"username"`
	Domain        *string   `json:"domain"`
	CreatedAt     stamp     `json:"created_at"`
	Email         *string   `json:"email"`
	IP            *string   `json:"ip"`
	IPs           []AdminIP `json:"ips"`
	Locale        *string   `json:"locale"`
	InviteRequest *string   `json:"invite_request"`
	Role          *Role     `json:"role"`
	Confirmed     bool      `json:"confirmed"`
	Approved      bool      `json:"approved"`
	Disabled      bool      `json:"disabled"`
	Sensitized    bool      `json:"sensitized"`
	Silenced      bool      `json:"silenced"`
	Suspended     bool      `json:"suspended"`
	Account       *Account  `json:"account"`
	CreatedBy     string    `json:"created_by_application_id,omitempty"`
	InvitedBy     string    `json:"invited_by_account_id,omitempty"`
}

// AdminIP is an address that somebody was seen from. https://docs.joinmastodon.org/entities/Admin_Ip/
type AdminIP struct {
	IP     string `json:"ip"`
	UsedAt stamp  `json:"used_at"`
}

func adminAccount(site *skein.Site, p *moderation.Person) *AdminAccount {
	if p == nil {
		return nil
	}
	a := p.Account
	out := &AdminAccount{
		ID: a.ID.String(), Username: a.Username, Domain: orNull(a.Domain), CreatedAt: stamp(a.CreatedAt), IPs: []AdminIP{},
		Sensitized: !a.SensitizedAt.IsZero(), Silenced: !a.SilencedAt.IsZero(), Suspended: !a.SuspendedAt.IsZero(),
		Account: account(site, a),
	}
	for _, seen := range p.Addresses {
		out.IPs = append(out.IPs, AdminIP{seen.Address, stamp(seen.UsedAt)})
	}
	if len(out.IPs) > 0 {
		out.IP = &out.IPs[0].IP
	}
	if u := p.User; u != nil {
		role := roles[u.Role]
		out.Email, out.Locale, out.InviteRequest, out.Role = &u.Email, orNull(u.Locale), orNull(u.Reason), &role
		out.Confirmed, out.Approved, out.Disabled = !u.ConfirmedAt.IsZero(), !u.ApprovedAt.IsZero(), !u.DisabledAt.IsZero()
		if u.App != 0 {
			out.CreatedBy = u.App.String()
		}
		if p.InvitedBy != 0 {
			out.InvitedBy = p.InvitedBy.String()
		}
	}
	return out
}

func adminAccounts(site *skein.Site, list []*moderation.Person) []*AdminAccount {
	out := make([]*AdminAccount, len(list))
	for i, p := range list {
		out[i] = adminAccount(site, p)
	}
	return out
}

// judged makes a handler of what is done to one account.
func judged(f func(s *moderation.Service, ctx context.Context, who skein.Viewer, id skein.ID) (*moderation.Person, error)) handler {
	return reply(func(a *API, c *call) (*AdminAccount, error) {
		id, err := c.id()
		if err != nil {
			return nil, err
		}
		p, err := f(a.Reports, c, c.who, id)
		if err != nil {
			return nil, err
		}
		return adminAccount(c.site, p), nil
	})
}

type peopleForm struct {
	Username    string `form:"username"`
	DisplayName string `form:"display_name"`
	Domain      string `form:"by_domain"`
	Email       string `form:"email"`
	IP          string `form:"ip"`

	// v1
	Local      bool `form:"local"`
	Remote     bool `form:"remote"`
	Active     bool `form:"active"`
	Pending    bool `form:"pending"`
	Disabled   bool `form:"disabled"`
	Sensitized bool `form:"sensitized"`
	Silenced   bool `form:"silenced"`
	Suspended  bool `form:"suspended"`
	Staff      bool `form:"staff"`

	// v2
	Origin      string    `form:"origin"`
	Status      string    `form:"status"`
	Permissions string    `form:"permissions"`
	InvitedBy   *skein.ID `form:"invited_by"`
}

// filter reads what both versions have.
func (in *peopleForm) filter() (f moderation.PeopleFilter, err error) {
	f.Username, f.DisplayName, f.Domain, f.Email = in.Username, in.DisplayName, in.Domain, in.Email
	if in.IP != "" {
		if f.Network, err = network(in.IP); err != nil {
			return f, err
		}
	}
	return f, nil
}

// network reads an address, or a network in CIDR form.
func network(s string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(s); err == nil && !p.Addr().Is4In6() {
		return p.Masked(), nil
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, invalid("Validation failed: IP is not an address or a network")
	}
	a = a.Unmap()
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// adminAccountsV1: https://docs.joinmastodon.org/methods/admin/accounts/#v1
func (a *API) adminAccountsV1(c *call) ([]*AdminAccount, error) {
	in, err := decode[peopleForm](c)
	if err != nil {
		return nil, err
	}
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	f.Remote, f.Staff, f.State = in.Remote, in.Staff, "active"
	f.Local = !in.Remote
	for _, state := range []struct {
		wanted bool
		state  string
	}{
		{in.Active, "active"}, {in.Pending, "pending"}, {in.Disabled, "disabled"}, {in.Sensitized, "sensitized"},
		{in.Silenced, "silenced"}, {in.Suspended, "suspended"},
	} { // the last one that is asked for counts
		if state.wanted {
			f.State = states[state.state]
		}
	}
	return a.people(c, f)
}

// states are what clients call the states of accounts.
var states = map[string]moderation.PeopleState{
	"active": moderation.StateActive, "pending": moderation.StatePending, "disabled": moderation.StateDisabled,
	"silenced": moderation.StateSilenced, "suspended": moderation.StateSuspended, "sensitized": moderation.StateSensitized,
}

// adminAccounts: https://docs.joinmastodon.org/methods/admin/accounts/#v2
func (a *API) adminAccounts(c *call) ([]*AdminAccount, error) {
	in, err := decode[peopleForm](c)
	if err != nil {
		return nil, err
	}
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	switch in.Origin {
	case "":
	case "local":
		f.Local = true
	case "remote":
		f.Remote = true
	default:
		return nil, invalid("Unknown origin: %s", in.Origin)
	}
	if in.Status != "" {
		state, ok := states[in.Status]
		if !ok {
			return nil, invalid("Unknown status: %s", in.Status)
		}
		f.State = state
	}
	switch in.Permissions {
	case "":
	case "staff":
		f.Staff = true
	default:
		return nil, invalid("Unknown permissions: %s", in.Permissions)
	}
	wanted, err := c.list("role_ids", len(roles))
	if err != nil {
		return nil, err
	}
	for _, id := range wanted {
		found := skein.Role("none")
		for name, role := range roles {
			if role.ID == id {
				found = name
			}
		}
		f.Roles = append(f.Roles, found) // one that there is not has nobody
	}
	if in.InvitedBy != nil {
		f.InvitedBy = *in.InvitedBy
	}
	return a.people(c, f)
}

func (a *API) people(c *call, f moderation.PeopleFilter) ([]*AdminAccount, error) {
	page, err := c.page(100, 200)
	if err != nil {
		return nil, err
	}
	list, err := a.Reports.People(c, c.who, f, page)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		c.link(byFullPage, len(list), page.Limit, list[0].Account.ID, list[len(list)-1].Account.ID)
	}
	return adminAccounts(c.site, list), nil
}

// measureOf is what clients call a measure.
var measureOf = map[string]skein.Measure{
	"none": skein.Warn, "disable": skein.Disable, "sensitive": skein.Sensitize, "silence": skein.Limit, "suspend": skein.Suspend,
}

type judgeForm struct {
	Type   string    `form:"type"`
	Report *skein.ID `form:"report_id"`
	Preset *skein.ID `form:"warning_preset_id"`
	Text   string    `form:"text"`
	Tell   *bool     `form:"send_email_notification"`
}

// judge: https://docs.joinmastodon.org/methods/admin/accounts/#action
func (a *API) judge(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	in, err := decode[judgeForm](c)
	if err != nil {
		return empty{}, err
	}
	if in.Preset != nil {
		return empty{}, skein.ErrNotFound // there are no texts that stand ready
	}
	s := moderation.Sentence{Account: id, Measure: measureOf[in.Type], Text: in.Text, Tell: in.Tell == nil || *in.Tell}
	if in.Report != nil {
		s.Report = *in.Report
	}
	return empty{}, a.Reports.Judge(c, c.who, s)
}

// eraseAccount: https://docs.joinmastodon.org/methods/admin/accounts/#delete
func (a *API) eraseAccount(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Reports.Erase(c, c.who, id)
}
