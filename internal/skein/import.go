package skein

import "time"

// Import is what somebody brings here from elsewhere: the lists of another server, or an archive of what they wrote.
type Import struct {
	ID      ID
	Site    ID
	Account ID
	Source  ImportSource
	State   ImportState
	Turn    int    // counts on with each step of the work: of two workers one goes on
	Error   string // why it has failed, for its person
	Files   []ImportFile
	Choice  ImportChoice
	Preview *ImportPreview // nil: not read yet

	Total  int // items that are to be brought
	Done   int // of them, those that are settled
	Added  int // that are new here by it
	Failed int // that could not be brought

	CreatedAt time.Time
	EndedAt   time.Time
	ExpiresAt time.Time // when nothing is left of it but what it brought
}

// ImportSource says what the files are. The texts are stored.
type ImportSource string

// The sources: Mastodon's lists, and archives.
const (
	ImportFollowing ImportSource = "following"
	ImportLists     ImportSource = "lists"
	ImportBlocks    ImportSource = "blocks"
	ImportMutes     ImportSource = "mutes"
	ImportDomains   ImportSource = "domains"
	ImportBookmarks ImportSource = "bookmarks"
	ImportFilters   ImportSource = "filters"

	FromMastodon  ImportSource = "mastodon"
	FromInstagram ImportSource = "instagram"
	FromThreads   ImportSource = "threads"
	FromTwitter   ImportSource = "twitter"
	FromBluesky   ImportSource = "bluesky"
)

// List tells whether the source is a list of Mastodon's, not an archive.
func (s ImportSource) List() bool {
	switch s {
	case ImportFollowing, ImportLists, ImportBlocks, ImportMutes, ImportDomains, ImportBookmarks, ImportFilters:
		return true
	}
	return false
}

// Valid tells whether there is such a source.
func (s ImportSource) Valid() bool {
	switch s {
	case FromMastodon, FromInstagram, FromThreads, FromTwitter, FromBluesky:
		return true
	}
	return s.List()
}

// ImportState says how far an import is. The texts are stored.
type ImportState string

// The states of an import.
const (
	ImportSending ImportState = "sending" // its files arrive
	ImportReading ImportState = "reading" // they are looked through; nothing is brought
	ImportReady   ImportState = "ready"   // its person is to look at the preview
	ImportRunning ImportState = "running"
	ImportPaused  ImportState = "paused"
	ImportDone    ImportState = "done"
	ImportUndoing ImportState = "undoing"
	ImportUndone  ImportState = "undone"
	ImportFailed  ImportState = "failed" // the files cannot be read, or were refused
)

// Active tells whether the import is under way, so that no other one may begin.
func (s ImportState) Active() bool {
	switch s {
	case ImportDone, ImportUndone, ImportFailed:
		return false
	}
	return true
}

// ImportFile is a file as its person announced it, and how much of it has arrived.
type ImportFile struct {
	Name string `json:"n"`
	Size int64  `json:"s"`
	Have int64  `json:"h,omitempty"`
}

// ImportChoice is what its person chose after the preview.
type ImportChoice struct {
	Overwrite  bool        `json:"o,omitempty"` // of lists: what is not in the file goes
	Kinds      []string    `json:"k,omitempty"` // which items are brought
	Visibility *Visibility `json:"v,omitempty"` // of posts; nil: as each was
}

// ImportPreview says exactly what is in the files, before anything is brought.
type ImportPreview struct {
	Username string          `json:"u,omitempty"` // whose archive it is, by its own word
	Kinds    []ImportKind    `json:"k,omitempty"`
	Samples  []ImportSample  `json:"s,omitempty"`
	Problems []ImportProblem `json:"p,omitempty"` // the first of what cannot be read
	Unread   int             `json:"r,omitempty"` // how many there are
	Ignored  int             `json:"i,omitempty"` // members of an archive that were never opened
	Left     map[string]int  `json:"l,omitempty"` // what was seen and is not copied: direct posts, boosts
}

// ImportKind counts items of a kind.
type ImportKind struct {
	Kind  string    `json:"k"`
	Count int       `json:"n"`
	New   int       `json:"w"` // not here yet
	Files int       `json:"f,omitempty"`
	Bytes int64     `json:"b,omitempty"`
	From  time.Time `json:"a,omitzero"`
	Until time.Time `json:"z,omitzero"`
}

// ImportSample is an item to look at.
type ImportSample struct {
	Kind  string    `json:"k"`
	Text  string    `json:"t"`
	Files int       `json:"f,omitempty"`
	At    time.Time `json:"a,omitzero"`
}

// ImportProblem is something that cannot be brought: where it stands, and why.
type ImportProblem struct {
	Place string `json:"p"`
	Why   string `json:"y"`
}

// ImportItem is one thing of an import.
type ImportItem struct {
	Number int
	Kind   string
	Key    string // names the thing at its source, always the same
	Data   string // JSON; empty once it is settled
	New    bool   // was not here when the file was read
	State  ImportItemState
	Why    string // of one that failed or was left out
}

// ImportItemState says what became of an item. The numbers are stored.
type ImportItemState int

// The states of an item.
const (
	ItemWaiting ImportItemState = 0
	ItemDone    ImportItemState = 1
	ItemFailed  ImportItemState = 2
	ItemKnown   ImportItemState = 3 // was here already
)

// Bounds of imports.
const (
	MaxImportFiles   = 20
	MaxImportBytes   = 16 << 30 // of an archive's files together
	MaxImportList    = 20 << 20 // of a list (Mastodon's bound)
	MaxImportRows    = 20_000   // of a list (Mastodon's bound)
	MaxImportItems   = 500_000  // of an archive
	MaxImportPart    = 8 << 20  // that arrives at once
	ImportWait       = 24 * time.Hour
	ImportUndoTime   = 30 * 24 * time.Hour
	MaxImportsKept   = 50
	EarliestPost     = 2006 // the year before which no archive's date is believed
	MaxImportSamples = 6
)

// Undoable tells whether the import may be taken back.
func (i *Import) Undoable(now time.Time) bool {
	return !i.Source.List() && (i.State == ImportDone || i.State == ImportPaused) && (i.EndedAt.IsZero() || now.Before(i.EndedAt.Add(ImportUndoTime)))
}
