package text

import "testing"

func TestEmojiIsOneAndNothingElse(t *testing.T) {
	for s, want := range map[string]string{
		"👍": "👍", "👍🏽": "👍🏽", "❤": "❤️", "❤️": "❤️", "⭐": "⭐️", "🇩🇪": "🇩🇪", "🧑‍🍳": "🧑‍🍳", "👨‍👩‍👧‍👦": "👨‍👩‍👧‍👦",
		"🏴󠁧󠁢󠁷󠁬󠁳󠁿": "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "1⃣": "1️⃣", "1️⃣": "1️⃣", "🌶️": "🌶", "🏳️‍🌈": "🏳️‍🌈",
		"": "", "a": "", "1": "", "👍👍": "", "👍 ": "", "🇩": "", "é": "", "😀\u0301": "", ":x:": "", "\xff": "", "<b>": "", "\u200d": "",
	} {
		if got, ok := OneEmoji(s); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", s, got, ok, want)
		}
	}
}
