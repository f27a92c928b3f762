package mastodon

import (
	"strconv"
	"strings"

	"skein/internal/skein"
)

// AsyncRefresh tells how far a piece of work in the background is. https://docs.joinmastodon.org/entities/AsyncRefresh/
type AsyncRefresh struct {
	ID          string `json:"id"`
	Status      string `json:"status"`
	ResultCount *int   `json:"result_count"` // not counted
}

// refreshName names the work of fetching a conversation.
func refreshName(root skein.ID) string { return threadRefresh + root.String() }

const (
	threadRefresh = "thread-"
	annualRefresh = "annual-"
)

// refreshLater says that work in the background will make the answer better.
func (c *call) refreshLater(name string) {
	c.w.Header().Set("Mastodon-Async-Refresh", `id="`+name+`", retry=3`)
}

// asyncRefresh: https://docs.joinmastodon.org/methods/async_refreshes/#show
func (a *API) asyncRefresh(c *call) (map[string]AsyncRefresh, error) {
	r := AsyncRefresh{ID: c.params[0], Status: "finished"}
	if written, ok := strings.CutPrefix(c.params[0], annualRefresh); ok {
		year, err := strconv.Atoi(written)
		if err != nil {
			return nil, skein.ErrNotFound
		}
		state, err := a.Social.AnnualState(c, c.who, year)
		switch {
		case err != nil:
			return nil, err
		case state == skein.AnnualGenerating:
			r.Status = "running"
		case state != skein.AnnualAvailable:
			return nil, skein.ErrNotFound
		}
		return map[string]AsyncRefresh{"async_refresh": r}, nil
	}
	name, ok := strings.CutPrefix(c.params[0], threadRefresh)
	root, isID := skein.ParseID(name)
	if !ok || !isID {
		return nil, skein.ErrNotFound
	}
	running, err := a.Social.Fetching(c, c.who, root)
	if err != nil {
		return nil, err
	}
	if running {
		r.Status = "running"
	}
	return map[string]AsyncRefresh{"async_refresh": r}, nil
}
