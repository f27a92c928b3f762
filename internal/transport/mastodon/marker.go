package mastodon

import (
	"skein/internal/skein"
)

func markers(list []*skein.Marker) map[string]Marker {
	out := map[string]Marker{}
	for _, m := range list {
		out[m.Timeline] = Marker{LastReadID: m.LastRead.String(), Version: m.Version, UpdatedAt: stamp(m.UpdatedAt)}
	}
	return out
}

// markers: https://docs.joinmastodon.org/methods/markers/#get
func (a *API) markers(c *call) (map[string]Marker, error) {
	timelines, err := c.list("timeline", 10)
	if err != nil {
		return nil, err
	}
	list, err := a.Social.Markers(c, c.who, timelines)
	return markers(list), err
}

type markerForm struct {
	Home struct {
		LastRead skein.ID `form:"last_read_id"`
	} `form:"home"`
	Notifications struct {
		LastRead skein.ID `form:"last_read_id"`
	} `form:"notifications"`
}

// setMarkers: https://docs.joinmastodon.org/methods/markers/#create
func (a *API) setMarkers(c *call) (map[string]Marker, error) {
	in, err := decode[markerForm](c)
	if err != nil {
		return nil, err
	}
	set := map[string]skein.ID{}
	if in.Home.LastRead != 0 {
		set["home"] = in.Home.LastRead
	}
	if in.Notifications.LastRead != 0 {
		set["notifications"] = in.Notifications.LastRead
	}
	if len(set) == 0 {
		return map[string]Marker{}, nil
	}
	list, err := a.Social.SetMarkers(c, c.who, set)
	return markers(list), err
}
