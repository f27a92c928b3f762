// Package text reads and writes the words of posts: it finds mentions, hashtags, links and emoji in plain text, makes
// HTML of it in the form that Mastodon gives, cleans the HTML and the names that come from elsewhere, and turns HTML
// back into plain text. All of it is pure and takes time linear in its input. Who is mentioned, where a hashtag leads
// and how much of anything is allowed is left to others.
package text

// Kind says what an Entity is.
type Kind uint8

const (
	Mention Kind = iota + 1
	Tag
	Link
	Emoji
)

// Entity is a piece of plain text that means something: text[Start:End].
type Entity struct {
	Kind       Kind
	Start, End int // bytes

	// Name is the user of a mention as written, the name of a hashtag as written without its #, the address of a link
	// as written, or the shortcode of an emoji without its colons.
	Name string

	// Domain is that of a mention, in lower case and ASCII (an IDN as its A-labels), with a port if one was written;
	// empty when none was.
	Domain string
}

// Resolver tells Render where things lead. It is asked once for each time that something stands in the text, in order.
type Resolver struct {
	// Mention gives the page of somebody and the name to show behind the @ (the user name; with its domain when two of
	// the same name are mentioned). ok is false for nobody we know: the text stays as it is. May be nil: nobody is known.
	Mention func(user, domain string) (url, shown string, ok bool)

	// Tag gives the page of a hashtag, named as it is written. May be nil: hashtags stay text.
	Tag func(name string) (url string)

	// Me marks links with rel="me": for the fields and biography of a profile.
	Me bool
}
