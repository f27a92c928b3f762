package mastodon

import (
	"strconv"
	"strings"
	"time"

	"skein/internal/core/moderation"
	"skein/internal/skein"
)

// AdminMeasure is a number, day by day. https://docs.joinmastodon.org/entities/Admin_Measure/
type AdminMeasure struct {
	Key      string       `json:"key"`
	Unit     *string      `json:"unit"`
	Total    string       `json:"total"`
	Human    string       `json:"human_value,omitempty"`
	Previous *string      `json:"previous_total,omitempty"`
	Data     []AdminCount `json:"data"`
}

// AdminCount is a number of one day.
type AdminCount struct {
	Date  stamp  `json:"date"`
	Value string `json:"value"`
}

// AdminDimension is what a number is made of. https://docs.joinmastodon.org/entities/Admin_Dimension/
type AdminDimension struct {
	Key  string      `json:"key"`
	Data []AdminPart `json:"data"`
}

// AdminPart is one part of it.
type AdminPart struct {
	Key      string `json:"key"`
	HumanKey string `json:"human_key"`
	Value    string `json:"value"`
	Unit     string `json:"unit,omitempty"`
	Human    string `json:"human_value,omitempty"`
}

// AdminCohort is who signed up together. https://docs.joinmastodon.org/entities/Admin_Cohort/
type AdminCohort struct {
	Period    stamp       `json:"period"`
	Frequency string      `json:"frequency"`
	Data      []AdminKept `json:"data"`
}

// AdminKept is how many of them were still here.
type AdminKept struct {
	Date  stamp   `json:"date"`
	Rate  float64 `json:"rate"`
	Value string  `json:"value"`
}

const bytesUnit = "bytes"

// humanBytes writes a size as people read it: 1.2 MB.
func humanBytes(n int64) string {
	if n < 1024 {
		return strconv.FormatInt(n, 10) + " Bytes"
	}
	f, unit := float64(n), ""
	for _, unit = range []string{"KB", "MB", "GB", "TB", "PB"} {
		if f /= 1024; f < 1023.95 {
			break
		}
	}
	s := strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
	if f >= 99.95 { // three digits are enough
		s = strconv.FormatFloat(f, 'f', 0, 64)
	}
	return s + " " + unit
}

// maxKeys is how many numbers may be asked for at once: more than there are.
const maxKeys = 32

// aboutTag and aboutServer are the keys that want to know about what: the parameter of the same name says it.
func aboutTag(key string) bool    { return strings.HasPrefix(key, "tag_") }
func aboutServer(key string) bool { return strings.HasPrefix(key, "instance_") }

// asks reads which numbers are wanted, and about what.
func (c *call) asks() (list []moderation.Ask, err error) {
	keys, err := c.list("keys", maxKeys)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, missing("keys")
	}
	in, err := c.input()
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		a := moderation.Ask{Key: key}
		switch {
		case aboutTag(key):
			n := in.get(key).get("id")
			if n == nil {
				return nil, missing(key + "[id]")
			}
			id, ok := readID(n)
			if !ok {
				return nil, skein.ErrNotFound
			}
			a.Tag = id
		case aboutServer(key):
			n := in.get(key).get("domain")
			if n == nil || n.kind != isText || n.text == "" {
				return nil, missing(key + "[domain]")
			}
			a.Domain = n.text
		}
		list = append(list, a)
	}
	return list, nil
}

// moment is a parameter that is a date or a moment; none: the zero time.
func (c *call) moment(name string, must bool) (t time.Time, err error) {
	s, err := c.text(name)
	if err != nil {
		return t, err
	}
	if s = strings.TrimSpace(s); s == "" {
		if must {
			err = missing(name)
		}
		return t, err
	}
	if t, err = readTime(&node{kind: isText, text: s}); err != nil {
		return t, invalid("Invalid date supplied")
	}
	return t, nil
}

func (c *call) period(must bool) (from, to time.Time, err error) {
	if from, err = c.moment("start_at", must); err != nil {
		return from, to, err
	}
	to, err = c.moment("end_at", must)
	return from, to, err
}

// measures: https://docs.joinmastodon.org/methods/admin/measures/#get
func (a *API) measures(c *call) ([]AdminMeasure, error) {
	asks, err := c.asks()
	if err != nil {
		return nil, err
	}
	from, to, err := c.period(true)
	if err != nil {
		return nil, err
	}
	list, err := a.Reports.Measures(c, c.who, asks, from, to)
	if err != nil {
		return nil, err
	}
	out := make([]AdminMeasure, len(list))
	for i, m := range list {
		e := AdminMeasure{Key: m.Key, Total: strconv.FormatInt(m.Total, 10), Data: make([]AdminCount, len(m.Days))}
		if m.Bytes {
			e.Unit, e.Human = orNull(bytesUnit), humanBytes(m.Total)
		}
		if m.Previous != nil {
			e.Previous = orNull(strconv.FormatInt(*m.Previous, 10))
		}
		for j, d := range m.Days {
			e.Data[j] = AdminCount{stamp(d.Day), strconv.FormatInt(d.N, 10)}
		}
		out[i] = e
	}
	return out, nil
}

// dimensions: https://docs.joinmastodon.org/methods/admin/dimensions/#get
func (a *API) dimensions(c *call) ([]AdminDimension, error) {
	asks, err := c.asks()
	if err != nil {
		return nil, err
	}
	from, to, err := c.period(false)
	if err != nil {
		return nil, err
	}
	limit, err := c.number("limit", 0)
	if err != nil {
		return nil, err
	}
	list, err := a.Reports.Dimensions(c, c.who, asks, from, to, limit)
	if err != nil {
		return nil, err
	}
	out := make([]AdminDimension, len(list))
	for i, d := range list {
		e := AdminDimension{Key: d.Key, Data: make([]AdminPart, len(d.Parts))}
		for j, p := range d.Parts {
			e.Data[j] = adminPart(d.Key, p)
		}
		out[i] = e
	}
	return out, nil
}

func adminPart(dimension string, p moderation.Part) AdminPart {
	out := AdminPart{Key: p.Key, HumanKey: p.Name, Value: strconv.FormatInt(p.N, 10)}
	if p.Text != "" {
		out.Value, out.Human = p.Text, p.Text
	}
	if p.Bytes {
		out.Unit, out.Human = bytesUnit, humanBytes(p.N)
	}
	if out.HumanKey == "" && strings.HasSuffix(dimension, "languages") {
		out.HumanKey = languageName(p.Key)
	}
	if out.HumanKey == "" {
		out.HumanKey = p.Key
	}
	return out
}

// retention: https://docs.joinmastodon.org/methods/admin/retention/#create
func (a *API) retention(c *call) ([]AdminCohort, error) {
	from, to, err := c.period(true)
	if err != nil {
		return nil, err
	}
	frequency, err := c.text("frequency")
	if err != nil {
		return nil, err
	}
	switch frequency {
	case "":
		frequency = "day"
	case "day", "month":
	default:
		return nil, invalid("Validation failed: Frequency must be day or month")
	}
	list, err := a.Reports.Retention(c, c.who, from, to, frequency == "month")
	if err != nil {
		return nil, err
	}
	out := make([]AdminCohort, len(list))
	for i, h := range list {
		e := AdminCohort{Period: stamp(h.Start), Frequency: frequency, Data: make([]AdminKept, len(h.Later))}
		for j, k := range h.Later {
			e.Data[j] = AdminKept{stamp(k.Start), k.Rate, strconv.Itoa(k.N)}
		}
		out[i] = e
	}
	return out, nil
}
