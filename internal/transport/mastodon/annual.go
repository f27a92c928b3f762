package mastodon

import (
	"net/http"
	"strconv"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// annualSchema is the form of AnnualReport.data that Mastodon numbers so.
const annualSchema = 2

// AnnualReport is a review of somebody's year. https://docs.joinmastodon.org/entities/AnnualReport/
type AnnualReport struct {
	Year      int        `json:"year"`
	Data      AnnualData `json:"data"`
	Schema    int        `json:"schema_version"`
	ShareURL  *string    `json:"share_url"` // there is no page of it for others
	AccountID string     `json:"account_id"`
}

// AnnualData is what was counted.
type AnnualData struct {
	Archetype   string        `json:"archetype"`
	TimeSeries  []AnnualMonth `json:"time_series"`
	TopHashtags []AnnualTag   `json:"top_hashtags"`
	TopStatuses AnnualTop     `json:"top_statuses"`
}

// AnnualMonth is one month.
type AnnualMonth struct {
	Month     int `json:"month"`
	Statuses  int `json:"statuses"`
	Following int `json:"following"`
	Followers int `json:"followers"`
}

// AnnualTag is a hashtag with how often it was used.
type AnnualTag struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// AnnualTop names the posts that got most.
type AnnualTop struct {
	ByReblogs    *string `json:"by_reblogs"`
	ByFavourites *string `json:"by_favourites"`
	ByReplies    *string `json:"by_replies"`
}

// wrappedAnnual is reports with what they name.
type wrappedAnnual struct {
	reports []AnnualReport
	people  []*skein.Account
	posts   []*social.View
}

func (w *wrappedAnnual) draw(b []byte, t *painter, site *skein.Site, who skein.Viewer) []byte {
	b = append(append(b, `{"annual_reports":`...), mustEncode(w.reports)...)
	b = t.appendAccounts(append(b, `,"accounts":`...), site, w.people)
	b = t.appendStatuses(append(b, `,"statuses":`...), site, w.posts, who)
	return append(b, '}')
}

func idOrNull(id skein.ID) *string {
	if id == 0 {
		return nil
	}
	return orNull(id.String())
}

func annualReport(a *skein.Annual) AnnualReport {
	c := a.Counted
	out := AnnualReport{Year: a.Year, Schema: annualSchema, AccountID: a.Account.String(), Data: AnnualData{
		Archetype: string(c.Manner), TimeSeries: make([]AnnualMonth, len(c.Months)), TopHashtags: []AnnualTag{},
		TopStatuses: AnnualTop{idOrNull(c.Boosts), idOrNull(c.Likes), idOrNull(c.Answer)},
	}}
	for i, m := range c.Months {
		out.Data.TimeSeries[i] = AnnualMonth{i + 1, m.Posts, m.Following, m.Followers}
	}
	for _, t := range c.Tags {
		out.Data.TopHashtags = append(out.Data.TopHashtags, AnnualTag(t))
	}
	return out
}

func (c *call) wrapped(list []*social.AnnualView) (*wrappedAnnual, error) {
	out := &wrappedAnnual{reports: []AnnualReport{}}
	if len(list) == 0 {
		return out, nil
	}
	me, err := c.api.Social.Account(c, c.who, c.who.Account)
	if err != nil {
		return nil, err
	}
	out.people = append(out.people, me)
	seen := map[skein.ID]bool{}
	for _, a := range list {
		out.reports = append(out.reports, annualReport(a.Annual))
		for _, v := range a.Posts {
			if !seen[v.Post.ID] {
				seen[v.Post.ID] = true
				out.posts = append(out.posts, v)
			}
		}
	}
	return out, nil
}

// annuals: https://docs.joinmastodon.org/methods/annual_reports/
func (a *API) annuals(c *call) (*wrappedAnnual, error) {
	list, err := a.Social.Annuals(c, c.who)
	if err != nil {
		return nil, err
	}
	return c.wrapped(list)
}

// year reads the year of the path; what is none is not there.
func (c *call) year() (int, error) {
	n, err := strconv.Atoi(c.params[0])
	if err != nil || n < 1970 || n > 9999 {
		return 0, skein.ErrNotFound
	}
	return n, nil
}

func (a *API) annual(c *call) (*wrappedAnnual, error) {
	year, err := c.year()
	if err != nil {
		return nil, err
	}
	v, err := a.Social.Annual(c, c.who, year)
	if err != nil {
		return nil, err
	}
	return c.wrapped([]*social.AnnualView{v})
}

func (a *API) annualState(c *call) (map[string]skein.AnnualState, error) {
	year, err := c.year()
	if err != nil {
		return nil, err
	}
	state, err := a.Social.AnnualState(c, c.who, year)
	if err != nil {
		return nil, err
	}
	if state == skein.AnnualGenerating {
		c.refreshLater(annualRefresh + c.params[0])
	}
	return map[string]skein.AnnualState{"state": state}, nil
}

// makeAnnual has a review made: 202, and whether it is ready async_refreshes says, or the state.
func (a *API) makeAnnual(c *call) (empty, error) {
	year, err := c.year()
	if err != nil {
		return empty{}, err
	}
	state, err := a.Social.WantAnnual(c, c.who, year)
	if err != nil {
		return empty{}, err
	}
	c.status = http.StatusAccepted
	if state == skein.AnnualGenerating {
		c.refreshLater(annualRefresh + strconv.Itoa(year))
	}
	return empty{}, nil
}

func (a *API) readAnnual(c *call) (empty, error) {
	year, err := c.year()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.ReadAnnual(c, c.who, year)
}
