package web

import (
	"fmt"
	"html"
)

// Frame is what goes into a page of somebody else to show a post there: a frame around its page for frames, which has neither
// scripts nor cookies, and opens links in windows of their own.
func Frame(post, title string, width, height int) string {
	return fmt.Sprintf(`<iframe src="%s/embed" title="%s" width="%d" height="%d" loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`,
		html.EscapeString(post), html.EscapeString(title), width, height)
}

// How large such a frame is, unless its page allows less: what is longer scrolls in it.
const (
	FrameWidth  = 400
	FrameHeight = 480
)
