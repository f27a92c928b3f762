package mastodon

import (
	"strconv"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// What Pixelfed's apps ask about the person who uses them.

// PixelfedSignIn is a browser that somebody signed in with.
type PixelfedSignIn struct {
	ID        string `json:"id"`
	Action    string `json:"action"`
	IP        string `json:"ip"`
	CreatedAt stamp  `json:"created_at"`
}

// signIns are the person's browsers: clients stand among the apps.
func (a *API) signIns(c *call) ([]PixelfedSignIn, error) {
	list, err := a.Identity.Sessions(c, c.who)
	if err != nil {
		return nil, err
	}
	out := make([]PixelfedSignIn, len(list))
	for i, s := range list {
		out[i] = PixelfedSignIn{ID: s.ID.String(), Action: "auth.login", IP: s.Address, CreatedAt: stamp(s.CreatedAt)}
	}
	return out, nil
}

// PixelfedTwoFactor says whether a code is asked for beside the password.
type PixelfedTwoFactor struct {
	Active  bool   `json:"active"`
	SetUpAt *stamp `json:"setup_at"`
}

// twoFactor: nobody has set up what is not offered.
func (a *API) twoFactor(*call) (*PixelfedTwoFactor, error) { return &PixelfedTwoFactor{}, nil }

// PixelfedApp is a client that may act for the person.
type PixelfedApp struct {
	ID        string   `json:"id"`
	Current   bool     `json:"current_session"`
	Name      string   `json:"name"`
	Scopes    []string `json:"scopes"`
	Revoked   bool     `json:"revoked"`
	CreatedAt stamp    `json:"created_at"`
	ExpiresAt *stamp   `json:"expires_at"` // they do not
}

func (a *API) allowedApps(c *call) ([]PixelfedApp, error) {
	list, err := a.Identity.AllowedApps(c, c.who)
	if err != nil {
		return nil, err
	}
	out := make([]PixelfedApp, len(list))
	for i, one := range list {
		out[i] = PixelfedApp{
			ID: strconv.Itoa(i + 1), Current: c.grant.App == one.App.ID, Name: one.App.Name, Scopes: notNil(one.Scopes),
			CreatedAt: stamp(one.Token.CreatedAt),
		}
	}
	return out, nil
}

// PixelfedAppSettings are how somebody wants the app to look, kept for all their devices.
type PixelfedAppSettings struct {
	ID        string             `json:"id"`
	Username  string             `json:"username"`
	UpdatedAt *stamp             `json:"updated_at"`
	Common    PixelfedAppChoices `json:"common"`
}

// PixelfedAppChoices are the settings themselves.
type PixelfedAppChoices struct {
	Timelines  PixelfedAppTimelines  `json:"timelines"`
	Media      PixelfedAppMedia      `json:"media"`
	Appearance PixelfedAppAppearance `json:"appearance"`
}

// PixelfedAppTimelines are settings of timelines.
type PixelfedAppTimelines struct {
	ShowPublic  bool `json:"show_public"`
	ShowNetwork bool `json:"show_network"`
	HideLikes   bool `json:"hide_likes_shares"`
}

// PixelfedAppMedia are settings of pictures.
type PixelfedAppMedia struct {
	HidePublic bool `json:"hide_public_behind_cw"`
	AlwaysWarn bool `json:"always_show_cw"`
	ShowAlt    bool `json:"show_alt_text"`
}

// PixelfedAppAppearance are settings of the look.
type PixelfedAppAppearance struct {
	LinksInApp bool   `json:"links_use_in_app_browser"`
	Theme      string `json:"theme"`
}

type appSettingsForm struct {
	Common struct {
		Timelines struct {
			ShowPublic  *bool `form:"show_public"`
			ShowNetwork *bool `form:"show_network"`
			HideLikes   *bool `form:"hide_likes_shares"`
		} `form:"timelines"`
		Media struct {
			HidePublic *bool `form:"hide_public_behind_cw"`
			AlwaysWarn *bool `form:"always_show_cw"`
			ShowAlt    *bool `form:"show_alt_text"`
		} `form:"media"`
		Appearance struct {
			LinksInApp *bool   `form:"links_use_in_app_browser"`
			Theme      *string `form:"theme"`
		} `form:"appearance"`
	} `form:"common"`
}

// photoApp is what somebody set of Pixelfed's apps, or how they begin.
func photoApp(u *skein.User) skein.PhotoApp {
	if u != nil && u.Prefs.PhotoApp != nil {
		return *u.Prefs.PhotoApp
	}
	return skein.PhotoApp{HidePublic: true, LinksInApp: true, Theme: "system"}
}

func (a *API) appSettings(c *call) (*PixelfedAppSettings, error) {
	acc, err := a.Social.Account(c, c.who, c.who.Account)
	if err != nil {
		return nil, err
	}
	return appSettings(acc, photoApp(c.grant.User)), nil
}

func appSettings(acc *skein.Account, p skein.PhotoApp) *PixelfedAppSettings {
	return &PixelfedAppSettings{ID: acc.ID.String(), Username: acc.Username, UpdatedAt: when(p.SetAt), Common: PixelfedAppChoices{
		Timelines:  PixelfedAppTimelines{p.ShowPublic, p.ShowNetwork, p.HideLikes},
		Media:      PixelfedAppMedia{p.HidePublic, p.AlwaysWarn, p.ShowAlt},
		Appearance: PixelfedAppAppearance{p.LinksInApp, p.Theme},
	}}
}

// setAppSettings keeps what the app says; what it does not name stays.
func (a *API) setAppSettings(c *call) (*PixelfedAppSettings, error) {
	in, err := decode[appSettingsForm](c)
	if err != nil {
		return nil, err
	}
	p, said := photoApp(c.grant.User), &in.Common
	set(&p.ShowPublic, said.Timelines.ShowPublic)
	set(&p.ShowNetwork, said.Timelines.ShowNetwork)
	set(&p.HideLikes, said.Timelines.HideLikes)
	set(&p.HidePublic, said.Media.HidePublic)
	set(&p.AlwaysWarn, said.Media.AlwaysWarn)
	set(&p.ShowAlt, said.Media.ShowAlt)
	set(&p.LinksInApp, said.Appearance.LinksInApp)
	set(&p.Theme, said.Appearance.Theme)
	switch p.Theme {
	case "system", "light", "dark":
	default:
		return nil, invalid("theme must be system, light or dark.")
	}
	p.SetAt = a.Clock().UTC().Truncate(time.Millisecond)
	acc, _, err := a.Social.UpdateProfile(c, c.who, social.Profile{PhotoApp: &p})
	if err != nil {
		return nil, err
	}
	return appSettings(acc, p), nil
}

// PixelfedPush says how Pixelfed's own push service reaches the person, which is not at all: here it is Web Push.
type PixelfedPush struct {
	Version  string `json:"version"`
	Username string `json:"username"`
	ID       string `json:"profile_id"`
	Enabled  bool   `json:"notify_enabled"`
	HasToken bool   `json:"has_token"`
	Like     bool   `json:"notify_like"`
	Follow   bool   `json:"notify_follow"`
	Mention  bool   `json:"notify_mention"`
	Comment  bool   `json:"notify_comment"`
}

func (a *API) pixelfedPush(c *call) (*PixelfedPush, error) {
	acc, err := a.Social.Account(c, c.who, c.who.Account)
	if err != nil {
		return nil, err
	}
	return &PixelfedPush{Version: "1.0", Username: acc.Username, ID: acc.ID.String()}, nil
}

// PixelfedPushMatch compares a device with what is known of it.
type PixelfedPushMatch struct {
	Version  string `json:"version"`
	Match    bool   `json:"match"`
	Existing bool   `json:"has_existing"`
}

func (a *API) comparePush(*call) (*PixelfedPushMatch, error) {
	return &PixelfedPushMatch{Version: "1.0"}, nil
}

// PixelfedStories are the stories of those whom the reader follows; there are none.
type PixelfedStories struct {
	Self  []empty `json:"self"`
	Nodes []empty `json:"nodes"`
}

// PixelfedOwnStories are the reader's.
type PixelfedOwnStories struct {
	Self  PixelfedStoriesOf `json:"self"`
	Nodes []empty           `json:"nodes"`
}

// PixelfedStoriesOf are somebody's stories.
type PixelfedStoriesOf struct {
	User  PixelfedStoryUser `json:"user"`
	Nodes []empty           `json:"nodes"`
}

// PixelfedStoryUser is whose they are.
type PixelfedStoryUser struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Acct     string `json:"username_acct"`
	Avatar   string `json:"avatar"`
	Local    bool   `json:"local"`
	IsAuthor bool   `json:"is_author"`
}

func (a *API) stories(*call) (*PixelfedStories, error) {
	return &PixelfedStories{Self: []empty{}, Nodes: []empty{}}, nil
}

func (a *API) ownStories(c *call) (*PixelfedOwnStories, error) {
	acc, err := a.Social.Account(c, c.who, c.who.Account)
	if err != nil {
		return nil, err
	}
	e := account(c.site, acc)
	return &PixelfedOwnStories{Nodes: []empty{}, Self: PixelfedStoriesOf{Nodes: []empty{}, User: PixelfedStoryUser{
		ID: e.ID, Username: e.Username, Acct: e.Acct, Avatar: e.Avatar, Local: true, IsAuthor: true,
	}}}, nil
}

// photoCollections are an account's collections of posts: nobody can make one here, so there are none.
func (a *API) photoCollections(c *call) ([]empty, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	if _, err := a.Social.Account(c, c.who, id); err != nil {
		return nil, err
	}
	return []empty{}, nil
}
