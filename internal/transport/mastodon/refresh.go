package mastodon

import (
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

const threadRefresh = "thread-"

// asyncRefresh: https://docs.joinmastodon.org/methods/async_refreshes/#show
func (a *API) asyncRefresh(c *call) (map[string]AsyncRefresh, error) {
	name, ok := strings.CutPrefix(c.params[0], threadRefresh)
	root, isID := skein.ParseID(name)
	if !ok || !isID {
		return nil, skein.ErrNotFound
	}
	running, err := a.Social.Fetching(c, c.who, root)
	if err != nil {
		return nil, err
	}
	r := AsyncRefresh{ID: c.params[0], Status: "finished"}
	if running {
		r.Status = "running"
	}
	return map[string]AsyncRefresh{"async_refresh": r}, nil
}
