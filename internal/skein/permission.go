package skein

// Action is what somebody wants to do with a post.
type Action int

// The actions. All but Read presuppose it.
const (
	Read Action = iota
	Reply
	Boost
	Like
	Unlike
	Quoting
	Bookmark // and take it back
	Pin
	Edit
	Delete
	MuteThread
	Vote // in its poll
)

// Facts is what decides, beside the post itself, who may do what with it: how the viewer stands to the author.
// Loaders fill it from one query for a whole page.
type Facts struct {
	Viewer      ID   // 0: a visitor
	Mentioned   bool // the viewer is addressed by the post
	Follows     bool // accepted
	Blocks      bool // the viewer blocks the author, or the author's peer
	BlockedBy   bool
	AuthorGone  bool // suspended or deleted
	MembersOnly bool // the author's server wants no visitor to see it

	// What policies ask for; loaded for posts that have one.
	FollowedBy bool   // the author follows the viewer
	ViewerURI  string // where a policy names single actors
}

// May is the one place that decides who may do what with a post. It answers nil or an *Error: NotFound for whom the post
// does not exist, so that nobody learns of it; Denied or Invalid for those who may read it but not do this.
//
// For a boost, ask for the boost and for the original.
func May(a Action, p *Post, f Facts) error {
	if !readable(p, f) {
		return ErrNotFound
	}
	if a == Read {
		return nil
	}
	own := f.Viewer == p.Author
	if f.Viewer == 0 {
		return Errorf(Unauthorized, "This method requires an authenticated user")
	}
	switch a {
	case Unlike, Bookmark, MuteThread:
		return nil
	case Reply, Like, Quoting:
		if Consents(a, p, f) == No {
			return Errorf(Denied, "%s", refused[a])
		}
		return nil
	case Boost:
		if p.Visibility != Public && p.Visibility != Unlisted && !(own && p.Visibility == Followers) {
			return Errorf(NotFound, "Record not found") // as Mastodon answers
		}
		if Consents(a, p, f) == No {
			return Errorf(Denied, "%s", refused[a])
		}
		return nil
	case Vote:
		if own {
			return Errorf(Invalid, "Validation failed: You cannot vote in your own polls")
		}
		return nil
	case Pin:
		if !own {
			return Errorf(Invalid, "Validation failed: Someone else's post cannot be pinned")
		}
		if p.BoostOf != 0 {
			return Errorf(Invalid, "Validation failed: A boost cannot be pinned")
		}
		if p.Visibility == Direct {
			return Errorf(Invalid, "Validation failed: Posts that are only visible to mentioned users cannot be pinned")
		}
		return nil
	case Edit, Delete:
		if own {
			return nil
		}
		return ErrNotFound
	}
	return Errorf(Denied, "This action is not allowed")
}

// refused is what people are told whom a policy leaves out.
var refused = map[Action]string{
	Reply:   "The author has limited who may reply to this post.",
	Like:    "The author has limited who may like this post.",
	Boost:   "The author has limited who may boost this post.",
	Quoting: "The author does not let you quote this post.",
}

func readable(p *Post, f Facts) bool {
	if f.AuthorGone {
		return false
	}
	if f.Viewer != 0 && f.Viewer == p.Author {
		return true
	}
	if f.BlockedBy {
		return false
	}
	if f.MembersOnly && f.Viewer == 0 {
		return false
	}
	if p.Held && (p.Extra.Refused || f.Viewer == 0 || f.Viewer != p.ReplyToAuthor) {
		return false
	}
	switch p.Visibility {
	case Public, Unlisted:
		return true
	case Followers:
		return f.Viewer != 0 && (f.Follows || f.Mentioned)
	case Direct:
		return f.Viewer != 0 && f.Mentioned
	}
	return false
}

// Shown tells whether a list may show the post to the viewer without being asked for it by name: it is readable, and
// the viewer has neither blocked nor muted the author.
func Shown(p *Post, f Facts, muted bool) bool {
	return readable(p, f) && !f.Blocks && !muted
}
