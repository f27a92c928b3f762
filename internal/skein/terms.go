package skein

// Terms are the terms of a site that count from a day on, in plain text with blank lines between paragraphs.
type Terms struct {
	Effective string // YYYY-MM-DD
	Text      string
}
