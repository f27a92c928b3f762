package social

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"skein/internal/kit/archive"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// kindLike is an item that likes a post, as its person did elsewhere; kindBookmark is shared with lists.
const kindLike = "like"

const (
	maxOldThread  = 500 // posts of one thread that are brought one within the other
	maxOldText    = 100_000
	importedFiles = skein.MaxAttachments
)

// importedFile is a file of an item's post: kept already, or lost.
type importedFile struct {
	ID  skein.ID `json:"i,omitempty"` // 0: not kept
	Why string   `json:"w,omitempty"` // why it is not
}

// readArchive gathers what is in an archive.
func (s *Service) readArchive(_ context.Context, c *collector, files []*partsReader) error {
	set, err := openSet(files)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	c.p.Left = map[string]int{}
	last := time.Time{}
	now := s.DB.Now()
	sink := &archive.Sink{
		Post: func(p *archive.Post) error {
			if p.At.After(now) || p.At.Year() < skein.EarliestPost {
				c.bad(p.At.Format(time.DateOnly), "The date of a post cannot be true.")
				return nil
			}
			if p.Key == "" || len(p.Key) > 2048 || len(p.Text)+len(p.HTML) > maxOldText {
				c.bad(p.At.Format(time.DateOnly), "A post is too long.")
				return nil
			}
			// Sources that know seconds only tell by their order which of two came first.
			if d := last.Sub(p.At); d >= 0 && d < time.Second {
				p.At = last.Add(time.Millisecond)
			}
			last = p.At
			g := gathered{text: p.Text, at: p.At}
			if p.HTML != "" {
				g.text = text.Plain(text.Sanitize(p.HTML))
			}
			for _, m := range p.Media {
				asked[m.Path] = true
				if g.files++; m.Lost {
					c.bad(m.Path, "The file is not in the archive.")
				}
				g.bytes += m.Bytes
			}
			return c.add(p.Kind, p.Key, &importItem{Post: p}, g)
		},
		Link: func(kind, uri string) error {
			if webURL(uri) == nil {
				c.bad(uri, "This is not the address of a post.")
				return nil
			}
			return c.add(kind, kind+" "+uri, &importItem{Name: uri}, gathered{text: uri})
		},
		Bad:      c.bad,
		Left:     func(kind string) { c.p.Left[kind]++ },
		Username: func(name string) { c.p.Username = text.Clean(name, 100) },
	}
	if err := archive.Readers[string(c.i.Source)](set, sink); err != nil {
		return err
	}
	c.p.Ignored = set.Ignored(asked)
	return nil
}

func openSet(files []*partsReader) (*archive.Set, error) {
	list := make([]archive.File, len(files))
	for n, f := range files {
		list[n] = archive.File{ReaderAt: f, Size: f.size}
	}
	return archive.Open(list)
}

// archiveFiles are the files of an archive while its posts are brought.
type archiveFiles struct {
	set   *archive.Set
	parts []*partsReader
}

func (f *archiveFiles) close() {
	for _, p := range f.parts {
		p.Close()
	}
}

// open returns a file of the archive.
func (b *bringer) open(ctx context.Context, name string) (io.ReadCloser, error) {
	if b.files == nil {
		parts, err := b.s.importFiles(ctx, b.i)
		if err != nil {
			return nil, err
		}
		b.files = &archiveFiles{parts: parts}
		if b.files.set, err = openSet(parts); err != nil {
			return nil, err
		}
	}
	return b.files.set.Open(name)
}

// post brings a post with its files. What is made of films takes its time: later is true until it is done.
func (b *bringer) post(ctx context.Context, it *skein.ImportItem, d *importItem, depth int) (later bool, err error) {
	p := d.Post
	var known map[string]skein.ID
	err = b.s.DB.View(ctx, b.i.Site, func(tx *store.Tx) (err error) {
		known, err = tx.Origins(b.who.Account, b.i.Source, []string{it.Key, p.Parent})
		return err
	})
	if err != nil {
		return false, err
	}
	if known[it.Key] != 0 {
		return false, b.settle(ctx, it, skein.ItemKnown, "")
	}
	if p.Parent != "" && known[p.Parent] == 0 && depth < maxOldThread {
		if later, err = b.parent(ctx, p.Parent, depth); err != nil || later {
			return later, err
		}
	}
	if len(p.Media) > 0 {
		if later, err = b.keepFiles(ctx, it, d); err != nil || later {
			return later, err
		}
	}
	return false, b.insert(ctx, it, d)
}

// parent brings the post that another goes on from, when it waits to be brought.
func (b *bringer) parent(ctx context.Context, key string, depth int) (later bool, err error) {
	var above *skein.ImportItem
	err = b.s.DB.View(ctx, b.i.Site, func(tx *store.Tx) (err error) {
		above, err = tx.WaitingImportItem(b.i.ID, b.i.Choice.Kinds, key)
		return err
	})
	if errors.Is(err, skein.ErrNotFound) {
		return false, nil // it was not chosen, or is not in the archive
	}
	if err != nil {
		return false, err
	}
	d, ok := itemData(above)
	if !ok || d.Post == nil {
		return false, nil
	}
	return b.post(ctx, above, d, depth+1)
}

// keepFiles makes files of ours of those of a post. Each is kept once, whatever happens in between; one that cannot be taken is
// left out, and told of.
func (b *bringer) keepFiles(ctx context.Context, it *skein.ImportItem, d *importItem) (later bool, err error) {
	media := d.Post.Media[:min(len(d.Post.Media), importedFiles)]
	if len(d.Media) != len(media) {
		d.Media = make([]importedFile, len(media))
	}
	var ids []skein.ID
	for _, f := range d.Media {
		if f.ID != 0 {
			ids = append(ids, f.ID)
		}
	}
	var kept []*skein.Media
	if err := b.s.DB.View(ctx, b.i.Site, func(tx *store.Tx) (err error) {
		kept, err = tx.MediaOf(b.who.Account, ids)
		return err
	}); err != nil {
		return false, err
	}
	for n, m := range media {
		f := &d.Media[n]
		if f.ID != 0 {
			i := slices.IndexFunc(kept, func(k *skein.Media) bool { return k.ID == f.ID })
			switch {
			case i < 0: // it waited too long, and went
				f.ID = 0
			case kept[i].State == skein.MediaWorking:
				later = true
				continue
			case kept[i].State == skein.MediaFailed:
				f.ID, f.Why = 0, "The film cannot be read."
			default:
				continue
			}
		}
		if f.Why != "" {
			continue
		}
		made, err := b.keepFile(ctx, m)
		switch {
		case err == nil:
			f.ID = made.ID
			later = later || made.State == skein.MediaWorking
		case ctx.Err() != nil:
			return false, ctx.Err()
		case skein.KindOf(err) == skein.Busy: // too many films at once
			if kept := b.s.keepItem(ctx, b.i, it, d); kept != nil {
				return false, kept
			}
			return false, errLater
		default:
			why, ok := whyNot(err)
			if !ok {
				return false, err
			}
			f.Why = why
		}
		if err := b.s.keepItem(ctx, b.i, it, d); err != nil {
			return false, err
		}
	}
	return later, b.s.keepItem(ctx, b.i, it, d)
}

func (s *Service) keepItem(ctx context.Context, i *skein.Import, it *skein.ImportItem, d *importItem) error {
	return s.DB.Update(ctx, i.Site, func(tx *store.Tx) error { return tx.KeepImportItem(i.ID, it.Number, object(d)) })
}

var errLostFile = skein.Errorf(skein.NotFound, "The file is not in the archive.")

// keepFile takes one file out of the archive.
func (b *bringer) keepFile(ctx context.Context, m archive.Media) (*skein.Media, error) {
	if m.Lost || b.s.KeepFile == nil {
		return nil, errLostFile
	}
	from, err := b.open(ctx, m.Path)
	if errors.Is(err, archive.ErrLost) {
		return nil, errLostFile
	}
	if err != nil {
		return nil, err
	}
	defer from.Close()
	alt := text.Clean(m.Alt, 1<<20)
	if text.Graphemes(alt) > skein.MaxDescription {
		alt = text.Truncate(alt, skein.MaxDescription)
	}
	watched := &watchedReader{r: from}
	made, err := b.s.KeepFile(ctx, b.who, watched, alt)
	if err != nil && watched.err != nil && ctx.Err() == nil {
		return nil, skein.Errorf(skein.Invalid, "The file is damaged.")
	}
	return made, err
}

// watchedReader remembers what went wrong while an archive was read: that is the archive's fault.
type watchedReader struct {
	r   io.Reader
	err error
}

func (w *watchedReader) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// insert makes the post. Nobody is told of it: it stands on the profile at its old date, and that is all.
func (b *bringer) insert(ctx context.Context, it *skein.ImportItem, d *importItem) error {
	p, s := d.Post, b.s
	site, err := s.Site(ctx, b.i.Site)
	if err != nil {
		return err
	}
	var ids []skein.ID
	lost := ""
	for _, f := range d.Media {
		if f.ID != 0 {
			ids = append(ids, f.ID)
		}
		lost = cmp.Or(lost, f.Why)
	}
	if len(p.Media) > importedFiles {
		lost = "The post has more files than one can have here."
	}
	if len(ids) == 0 && strings.TrimSpace(p.Text) == "" && text.Plain(text.Sanitize(p.HTML)) == "" {
		return b.settle(ctx, it, skein.ItemFailed, cmp.Or(lost, "Nothing is left of the post."))
	}
	post := oldPost(site, p)
	post.Author = b.who.Account
	return s.DB.Update(ctx, b.i.Site, func(tx *store.Tx) error {
		author, err := me(tx, b.who)
		if err != nil {
			return err
		}
		now, err := tx.LockImport(b.i.ID)
		if err != nil || now.Turn != b.i.Turn {
			return err
		}
		post := *post
		post.ID = skein.At(p.At)
		isNew, err := tx.InsertOrigin(author.ID, b.i.Source, it.Key, post.ID, b.i.ID)
		if err != nil {
			return err
		}
		if !isNew {
			return settleItem(tx, b.i.ID, it.Number, skein.ItemKnown, "")
		}
		post.URI, post.URL = postURI(site, author.ID, post.ID), site.URL("/@"+author.Username+"/"+post.ID.String())
		post.Visibility = quiet(visibilityThen(p.Visibility, b.i.Choice.Visibility), author)
		if err := answers(tx, b, &post, p); err != nil {
			return err
		}
		if err := usable(tx, post.Tags); err != nil {
			post.Tags = nil
		}
		if post.Attachments, err = attach(tx, author.ID, post.ID, 0, ids); err != nil {
			return err
		}
		if _, err := tx.InsertPost(&post); err != nil {
			return err
		}
		if err := s.index(tx, &post, author); err != nil {
			return err
		}
		return settleItem(tx, b.i.ID, it.Number, skein.ItemDone, lost)
	})
}

// answers puts a post where it stands in its thread.
func answers(tx *store.Tx, b *bringer, post *skein.Post, p *archive.Post) error {
	if p.Parent != "" {
		known, err := tx.Origins(b.who.Account, b.i.Source, []string{p.Parent})
		if err != nil {
			return err
		}
		if id := known[p.Parent]; id != 0 {
			above, err := tx.Post(id)
			if err != nil && !errors.Is(err, skein.ErrNotFound) {
				return err
			}
			if above != nil {
				post.ReplyTo, post.ReplyToAuthor, post.Thread = above.ID, above.Author, above.Thread
				post.Extra.Context = above.Extra.Context
				return nil
			}
		}
	}
	if webURL(p.Elsewhere) != nil {
		post.ReplyToURI = p.Elsewhere
	}
	return nil
}

// visibilityThen is who may read an old post: as was chosen for all, but never more people than could read it where it comes from;
// or as it was, and its followers when that is unknown.
func visibilityThen(was string, chosen *skein.Visibility) skein.Visibility {
	then, known := map[string]skein.Visibility{"public": skein.Public, "unlisted": skein.Unlisted, "private": skein.Followers}[was]
	switch {
	case chosen != nil:
		return max(*chosen, then)
	case known:
		return then
	}
	return skein.Followers
}

// oldPost makes the words of a post. Names in it stay text: whom they mean here nobody knows.
func oldPost(site *skein.Site, p *archive.Post) *skein.Post {
	out := &skein.Post{Local: true, Warning: strings.Join(strings.Fields(clean(p.Warning)), " "), Sensitive: p.Sensitive || p.Warning != "", CreatedAt: p.At.Truncate(time.Millisecond)}
	out.Language, _ = text.Language(p.Language)
	if p.HTML != "" {
		out.HTML = text.Sanitize(p.HTML)
		out.Text = text.Plain(out.HTML)
	} else {
		out.Text = clean(p.Text)
		out.HTML = text.Render(out.Text, text.Resolver{
			Mention: func(string, string) (string, string, bool) { return "", "", false },
			Tag:     func(name string) string { return site.URL("/tags/" + url.PathEscape(strings.ToLower(name))) },
		})
	}
	seen := map[string]bool{}
	for _, e := range text.Find(out.Text) {
		if name, display, ok := text.Hashtag(e.Name); e.Kind == text.Tag && ok && !seen[name] && len(out.Tags) < skein.MaxTags {
			seen[name] = true
			out.Tags = append(out.Tags, skein.Tag{Name: name, Display: display})
		}
	}
	return out
}

// like likes a post, as its person did elsewhere.
func (b *bringer) like(ctx context.Context, d *importItem) error {
	p, err := b.findPost(ctx, d.Name)
	if err != nil {
		return err
	}
	_, err = b.s.Like(ctx, b.who, p)
	return err
}

// undoImport takes posts back until its time is over or none is left. Only of those that somebody elsewhere may know are peers
// told: of the others nobody was.
func (s *Service) undoImport(ctx context.Context, i *skein.Import) error {
	began := time.Now()
	for time.Since(began) < stepTime {
		n := 0
		err := s.DB.Update(ctx, i.Site, func(tx *store.Tx) error {
			now, err := tx.LockImport(i.ID)
			if n = 0; err != nil || now.Turn != i.Turn {
				return err
			}
			ids, err := tx.BroughtBy(i.ID, undoBatch)
			if err != nil {
				return err
			}
			n = len(ids)
			for _, id := range ids {
				p, err := tx.Post(id)
				if errors.Is(err, skein.ErrNotFound) {
					continue
				}
				if err != nil {
					return err
				}
				audience, err := tx.PostAudience(id, 1)
				if err != nil {
					return err
				}
				if len(audience) > 0 {
					err = s.removePost(tx, p, nil)
				} else {
					_, _, err = tx.RemovePosts([]skein.ID{id})
				}
				if err != nil {
					return err
				}
			}
			return tx.ForgetOrigins(ids)
		})
		if err != nil {
			return err
		}
		if n < undoBatch {
			return s.endStep(ctx, i, true, 0)
		}
	}
	return s.endStep(ctx, i, false, 0)
}
