package social

import (
	"context"

	"skein/internal/skein"
)

// Evidence returns posts for those who look after a site, whoever may read them: only for posts that somebody reported who
// could, as the caller has seen to (T168). What they quote is shown as to anybody else.
func (s *Service) Evidence(ctx context.Context, who skein.Viewer, ids []skein.ID) (list []*View, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		seen, err := r.look(ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if p := seen.posts[id]; p != nil && p.BoostOf == 0 && seen.accounts[p.Author] != nil {
				list = append(list, seen.view(p))
			}
		}
		return nil
	})
	return list, err
}
