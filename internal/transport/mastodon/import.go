package mastodon

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"skein/internal/core/social"
	"skein/internal/skein"
)

// What somebody brings from elsewhere. The files are announced, sent in pieces, and read; then there is a preview, and what
// is chosen of it is brought by a job, which tells how far it is.

// Import is what somebody brings from elsewhere, and how far that is.
type Import struct {
	ID        string         `json:"id"`
	Source    string         `json:"source"`
	State     string         `json:"state"`
	Error     *string        `json:"error"`
	Files     []ImportFile   `json:"files"`
	Preview   *ImportPreview `json:"preview"`
	Overwrite bool           `json:"overwrite"`
	Kinds     []string       `json:"kinds"`
	Total     int            `json:"total"`
	Done      int            `json:"done"`
	Added     int            `json:"added"`
	Failed    int            `json:"failed"`
	CreatedAt stamp          `json:"created_at"`
	EndedAt   *stamp         `json:"ended_at"`
	UndoUntil *stamp         `json:"undo_until"`
	ExpiresAt stamp          `json:"expires_at"`
}

// ImportFile is a file of an import, and how much of it has arrived.
type ImportFile struct {
	Name     string `json:"name"`
	Size     int64  `json:"size"`
	Received int64  `json:"received"`
}

// ImportPreview is what is in the files of an import.
type ImportPreview struct {
	Username *string         `json:"username"`
	Kinds    []ImportKind    `json:"kinds"`
	Samples  []ImportSample  `json:"samples"`
	Problems []ImportProblem `json:"problems"`
	Unread   int             `json:"unread"`
	Ignored  int             `json:"ignored"`
	Left     map[string]int  `json:"left_out"`
}

// ImportKind counts what is of one kind.
type ImportKind struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
	New   int    `json:"new"`
	Files int    `json:"files"`
	Bytes int64  `json:"bytes"`
	From  *stamp `json:"from"`
	Until *stamp `json:"until"`
}

// ImportSample is one thing to look at.
type ImportSample struct {
	Kind      string `json:"kind"`
	Text      string `json:"text"`
	Files     int    `json:"files"`
	CreatedAt *stamp `json:"created_at"`
}

// ImportProblem is what cannot be read, or brought.
type ImportProblem struct {
	Place string `json:"place"`
	Error string `json:"error"`
}

// ImportRow is a thing that was not brought, or not whole.
type ImportRow struct {
	ID    string `json:"id"` // its number
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	State string `json:"state"`
	Error string `json:"error"`
}

var itemState = map[skein.ImportItemState]string{
	skein.ItemWaiting: "waiting", skein.ItemDone: "done", skein.ItemFailed: "failed", skein.ItemKnown: "known",
}

func importView(i *skein.Import, now time.Time) *Import {
	out := &Import{ID: i.ID.String(), Source: string(i.Source), State: string(i.State), Error: orNull(i.Error), Files: []ImportFile{},
		Overwrite: i.Choice.Overwrite, Kinds: append([]string{}, i.Choice.Kinds...), Total: i.Total, Done: i.Done, Added: i.Added,
		Failed: i.Failed, CreatedAt: stamp(i.CreatedAt), EndedAt: when(i.EndedAt), ExpiresAt: stamp(i.ExpiresAt)}
	for _, f := range i.Files {
		out.Files = append(out.Files, ImportFile{f.Name, f.Size, f.Have})
	}
	if i.Undoable(now) && i.State == skein.ImportDone {
		out.UndoUntil = when(i.EndedAt.Add(skein.ImportUndoTime))
	}
	p := i.Preview
	if p == nil {
		return out
	}
	v := &ImportPreview{Username: orNull(p.Username), Kinds: []ImportKind{}, Samples: []ImportSample{}, Problems: []ImportProblem{},
		Unread: p.Unread, Ignored: p.Ignored, Left: map[string]int{}}
	for _, k := range p.Kinds {
		v.Kinds = append(v.Kinds, ImportKind{k.Kind, k.Count, k.New, k.Files, k.Bytes, when(k.From), when(k.Until)})
	}
	for _, s := range p.Samples {
		v.Samples = append(v.Samples, ImportSample{s.Kind, s.Text, s.Files, when(s.At)})
	}
	for _, s := range p.Problems {
		v.Problems = append(v.Problems, ImportProblem{s.Place, s.Why})
	}
	for k, n := range p.Left {
		v.Left[k] = n
	}
	out.Preview = v
	return out
}

// imports lists the viewer's imports, the latest first.
func (a *API) imports(c *call) ([]*Import, error) {
	list, err := a.Social.Imports(c, c.who)
	if err != nil {
		return nil, err
	}
	out := make([]*Import, len(list))
	for n, i := range list {
		out[n] = importView(i, a.Clock())
	}
	return out, nil
}

type importForm struct {
	Source string `form:"source"`
	Files  []struct {
		Name string `form:"name"`
		Size int    `form:"size"`
	} `form:"files"`
}

// createImport begins an import and announces its files.
func (a *API) createImport(c *call) (*Import, error) {
	in, err := decode[importForm](c)
	if err != nil {
		return nil, err
	}
	if in.Source == "" {
		return nil, missing("source")
	}
	d := social.ImportDraft{Source: skein.ImportSource(in.Source)}
	for _, f := range in.Files {
		d.Files = append(d.Files, skein.ImportFile{Name: f.Name, Size: int64(f.Size)})
	}
	i, err := a.Social.CreateImport(c, c.who, d)
	return a.importAnswer(i, err)
}

func (a *API) importAnswer(i *skein.Import, err error) (*Import, error) {
	if err != nil {
		return nil, err
	}
	return importView(i, a.Clock()), nil
}

// oneImport tells how far an import is.
func (a *API) oneImport(c *call) (*Import, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	i, err := a.Social.Import(c, c.who, id)
	return a.importAnswer(i, err)
}

// sendImport takes a piece of a file: the body as it is, and its offset in the query.
func (a *API) sendImport(c *call) (*Import, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	file, err := strconv.Atoi(c.params[1])
	if err != nil || file < 0 {
		return nil, skein.ErrNotFound
	}
	place := int64(0)
	if said := c.r.URL.Query().Get("offset"); said != "" {
		if place, err = strconv.ParseInt(said, 10, 64); err != nil || place < 0 {
			return nil, invalid("offset must be a whole number.")
		}
	}
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(uploadTime)) // tests have no connection
	i, err := a.Social.PutImportPart(c, c.who, id, file, place, c.r.ContentLength, c.r.Body)
	return a.importAnswer(i, err)
}

type runForm struct {
	Overwrite  bool     `form:"overwrite"`
	Kinds      []string `form:"kinds"`
	Visibility string   `form:"visibility"`
}

// runImport brings what was chosen, or goes on.
func (a *API) runImport(c *call) (*Import, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	in, err := decode[runForm](c)
	if err != nil {
		return nil, err
	}
	choice := skein.ImportChoice{Overwrite: in.Overwrite, Kinds: in.Kinds}
	if in.Visibility != "" && in.Visibility != "original" {
		v, ok := visibilityOf[in.Visibility]
		if !ok {
			return nil, invalid("Validation failed: Visibility is not included in the list")
		}
		choice.Visibility = &v
	}
	i, err := a.Social.StartImport(c, c.who, id, choice)
	return a.importAnswer(i, err)
}

// pauseImport holds an import up.
func (a *API) pauseImport(c *call) (*Import, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	i, err := a.Social.PauseImport(c, c.who, id)
	return a.importAnswer(i, err)
}

// undoImport takes the posts back that an import brought.
func (a *API) undoImport(c *call) (*Import, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	i, err := a.Social.UndoImport(c, c.who, id)
	return a.importAnswer(i, err)
}

// removeImport forgets an import; what it brought stays.
func (a *API) removeImport(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Social.RemoveImport(c, c.who, id)
}

// importReport tells what was not brought, and why.
func (a *API) importReport(c *call) ([]ImportRow, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	limit, err := c.limit(100, 1000)
	if err != nil {
		return nil, err
	}
	above, err := c.number("min_id", 0)
	if err != nil {
		return nil, err
	}
	list, err := a.Social.ImportReport(c, c.who, id, above, limit)
	if err != nil {
		return nil, err
	}
	out := make([]ImportRow, len(list))
	for n, it := range list {
		out[n] = ImportRow{ID: strconv.Itoa(it.Number), Kind: it.Kind, Text: strings.ReplaceAll(it.Key, "\n", " · "), State: itemState[it.State], Error: it.Why}
	}
	return out, nil
}
