package social

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"skein/internal/kit/blob"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Imports go in two phases: the files are read, which changes nothing but shows what is in them, and when their person has
// seen that and chosen, item by item what is in them is brought. Each step is a job that does some of it and calls for the
// next; what a crash interrupts goes on where it was, and each item comes once.

// partKind is the first letter of the keys of pieces of uploaded files.
const partKind = 'i'

// What people read whose import cannot go on.
var (
	errImports     = skein.Errorf(skein.Invalid, "Imports are not taken here.")
	errImportOther = skein.Errorf(skein.Conflict, "Another import of yours is under way. Let it end, or remove it, first.")
	errImportState = skein.Errorf(skein.Conflict, "The import is not at the point where this can be done.")
	errImportPart  = skein.Errorf(skein.Conflict, "This piece of the file does not follow what has arrived. Ask how much that is, and go on from there.")
)

// ImportDraft is an import as somebody wants to begin it.
type ImportDraft struct {
	Source skein.ImportSource
	Files  []skein.ImportFile
}

// check says what is wrong with a draft.
func (d *ImportDraft) check() error {
	if !d.Source.Valid() {
		return invalidField("source", "inclusion", "There is no such source.")
	}
	most, bytes := skein.MaxImportFiles, int64(skein.MaxImportBytes)
	if d.Source.List() {
		most, bytes = 1, skein.MaxImportList
	}
	if len(d.Files) == 0 || len(d.Files) > most {
		return invalidField("files", "invalid", "Name the files, %d at most.", most)
	}
	total := int64(0)
	for i := range d.Files {
		f := &d.Files[i]
		f.Name, f.Have = text.Clean(f.Name, 255), 0
		if f.Size <= 0 || f.Size > bytes {
			return invalidField("files", "invalid", "A file may not be empty, nor larger than %d MB.", bytes>>20)
		}
		total += f.Size
	}
	if total > bytes {
		return invalidField("files", "too_long", "The files are larger than %d MB together.", bytes>>20)
	}
	return nil
}

// CreateImport begins an import, whose files are sent afterwards.
func (s *Service) CreateImport(ctx context.Context, who skein.Viewer, d ImportDraft) (*skein.Import, error) {
	if s.Parts == nil {
		return nil, errImports
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	var i *skein.Import
	err := s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		self, err := me(tx, who)
		if err != nil {
			return err
		}
		if err := errIfMoved(self); err != nil {
			return err
		}
		if _, err := tx.LockAccount(self.ID); err != nil { // two at once would both begin
			return err
		}
		list, err := tx.Imports(self.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(list, func(o *skein.Import) bool { return o.State.Active() }) {
			return errImportOther
		}
		if len(list) == skein.MaxImportsKept {
			return skein.Errorf(skein.Invalid, "You have %d imports, and more are not kept: remove one first.", len(list))
		}
		now := tx.Now()
		i = &skein.Import{Account: self.ID, Source: d.Source, State: skein.ImportSending, Files: d.Files, CreatedAt: now, ExpiresAt: now.Add(skein.ImportWait)}
		return tx.InsertImport(i)
	})
	if err != nil {
		return nil, err
	}
	return i, nil
}

// ownImport returns an import of the viewer's; those of others are NotFound.
func ownImport(i *skein.Import, err error) func(skein.Viewer) (*skein.Import, error) {
	return func(who skein.Viewer) (*skein.Import, error) {
		if err == nil && i.Account != who.Account {
			err = skein.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		return i, nil
	}
}

// Imports returns the viewer's imports, the latest first.
func (s *Service) Imports(ctx context.Context, who skein.Viewer) (list []*skein.Import, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		list, err = tx.Imports(who.Account)
		return err
	})
	return list, err
}

// Import returns an import of the viewer's.
func (s *Service) Import(ctx context.Context, who skein.Viewer, id skein.ID) (i *skein.Import, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		i, err = ownImport(tx.Import(id))(who)
		return err
	})
	return i, err
}

// changeImport runs what the viewer does to an import of theirs, and stores it.
func (s *Service) changeImport(ctx context.Context, who skein.Viewer, id skein.ID, do func(tx *store.Tx, i *skein.Import) error) (i *skein.Import, err error) {
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := me(tx, who); err != nil {
			return err
		}
		if i, err = ownImport(tx.LockImport(id))(who); err != nil {
			return err
		}
		if err := do(tx, i); err != nil {
			return err
		}
		return tx.UpdateImport(i)
	})
	if err != nil {
		return nil, err
	}
	return i, nil
}

// nextStep calls for the next step of an import, which is stored by the caller.
func nextStep(tx *store.Tx, i *skein.Import, wait time.Duration) error {
	i.Turn++
	at := time.Time{}
	if wait > 0 {
		at = tx.Now().Add(wait)
	}
	return tx.EmitAt(at, skein.ImportDue{Site: i.Site, Import: i.ID, Turn: i.Turn})
}

// PutImportPart takes a piece of a file, which must begin where the last one ended. One that has arrived already is taken
// again without a word: the answer to it was lost.
func (s *Service) PutImportPart(ctx context.Context, who skein.Viewer, id skein.ID, file int, place, size int64, from io.Reader) (*skein.Import, error) {
	if s.Parts == nil {
		return nil, errImports
	}
	if size <= 0 || size > skein.MaxImportPart {
		return nil, skein.Errorf(skein.Invalid, "A piece of a file has %d bytes at most, and says how many it has.", skein.MaxImportPart)
	}
	fits := func(i *skein.Import) (had bool, err error) {
		if file < 0 || file >= len(i.Files) {
			return false, skein.ErrNotFound
		}
		f := i.Files[file]
		switch {
		case place >= 0 && place+size <= f.Have:
			return true, nil
		case i.State != skein.ImportSending:
			return false, errImportState
		case place != f.Have || place+size > f.Size:
			return false, errImportPart
		}
		return false, nil
	}
	i, err := s.Import(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if had, err := fits(i); err != nil || had {
		return i, err
	}
	part := &store.ImportPart{File: file, Place: place, Bytes: size, Key: blob.NewKey(partKind)}
	if err := s.Parts.Put(ctx, part.Key, from, size); err != nil {
		return nil, err
	}
	kept := false
	i, err = s.changeImport(ctx, who, id, func(tx *store.Tx, i *skein.Import) error {
		kept = false
		had, err := fits(i)
		if err != nil || had {
			return err
		}
		if kept, err = tx.InsertImportPart(id, part); err != nil || !kept {
			return err
		}
		i.Files[file].Have += size
		i.ExpiresAt = tx.Now().Add(skein.ImportWait)
		for _, f := range i.Files {
			if f.Have < f.Size {
				return nil
			}
		}
		i.State = skein.ImportReading
		return nextStep(tx, i, 0)
	})
	if err != nil || !kept {
		if gone := s.Parts.Delete(context.WithoutCancel(ctx), part.Key); gone != nil {
			s.Log.Error("a piece of a file is left over", "key", part.Key, "err", gone)
		}
	}
	return i, err
}

// StartImport brings what was read, as its person chose, or goes on with it after a pause.
func (s *Service) StartImport(ctx context.Context, who skein.Viewer, id skein.ID, c skein.ImportChoice) (*skein.Import, error) {
	if c.Visibility != nil && (*c.Visibility < skein.Public || *c.Visibility > skein.Followers) {
		return nil, skein.Errorf(skein.Invalid, "Validation failed: Visibility is not included in the list")
	}
	return s.changeImport(ctx, who, id, func(tx *store.Tx, i *skein.Import) error {
		switch i.State {
		case skein.ImportPaused: // as it was chosen
		case skein.ImportReady:
			var kinds []string
			for _, k := range i.Preview.Kinds {
				if i.Source.List() || slices.Contains(c.Kinds, k.Kind) {
					kinds = append(kinds, k.Kind)
				}
			}
			if len(kinds) == 0 {
				return invalidField("kinds", "blank", "Choose what is to be brought.")
			}
			c.Kinds, c.Overwrite = kinds, c.Overwrite && i.Source.List()
			if c.Overwrite {
				if err := s.planRemovals(ctx, tx, i); err != nil {
					return err
				}
				c.Kinds = append(c.Kinds, kindGone)
			}
			i.Choice = c
			var err error
			if i.Total, err = tx.CountImportItems(i.ID, c.Kinds); err != nil {
				return err
			}
		default:
			return errImportState
		}
		i.State, i.ExpiresAt = skein.ImportRunning, tx.Now().Add(skein.ImportUndoTime)
		return nextStep(tx, i, 0)
	})
}

// PauseImport holds an import up until it is started again.
func (s *Service) PauseImport(ctx context.Context, who skein.Viewer, id skein.ID) (*skein.Import, error) {
	return s.changeImport(ctx, who, id, func(tx *store.Tx, i *skein.Import) error {
		if i.State != skein.ImportRunning {
			return errImportState
		}
		i.State, i.Turn = skein.ImportPaused, i.Turn+1
		return nil
	})
}

// UndoImport takes back the posts that an import brought.
func (s *Service) UndoImport(ctx context.Context, who skein.Viewer, id skein.ID) (*skein.Import, error) {
	return s.changeImport(ctx, who, id, func(tx *store.Tx, i *skein.Import) error {
		if !i.Undoable(tx.Now()) {
			return errImportState
		}
		i.State = skein.ImportUndoing
		if err := tx.RemoveImportParts(i.ID); err != nil {
			return err
		}
		return nextStep(tx, i, 0)
	})
}

// RemoveImport forgets an import, with its files and its report. What it brought stays.
func (s *Service) RemoveImport(ctx context.Context, who skein.Viewer, id skein.ID) error {
	_, err := s.changeImport(ctx, who, id, func(tx *store.Tx, i *skein.Import) error {
		if i.State == skein.ImportRunning || i.State == skein.ImportUndoing {
			return errImportState
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.forgetImport(ctx, who.Site, id)
}

// forgetImport removes an import and all its rows, some at a time.
func (s *Service) forgetImport(ctx context.Context, site, id skein.ID) error {
	const batch = 2000
	for more := true; more; {
		err := s.DB.Update(ctx, site, func(tx *store.Tx) (err error) {
			if more, err = tx.RemoveImportItems(id, batch); err != nil || more {
				return err
			}
			return tx.DeleteImport(id)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ImportReport returns what an import could not bring, and what was here already, above a number.
func (s *Service) ImportReport(ctx context.Context, who skein.Viewer, id skein.ID, above, limit int) (list []*skein.ImportItem, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := ownImport(tx.Import(id))(who); err != nil {
			return err
		}
		list, err = tx.ImportReport(id, above, limit)
		return err
	})
	return list, err
}

// tidyImports forgets imports whose time is over, and pieces of files that nobody knows.
func (s *Service) tidyImports(ctx context.Context) error {
	const batch = 100
	for n := batch; n == batch; {
		var list []*skein.Import
		err := s.DB.View(ctx, 0, func(tx *store.Tx) (err error) {
			list, err = tx.ExpiredImports(tx.Now(), batch)
			return err
		})
		if err != nil {
			return err
		}
		for _, i := range list {
			if err := s.forgetImport(ctx, i.Site, i.ID); err != nil {
				return err
			}
		}
		n = len(list)
	}
	if s.Parts == nil {
		return nil
	}
	const look = 1000
	for after, n := "", look; n == look; {
		list, err := s.Parts.List(ctx, string(partKind), after, look)
		if err != nil {
			return err
		}
		n = len(list)
		var old []string
		for _, f := range list {
			after = f.Key
			if f.Time.Before(s.DB.Now().Add(-skein.FreeTime)) { // younger ones may be on their way to their rows
				old = append(old, f.Key)
			}
		}
		if len(old) == 0 {
			continue
		}
		var known []string
		if err := s.DB.View(ctx, 0, func(tx *store.Tx) (err error) {
			known, err = tx.KnownImportParts(old)
			return err
		}); err != nil {
			return err
		}
		old = slices.DeleteFunc(old, func(key string) bool { return slices.Contains(known, key) })
		if err := s.Parts.Delete(ctx, old...); err != nil {
			return err
		}
	}
	return nil
}

// partsReader reads a file of an import where its pieces lie. It is for one goroutine. Close it.
type partsReader struct {
	ctx   context.Context //nolint:containedctx // the life of one job
	from  blob.Store
	parts []*store.ImportPart
	size  int64
	open  blob.File
	which int
	at    int64 // where open stands
}

// importFiles returns the files of an import, to be read at any place.
func (s *Service) importFiles(ctx context.Context, i *skein.Import) ([]*partsReader, error) {
	var parts []*store.ImportPart
	err := s.DB.View(ctx, i.Site, func(tx *store.Tx) (err error) {
		parts, err = tx.ImportParts(i.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	list := make([]*partsReader, len(i.Files))
	for n, f := range i.Files {
		list[n] = &partsReader{ctx: ctx, from: s.Parts, size: f.Size, which: -1}
	}
	for _, p := range parts {
		if p.File < len(list) {
			list[p.File].parts = append(list[p.File].parts, p)
		}
	}
	return list, nil
}

// ReadAt implements io.ReaderAt.
func (r *partsReader) ReadAt(b []byte, off int64) (n int, err error) {
	for n < len(b) {
		if off >= r.size {
			return n, io.EOF
		}
		which, found := slices.BinarySearchFunc(r.parts, off, func(p *store.ImportPart, off int64) int {
			switch {
			case p.Place > off:
				return 1
			case p.Place+p.Bytes <= off:
				return -1
			}
			return 0
		})
		if !found {
			return n, io.ErrUnexpectedEOF
		}
		p := r.parts[which]
		if which != r.which {
			r.Close()
			if r.open, err = r.from.Open(r.ctx, p.Key); err != nil {
				r.open = nil
				return n, err
			}
			r.which, r.at = which, 0
		}
		if want := off - p.Place; want != r.at {
			if _, err := r.open.Seek(want, io.SeekStart); err != nil {
				return n, err
			}
			r.at = want
		}
		some := b[n:min(int64(len(b)), int64(n)+p.Place+p.Bytes-off)]
		got, err := io.ReadFull(r.open, some)
		n, off, r.at = n+got, off+int64(got), r.at+int64(got)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// Close closes what is open.
func (r *partsReader) Close() {
	if r.open != nil {
		_ = r.open.Close()
		r.open, r.which = nil, -1
	}
}

// whyNot returns the sentence of an error that its person may read, and false for one of ours.
func whyNot(err error) (string, bool) {
	var known *skein.Error
	if errors.As(err, &known) && known.Kind != skein.Internal {
		return strings.TrimPrefix(known.Text, "Validation failed: "), true
	}
	return "", false
}
