package social

import (
	"context"
	"slices"
	"strings"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Attachments are what a draft says of files, sent before, that are to be part of a post.

// MediaEdit changes what is said of a file of a post; nil leaves as it is.
type MediaEdit struct {
	ID             skein.ID
	Description    *string
	FocusX, FocusY *float64
	Small          *skein.SmallCopy // another picture that stands for the file; kept already
}

// What people read whose files cannot be part of their post; the words are Mastodon's, since clients match on them.
var errNotReady = skein.Errorf(skein.Invalid, "Cannot attach files that have not finished processing. Try again in a moment!")

// mediaIDs checks a list of files, in which one may stand twice.
func mediaIDs(list []skein.ID) ([]skein.ID, error) {
	var ids []skein.ID
	for _, id := range list {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		if len(ids) > skein.MaxAttachments {
			return nil, skein.Errorf(skein.Invalid, "Validation failed: Cannot attach more than %d files", skein.MaxAttachments)
		}
	}
	return ids, nil
}

// attachable looks at files before they are claimed: a post that would fail for them is refused before anything is looked
// up for it, and what stands for an empty text depends on them.
func attachable(tx *store.Tx, who skein.Viewer, post skein.ID, ids []skein.ID) ([]skein.Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := tx.MediaOf(who.Account, ids)
	if err != nil {
		return nil, err
	}
	free := list[:0]
	for _, m := range list {
		if m.Post == 0 && m.State != skein.MediaReady {
			return nil, errNotReady
		}
		if m.Post == 0 || m.Post == post {
			free = append(free, m)
		}
	}
	return inOrder(free, ids)
}

// attach makes files part of a post, all of them or none, in the order that was asked for; each is had once (T109).
// scheduled is what kept them until now, if anything did.
func attach(tx *store.Tx, author, post, scheduled skein.ID, ids []skein.ID) ([]skein.Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	got, err := tx.ClaimMedia(author, post, scheduled, ids)
	if err != nil {
		return nil, err
	}
	return inOrder(got, ids)
}

// inOrder returns files as posts show them; one that is missing is the error of all.
func inOrder(list []*skein.Media, ids []skein.ID) ([]skein.Attachment, error) {
	out := make([]skein.Attachment, 0, len(ids))
	var lost []string
	for _, id := range ids {
		i := slices.IndexFunc(list, func(m *skein.Media) bool { return m.ID == id })
		if i < 0 {
			lost = append(lost, id.String())
			continue
		}
		out = append(out, list[i].Shown)
	}
	if len(lost) > 0 {
		return nil, skein.Errorf(skein.Invalid, "Validation failed: Media %s not found or already attached to another post", strings.Join(lost, ", "))
	}
	return out, nil
}

// signOf stands for the text of a post that has files and a warning, and says nothing.
func signOf(files []skein.Attachment) string {
	sign := "."
	for _, f := range files {
		switch {
		case strings.HasPrefix(f.Type, "video/"):
			return "📹"
		case strings.HasPrefix(f.Type, "audio/"):
			sign = "🎵"
		case strings.HasPrefix(f.Type, "image/") && sign == ".":
			sign = "🖼"
		}
	}
	return sign
}

// reattach puts an edited post's files together: those that it has had, and new ones, in the order that was asked for, with
// what is said of them now.
func reattach(tx *store.Tx, old *skein.Post, ids []skein.ID, edits []MediaEdit) ([]skein.Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	had, err := tx.MediaOf(old.Author, ids)
	if err != nil {
		return nil, err
	}
	var fresh []skein.ID
	var list []*skein.Media
	for _, m := range had {
		switch {
		case m.Post == old.ID:
			list = append(list, m)
		case m.Post == 0 && m.State != skein.MediaReady:
			return nil, errNotReady
		default:
			fresh = append(fresh, m.ID)
		}
	}
	claimed, err := tx.ClaimMedia(old.Author, old.ID, 0, fresh)
	if err != nil {
		return nil, err
	}
	list = append(list, claimed...)
	for _, e := range edits {
		for _, m := range list {
			if m.ID != e.ID {
				continue
			}
			before := m.Shown
			if err := e.apply(&m.Shown); err != nil {
				return nil, err
			}
			if e.Small != nil { // the one before stays: the post's history shows it
				e.Small.Put(&m.Shown)
				m.Bytes += e.Small.File.Bytes
				if err := tx.AddMediaFiles(m.ID, e.Small.File); err != nil {
					return nil, err
				}
			}
			if m.Shown != before {
				if err := tx.UpdateMedia(m); err != nil {
					return nil, err
				}
			}
		}
	}
	return inOrder(list, ids)
}

// apply puts what is said of a file into it.
func (e MediaEdit) apply(a *skein.Attachment) error {
	if e.Description != nil {
		description := text.Clean(*e.Description, noLimit)
		if text.Graphemes(description) > skein.MaxDescription {
			return skein.Errorf(skein.Invalid, "Validation failed: Description is too long (maximum is %d characters)", skein.MaxDescription)
		}
		a.Description = description
	}
	if e.FocusX != nil && e.FocusY != nil {
		x, y := *e.FocusX, *e.FocusY
		if !(x >= -1 && x <= 1 && y >= -1 && y <= 1) { // NaN is in no range (T66)
			return skein.Errorf(skein.Invalid, "Validation failed: Focus is two numbers from -1.0 to 1.0")
		}
		a.FocusX, a.FocusY = x, y
	}
	return nil
}

// maxAttached is how many files a post of a peer has at most, as they are taken (transport/federation).
const maxAttached = 32

// FileByID finds a file by the ID that clients know it by, in a post that the viewer may read: of one of ours its own, of a
// peer's that of the post and its place there.
func (s *Service) FileByID(ctx context.Context, who skein.Viewer, id skein.ID) (v *View, file *skein.Attachment, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		m, err := r.tx.Media(id)
		if err == nil && m.Post != 0 {
			if v, err = r.one(m.Post); err != nil {
				return err
			}
			for i := range v.Post.Attachments {
				if a := &v.Post.Attachments[i]; a.Media == id {
					file = a
					return nil
				}
			}
			return skein.ErrNotFound // of an older edit
		}
		if err != nil && skein.KindOf(err) != skein.NotFound {
			return err
		}
		posts, err := r.tx.PostsOfFile(id, maxAttached)
		if err != nil {
			return err
		}
		for _, post := range posts {
			seen, err := r.one(post)
			if skein.KindOf(err) == skein.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			if at := int(id - post); at < len(seen.Post.Attachments) {
				v, file = seen, &seen.Post.Attachments[at]
				return nil
			}
		}
		return skein.ErrNotFound
	})
	if err != nil {
		return nil, nil, err
	}
	return v, file, nil
}
