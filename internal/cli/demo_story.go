package cli

import (
	"strings"
	"time"

	"skein/internal/skein"
)

// The demo's sites, people and story. Everything in it is made up.

var demoSites = []struct {
	name, title, summary string
	rules                []string
}{
	{"elm", "Elm", "A small town square: neighbours, gardens, bread.", []string{"Be kind; assume that the other meant well.", "Describe your pictures for those who cannot see them.", "No advertising."}},
	{"oak", "Oak", "For people who look closely: birds, stars, maps, code.", []string{"Say where you know it from.", "Correct gently."}},
	{"fir", "Fir", "A workshop: instruments, paper, thread and wood.", []string{"Share how it was made.", "Ask before you copy."}},
}

var demoPeople = []struct {
	name, site, title, bio string
	role                   skein.Role
	locked                 bool
	fields                 []skein.Field
}{
	{name: "ada", site: "elm", title: "Ada Winter", role: skein.Owner, bio: "Keeps bees and this server. Slow reader of long books. #beekeeping #books",
		fields: []skein.Field{{Name: "Pronouns", Text: "she/her"}, {Name: "Hives", Text: "four, one grumpy"}}},
	{name: "mo", site: "elm", title: "Mo the baker", role: skein.Moderator, bio: "Up at three, in bed at eight. Bread in between."},
	{name: "ines", site: "elm", title: "Inês", role: skein.Member, bio: "Gardener. Português, English.\nThe tomatoes are winning."},
	{name: "quiet", site: "elm", title: "Someone quiet", role: skein.Member, locked: true, bio: "Mostly reading."},
	{name: "ben", site: "oak", title: "Ben Okafor", role: skein.Owner, bio: "Counts birds before breakfast, writes maps after it. #birds #maps",
		fields: []skein.Field{{Name: "Patch", Text: "the reservoir, north bank"}}},
	{name: "lior", site: "oak", title: "Lior", role: skein.Member, bio: "Telescope maker's apprentice."},
	{name: "greta", site: "oak", title: "Greta Lindqvist", role: skein.Member, bio: "Programmerar om dagarna, paddlar om kvällarna."},
	{name: "chio", site: "fir", title: "千緒 Chio", role: skein.Owner, bio: "和紙を漉いています。Paper maker. 日本語 / English"},
	{name: "paul", site: "fir", title: "Paul Arnaud", role: skein.Member, bio: "Luthier. J'écoute le bois avant de le couper."},
	{name: "noor", site: "fir", title: "نور Noor", role: skein.Member, bio: "خطّاطة. Calligraphy, mostly at night."},
}

var demoFollows = map[string][]string{
	"ada":   {"mo", "ines", "ben", "lior", "greta", "chio", "paul", "noor"},
	"mo":    {"ada", "ines", "paul"},
	"ines":  {"ada", "mo", "ben"},
	"quiet": {"ada", "chio"},
	"ben":   {"ada", "lior", "greta", "chio"},
	"lior":  {"ben", "greta", "ada"},
	"greta": {"ben", "paul", "mo"},
	"chio":  {"paul", "noor", "ada"},
	"paul":  {"chio", "noor", "greta", "mo"},
	"noor":  {"chio", "ada", "lior"},
}

type demoStep struct {
	before  time.Duration // before now
	who     string
	act     string // post, edit, like, boost, pin, bookmark
	name    string // of the new post
	on      string // the post that is answered, liked, ...
	text    string
	warning string
	lang    string
	reach   skein.Visibility
}

var demoStory = []demoStep{
	{before: 50 * time.Hour, who: "ada", act: "post", name: "welcome", text: "Welcome to Elm! This is a small server for people around the square, and for whoever likes it quiet.\n\nYou can follow anybody here, and anybody on other servers too: try @ben or @chio. If something is broken, tell me. If something is beautiful, tell everybody."},
	{before: 49 * time.Hour, who: "ada", act: "pin", on: "welcome"},
	{before: 47 * time.Hour, who: "mo", act: "post", name: "rye", text: "The rye starter is twelve years old today. It has outlived two ovens and one marriage. #bread"},
	{before: 46 * time.Hour, who: "ines", act: "like", on: "rye"},
	{before: 46 * time.Hour, who: "ada", act: "like", on: "rye"},
	{before: 45 * time.Hour, who: "greta", act: "post", name: "rye2", on: "rye", text: "@mo Twelve! Does it have a name?"},
	{before: 45 * time.Hour, who: "mo", act: "post", name: "rye3", on: "rye2", text: "@greta Gertrude. She bubbles when it rains."},
	{before: 44 * time.Hour, who: "greta", act: "like", on: "rye3"},
	{before: 43 * time.Hour, who: "paul", act: "boost", on: "rye"},
	{before: 40 * time.Hour, who: "chio", act: "post", name: "washi", lang: "ja", text: "朝の紙漉き。水が冷たいほど、紙は強くなる。\n\n冬の紙がいちばん好きです。 #和紙"},
	{before: 39 * time.Hour, who: "noor", act: "like", on: "washi"},
	{before: 39 * time.Hour, who: "ada", act: "boost", on: "washi"},
	{before: 36 * time.Hour, who: "ben", act: "post", name: "geese", text: "Counted 214 geese at the reservoir this morning, in three skeins. One wedge came in so low that I heard the wings before I saw them.\n\nMap of the last ten winters: https://maps.example.org/geese/reservoir-north?years=10&unit=count #birds #maps"},
	{before: 35 * time.Hour, who: "ada", act: "like", on: "geese"},
	{before: 35 * time.Hour, who: "lior", act: "like", on: "geese"},
	{before: 35 * time.Hour, who: "ines", act: "boost", on: "geese"},
	{before: 34 * time.Hour, who: "ada", act: "post", name: "geese2", on: "geese", text: "@ben Is that more than last year? It felt like fewer over the square."},
	{before: 33 * time.Hour, who: "ben", act: "post", name: "geese3", on: "geese2", text: "@ada Eleven more, but they came two weeks later. They wait for the ice in the north now."},
	{before: 33 * time.Hour, who: "lior", act: "post", name: "geese4", on: "geese3", text: "@ben @ada I had them across the moon on Tuesday. Seven birds, four seconds. My best picture this year is a blur."},
	{before: 32 * time.Hour, who: "ada", act: "like", on: "geese4"},
	{before: 32 * time.Hour, who: "ben", act: "like", on: "geese4"},
	{before: 28 * time.Hour, who: "paul", act: "post", name: "violin", lang: "fr", text: "Fini de creuser la volute. Trois jours pour une spirale que personne ne regarde, sauf l'enfant qui apprend à jouer."},
	{before: 27 * time.Hour, who: "chio", act: "like", on: "violin"},
	{before: 27 * time.Hour, who: "ada", act: "like", on: "violin"},
	{before: 26 * time.Hour, who: "ada", act: "boost", on: "violin"},
	{before: 24 * time.Hour, who: "noor", act: "post", name: "noor1", lang: "ar", text: "كل حرفٍ طريق. أكتب الحرف نفسه مئة مرة، وفي المرة المئة يكتبني هو. #خط"},
	{before: 23 * time.Hour, who: "chio", act: "boost", on: "noor1"},
	{before: 22 * time.Hour, who: "lior", act: "post", name: "ending", warning: "The ending of “The Lighthouse Keeper's Arithmetic”", text: "So the light was never broken. He was counting the dark.\n\nI read the last page three times."},
	{before: 21 * time.Hour, who: "ada", act: "post", name: "ending2", on: "ending", warning: "The same ending", text: "@lior And the logbook! Every number in it is a number of seconds he missed her."},
	{before: 20 * time.Hour, who: "lior", act: "like", on: "ending2"},
	{before: 18 * time.Hour, who: "ines", act: "post", name: "tomato", text: "I said I would stop at forty tomato plants. I would like it to be known that a packet holds forty-five seeds. #garden"},
	{before: 17 * time.Hour, who: "mo", act: "like", on: "tomato"},
	{before: 17 * time.Hour, who: "ben", act: "like", on: "tomato"},
	{before: 17 * time.Hour, who: "ada", act: "like", on: "tomato"},
	{before: 16 * time.Hour, who: "mo", act: "post", name: "tomato2", on: "tomato", text: "@ines I take payment in tomatoes. Just saying."},
	{before: 14 * time.Hour, who: "greta", act: "post", name: "diff", lang: "en", text: "Spent the day removing 900 lines. Nothing works differently, and everyone on the team is happier. Deleting is a feature.\n\n```\n 14 files changed, 61 insertions(+), 912 deletions(-)\n```"},
	{before: 13 * time.Hour, who: "ben", act: "boost", on: "diff"},
	{before: 13 * time.Hour, who: "lior", act: "like", on: "diff"},
	{before: 13 * time.Hour, who: "ada", act: "bookmark", on: "diff"},
	{before: 10 * time.Hour, who: "ada", act: "post", name: "followers", reach: skein.Followers, text: "A note for people who follow me: the hive inspection is on Saturday at ten. Veils are in the shed, tea is on the stove."},
	{before: 9 * time.Hour, who: "ben", act: "like", on: "followers"},
	{before: 8 * time.Hour, who: "chio", act: "post", name: "gift", text: "Sent a parcel of winter paper to @noor and @ada today. It should smell of river."},
	{before: 7 * time.Hour, who: "ada", act: "like", on: "gift"},
	{before: 6 * time.Hour, who: "noor", act: "post", name: "gift2", on: "gift", text: "@chio I will write on it only what I am sure of. It may stay empty for a while."},
	{before: 6 * time.Hour, who: "ada", act: "like", on: "gift2"},
	{before: 5 * time.Hour, who: "chio", act: "boost", on: "gift2"},
	{before: 4 * time.Hour, who: "ben", act: "post", name: "direct", reach: skein.Direct, text: "@ada May I bring two of the young counters on Saturday? They have never seen the inside of a hive."},
	{before: 3 * time.Hour, who: "ada", act: "post", on: "direct", reach: skein.Direct, text: "@ben Please do. I have small veils."},
	{before: 150 * time.Minute, who: "lior", act: "post", name: "mirror", text: "First light through the 20 cm mirror. Saturn is smaller than you think and exactly as strange. #astronomy"},
	{before: 140 * time.Minute, who: "ben", act: "like", on: "mirror"},
	{before: 130 * time.Minute, who: "noor", act: "like", on: "mirror"},
	{before: 120 * time.Minute, who: "lior", act: "edit", on: "mirror", text: "First light through the 20 cm mirror. Saturn is smaller than you think and exactly as strange. Ground by hand, eleven weeks. #astronomy"},
	{before: 95 * time.Minute, who: "greta", act: "boost", on: "mirror"},
	{before: 70 * time.Minute, who: "mo", act: "post", name: "saturday", text: "Saturday's loaf: spelt, walnut, a little of @ada's honey. Twenty of them, no list, come early. #bread"},
	{before: 60 * time.Minute, who: "ines", act: "boost", on: "saturday"},
	{before: 55 * time.Minute, who: "ada", act: "like", on: "saturday"},
	{before: 40 * time.Minute, who: "ben", act: "post", on: "saturday", text: "@mo Keep one for the people who count geese at dawn?"},
	{before: 25 * time.Minute, who: "paul", act: "post", name: "strings", text: "Strung the first of the new violins. It says very little yet. They learn to speak in the first year, like the rest of us."},
	{before: 20 * time.Minute, who: "greta", act: "like", on: "strings"},
	{before: 12 * time.Minute, who: "chio", act: "like", on: "strings"},
	{before: 6 * time.Minute, who: "noor", act: "post", text: "@ada The paper came. It does smell of river."},
}

// replaceMention turns @name into the handle as the writer's site knows it.
func replaceMention(text, name string, same bool, domain string) string {
	if same {
		return text
	}
	var b strings.Builder
	for {
		i := strings.Index(text, "@"+name)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		end := i + 1 + len(name)
		b.WriteString(text[:end])
		if end == len(text) || !isNameByte(text[end]) {
			b.WriteString("@" + domain)
		}
		text = text[end:]
	}
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
