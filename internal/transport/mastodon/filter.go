package mastodon

import (
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// Filter is what a person wants marked. https://docs.joinmastodon.org/entities/Filter/
type Filter struct {
	filterHead
	Keywords []FilterKeyword `json:"keywords"`
	Statuses []FilterStatus  `json:"statuses"`
}

// filterHead is a Filter without what is in it, as it stands in a FilterResult.
type filterHead struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Context   []string `json:"context"`
	ExpiresAt *stamp   `json:"expires_at"`
	Action    string   `json:"filter_action"`
}

// FilterKeyword is a text that a filter looks for. https://docs.joinmastodon.org/entities/FilterKeyword/
type FilterKeyword struct {
	ID        string `json:"id"`
	Keyword   string `json:"keyword"`
	WholeWord bool   `json:"whole_word"`
}

// FilterStatus is a post that a filter means as such. https://docs.joinmastodon.org/entities/FilterStatus/
type FilterStatus struct {
	ID       string `json:"id"`
	StatusID string `json:"status_id"`
}

// FilterResult is a filter of the reader that a post meets. https://docs.joinmastodon.org/entities/FilterResult/
type FilterResult struct {
	Filter         filterHead `json:"filter"`
	KeywordMatches []string   `json:"keyword_matches"`
	StatusMatches  []string   `json:"status_matches"`
}

// FilterV1 is a keyword of a filter in the old shape. https://docs.joinmastodon.org/entities/V1_Filter/
type FilterV1 struct {
	ID           string   `json:"id"`
	Phrase       string   `json:"phrase"`
	Context      []string `json:"context"`
	WholeWord    bool     `json:"whole_word"`
	ExpiresAt    *stamp   `json:"expires_at"`
	Irreversible bool     `json:"irreversible"`
}

func headOf(f *skein.Filter) filterHead {
	return filterHead{
		ID: f.ID.String(), Title: f.Title, Context: contextNames(f), ExpiresAt: when(f.ExpiresAt), Action: string(f.Action),
	}
}

func contextNames(f *skein.Filter) []string {
	out := make([]string, len(f.Contexts))
	for i, c := range f.Contexts {
		out[i] = string(c)
	}
	return out
}

func filter(f *skein.Filter) *Filter {
	return &Filter{filterHead: headOf(f), Keywords: keywords(f), Statuses: filterStatuses(f)}
}

func keywords(f *skein.Filter) []FilterKeyword {
	out := make([]FilterKeyword, len(f.Keywords))
	for i := range f.Keywords {
		out[i] = keyword(&f.Keywords[i])
	}
	return out
}

func keyword(k *skein.FilterKeyword) FilterKeyword {
	return FilterKeyword{ID: k.ID.String(), Keyword: k.Text, WholeWord: k.Whole}
}

func filterStatuses(f *skein.Filter) []FilterStatus {
	out := make([]FilterStatus, len(f.Posts))
	for i := range f.Posts {
		out[i] = filterStatus(&f.Posts[i])
	}
	return out
}

func filterStatus(p *skein.FilterPost) FilterStatus {
	return FilterStatus{ID: p.ID.String(), StatusID: p.Post.String()}
}

func filterV1(f *skein.Filter, k *skein.FilterKeyword) *FilterV1 {
	return &FilterV1{
		ID: k.ID.String(), Phrase: k.Text, Context: contextNames(f), WholeWord: k.Whole, ExpiresAt: when(f.ExpiresAt),
		Irreversible: f.Action == skein.FilterHide,
	}
}

func filterResults(list []skein.FilterMatch) []FilterResult {
	out := make([]FilterResult, len(list))
	for i, m := range list {
		out[i] = FilterResult{Filter: headOf(m.Filter), KeywordMatches: m.Keywords}
		for _, id := range m.Posts {
			out[i].StatusMatches = append(out[i].StatusMatches, id.String())
		}
	}
	return out
}

type filterForm struct {
	Title    *string        `form:"title"`
	Context  *[]string      `form:"context"`
	Action   *string        `form:"filter_action"`
	Keywords *[]keywordForm `form:"keywords_attributes"`

	Irreversible *bool `form:"irreversible"` // the old shape's
}

type keywordForm struct {
	ID      skein.ID `form:"id"`
	Keyword *string  `form:"keyword"`
	Whole   *bool    `form:"whole_word"`
	Destroy bool     `form:"_destroy"`
}

func (f *keywordForm) draft() social.KeywordDraft {
	return social.KeywordDraft{ID: f.ID, Text: f.Keyword, Whole: f.Whole, Remove: f.Destroy}
}

// filterDraft reads what a client says of a filter.
func (c *call) filterDraft() (d social.FilterDraft, err error) {
	in, err := decode[filterForm](c)
	if err != nil {
		return d, err
	}
	d.Title = in.Title
	if in.Context != nil {
		list := make([]skein.FilterContext, 0, len(*in.Context))
		for _, name := range *in.Context {
			list = append(list, skein.FilterContext(strings.TrimSpace(name)))
		}
		d.Contexts = &list
	}
	if in.Action != nil {
		d.Action = new(skein.FilterAction(*in.Action))
	}
	if in.Irreversible != nil && in.Action == nil {
		d.Action = new(skein.FilterWarn)
		if *in.Irreversible {
			*d.Action = skein.FilterHide
		}
	}
	if in.Keywords != nil {
		for _, k := range *in.Keywords {
			d.Keywords = append(d.Keywords, k.draft())
		}
	}
	d.Expires, err = c.expiry()
	return d, err
}

// expiry reads expires_in: when it is not there nothing is said; empty or null is never.
func (c *call) expiry() (*time.Duration, error) {
	in, err := c.input()
	if err != nil {
		return nil, err
	}
	n := in.get("expires_in")
	switch {
	case n == nil:
		return nil, nil
	case n.kind == isNull || n.kind == isText && strings.TrimSpace(n.text) == "":
		return new(time.Duration(-1)), nil
	}
	const century = 100 * 365 * 24 * 3600
	seconds, ok := readInt(n)
	if !ok || seconds < 0 || seconds > century {
		return nil, invalid("It ends after a number of seconds, a hundred years at most, or never with no number.")
	}
	return new(time.Duration(seconds) * time.Second), nil
}

// filters: https://docs.joinmastodon.org/methods/filters/#get
func (a *API) filters(c *call) ([]*Filter, error) {
	list, err := a.Social.Filters(c, c.who)
	out := make([]*Filter, len(list))
	for i, f := range list {
		out[i] = filter(f)
	}
	return out, err
}

// theFilter makes an answer of the filter that the path names.
func (a *API) theFilter(c *call) (*skein.Filter, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	return a.Social.Filter(c, c.who, id)
}

// filter: https://docs.joinmastodon.org/methods/filters/#get-one
func (a *API) filter(c *call) (*Filter, error) {
	f, err := a.theFilter(c)
	if err != nil {
		return nil, err
	}
	return filter(f), nil
}

// createFilter: https://docs.joinmastodon.org/methods/filters/#create
func (a *API) createFilter(c *call) (*Filter, error) {
	d, err := c.filterDraft()
	if err != nil {
		return nil, err
	}
	f, err := a.Social.CreateFilter(c, c.who, d)
	if err != nil {
		return nil, err
	}
	return filter(f), nil
}

// editFilter: https://docs.joinmastodon.org/methods/filters/#update
func (a *API) editFilter(c *call) (*Filter, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	d, err := c.filterDraft()
	if err != nil {
		return nil, err
	}
	f, err := a.Social.EditFilter(c, c.who, id, d)
	if err != nil {
		return nil, err
	}
	return filter(f), nil
}

// deleteFilter: https://docs.joinmastodon.org/methods/filters/#delete
func (a *API) deleteFilter(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.DeleteFilter(c, c.who, id)
}

// filterKeywords: https://docs.joinmastodon.org/methods/filters/#keywords-get
func (a *API) filterKeywords(c *call) ([]FilterKeyword, error) {
	f, err := a.theFilter(c)
	if err != nil {
		return nil, err
	}
	return keywords(f), nil
}

// addKeyword: https://docs.joinmastodon.org/methods/filters/#keywords-create
func (a *API) addKeyword(c *call) (*FilterKeyword, error) {
	return a.changeKeyword(c, func(id skein.ID, d social.KeywordDraft) (*skein.FilterKeyword, error) {
		return a.Social.AddFilterKeyword(c, c.who, id, d)
	})
}

// editKeyword: https://docs.joinmastodon.org/methods/filters/#keywords-update
func (a *API) editKeyword(c *call) (*FilterKeyword, error) {
	return a.changeKeyword(c, func(id skein.ID, d social.KeywordDraft) (*skein.FilterKeyword, error) {
		return a.Social.EditFilterKeyword(c, c.who, id, d)
	})
}

func (a *API) changeKeyword(c *call, do func(id skein.ID, d social.KeywordDraft) (*skein.FilterKeyword, error)) (*FilterKeyword, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	in, err := decode[keywordForm](c)
	if err != nil {
		return nil, err
	}
	k, err := do(id, in.draft())
	if err != nil {
		return nil, err
	}
	return new(keyword(k)), nil
}

// filterKeyword: https://docs.joinmastodon.org/methods/filters/#keywords-get-one
func (a *API) filterKeyword(c *call) (*FilterKeyword, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	_, k, err := a.Social.FilterKeyword(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return new(keyword(k)), nil
}

// deleteKeyword: https://docs.joinmastodon.org/methods/filters/#keywords-delete
func (a *API) deleteKeyword(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.DeleteFilterKeyword(c, c.who, id, false)
}

// filterPosts: https://docs.joinmastodon.org/methods/filters/#statuses-get
func (a *API) filterPosts(c *call) ([]FilterStatus, error) {
	f, err := a.theFilter(c)
	if err != nil {
		return nil, err
	}
	return filterStatuses(f), nil
}

// addFilterPost: https://docs.joinmastodon.org/methods/filters/#statuses-add
func (a *API) addFilterPost(c *call) (*FilterStatus, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	post, err := c.one("status_id")
	if err != nil {
		return nil, err
	}
	if post == 0 {
		return nil, skein.ErrNotFound
	}
	p, err := a.Social.AddFilterPost(c, c.who, id, post)
	if err != nil {
		return nil, err
	}
	return new(filterStatus(p)), nil
}

// filterPost: https://docs.joinmastodon.org/methods/filters/#statuses-get-one
func (a *API) filterPost(c *call) (*FilterStatus, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	p, err := a.Social.FilterPost(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return new(filterStatus(p)), nil
}

// deleteFilterPost: https://docs.joinmastodon.org/methods/filters/#statuses-remove
func (a *API) deleteFilterPost(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.DeleteFilterPost(c, c.who, id)
}

// filtersV1 shows each keyword as a filter of its own. https://docs.joinmastodon.org/methods/filters/#get-v1
func (a *API) filtersV1(c *call) ([]*FilterV1, error) {
	list, err := a.Social.Filters(c, c.who)
	out := []*FilterV1{}
	for _, f := range list {
		for i := range f.Keywords {
			out = append(out, filterV1(f, &f.Keywords[i]))
		}
	}
	return out, err
}

// filterV1: https://docs.joinmastodon.org/methods/filters/#get-one-v1
func (a *API) filterV1(c *call) (*FilterV1, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	f, k, err := a.Social.FilterKeyword(c, c.who, id)
	if err != nil {
		return nil, err
	}
	return filterV1(f, k), nil
}

// draftV1 reads a filter in the old shape.
func (c *call) draftV1() (d social.FilterDraft, k social.KeywordDraft, err error) {
	if d, err = c.filterDraft(); err != nil {
		return d, k, err
	}
	in, err := decode[keywordFormV1](c)
	if err != nil {
		return d, k, err
	}
	d.Title, d.Keywords = nil, nil
	return d, social.KeywordDraft{Text: in.Phrase, Whole: in.Whole}, nil
}

type keywordFormV1 struct {
	Phrase *string `form:"phrase"`
	Whole  *bool   `form:"whole_word"`
}

// createFilterV1: https://docs.joinmastodon.org/methods/filters/#create-v1
func (a *API) createFilterV1(c *call) (*FilterV1, error) {
	d, k, err := c.draftV1()
	if err != nil {
		return nil, err
	}
	if k.Text == nil || strings.TrimSpace(*k.Text) == "" {
		return nil, invalid("Validation failed: Phrase can't be blank")
	}
	d.Title, d.Keywords = new(social.FilterTitle(*k.Text)), []social.KeywordDraft{k}
	f, err := a.Social.CreateFilter(c, c.who, d)
	if err != nil {
		return nil, err
	}
	return filterV1(f, &f.Keywords[0]), nil
}

// editFilterV1: https://docs.joinmastodon.org/methods/filters/#update-v1
func (a *API) editFilterV1(c *call) (*FilterV1, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	d, k, err := c.draftV1()
	if err != nil {
		return nil, err
	}
	f, word, err := a.Social.ReplaceFilterKeyword(c, c.who, id, k, d)
	if err != nil {
		return nil, err
	}
	return filterV1(f, word), nil
}

// deleteFilterV1: https://docs.joinmastodon.org/methods/filters/#delete-v1
func (a *API) deleteFilterV1(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.DeleteFilterKeyword(c, c.who, id, true)
}
