package pages

import (
	"encoding/json"
	"html/template"
	"net/http"
	"strings"

	"skein/internal/kit/web"
	"skein/internal/skein"
)

// link is an entry of the app's navigation.
type link struct {
	Path, Label, Icon string
	Here, Main        bool
}

// The app draws the same ones: web/src/ui/icons.gen.ts.
const (
	iconHome    = "M15 21v-8a1 1 0 0 0-1-1h-4a1 1 0 0 0-1 1v8M3 10a2 2 0 0 1 .709-1.528l7-6a2 2 0 0 1 2.582 0l7 6A2 2 0 0 1 21 10v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"
	iconExplore = "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0M16.24 7.76l-1.804 5.411a2 2 0 0 1-1.265 1.265L7.76 16.24l1.804-5.411a2 2 0 0 1 1.265-1.265z"
	iconBell    = "M10.268 21a2 2 0 0 0 3.464 0M3.262 15.326A1 1 0 0 0 4 17h16a1 1 0 0 0 .74-1.673C19.41 13.956 18 12.499 18 8A6 6 0 0 0 6 8c0 4.499-1.411 5.956-2.738 7.326"
	iconSaved   = "M17 3a2 2 0 0 1 2 2v15a1 1 0 0 1-1.496.868l-4.512-2.578a2 2 0 0 0-1.984 0l-4.512 2.578A1 1 0 0 1 5 20V5a2 2 0 0 1 2-2z"
	iconPerson  = "M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2M8 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0"
	iconSetting = "M9.671 4.136a2.34 2.34 0 0 1 4.659 0 2.34 2.34 0 0 0 3.319 1.915 2.34 2.34 0 0 1 2.33 4.033 2.34 2.34 0 0 0 0 3.831 2.34 2.34 0 0 1-2.33 4.033 2.34 2.34 0 0 0-3.319 1.915 2.34 2.34 0 0 1-4.659 0 2.34 2.34 0 0 0-3.32-1.915 2.34 2.34 0 0 1-2.33-4.033 2.34 2.34 0 0 0 0-3.831A2.34 2.34 0 0 1 6.35 6.051a2.34 2.34 0 0 0 3.319-1.915M9 12a3 3 0 1 0 6 0a3 3 0 1 0 -6 0"
	iconPen     = "M13 21h8M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497z"
)

// screens tells, by the first segment of a path, the title and the module of a screen. The app's own list is web/src/app/routes.ts.
var screens = map[string][2]string{
	"": {"Home", "Home"}, "home": {"Home", "Home"}, "explore": {"Explore", "Explore"}, "public": {"Explore", "Explore"},
	"search": {"Search", "Search"}, "notifications": {"Notifications", "Notifications"}, "tags": {"Tag", "Tag"},
	"compose": {"New post", "Compose"}, "share": {"New post", "Compose"}, "intent": {"New post", "Compose"},
	"settings": {"Settings", "Settings"}, "saved": {"Saved", "Saved"}, "lists": {"Lists", "Lists"}, "catchup": {"Catch up", "Catchup"}, "links": {"Links", "Links"}, "collections": {"Collections", "Collections"}, "year": {"Your year", "Year"},
	"authorize_interaction": {"Search", "Search"}, "shell": {"Home", "Home"},
}

// shell is the page in which the app starts: chrome drawn in HTML, and the first page of data.
func (s *Service) shell(w http.ResponseWriter, r *http.Request, site *skein.Site, boot map[string]any) {
	if s.assets.script() == "" {
		s.render(w, r, site, http.StatusOK, "unbuilt", s.frame(r, site, site.Name))
		return
	}
	if r.URL.Path == "/authorize_interaction" {
		uri := r.URL.Query().Get("uri")
		if rest, ok := strings.CutPrefix(uri, "web+ap://"); ok { // as browsers hand over such links
			uri = "https://" + rest
		}
		http.Redirect(w, r, "/search?q="+template.URLQueryEscaper(uri), http.StatusFound)
		return
	}
	first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	screen, known := screens[first]
	if strings.HasPrefix(first, "@") {
		screen, known = [2]string{"Profile", "Profile"}, true
		if _, ok := skein.ParseID(rest); ok {
			screen = [2]string{"Post", "Thread"}
		}
	}
	status := http.StatusOK
	if !known {
		status, screen = http.StatusNotFound, [2]string{"Nothing here", "Lost"}
	}
	boot["theme"] = web.LookOf(r).Theme
	if s.NoWorker {
		boot["worker"] = false
		w.Header().Set("Skein-Worker", "none") // ends the one that a browser has: web/src/sw.ts
	}
	data, err := json.Marshal(boot) // escapes < and >, also inside what the API answered
	if err != nil {
		s.fault(w, r, site, err)
		return
	}
	var me struct {
		Username string `json:"username"`
	}
	if raw, ok := boot["account"].(json.RawMessage); ok {
		_ = json.Unmarshal(raw, &me)
	}
	say := saying(r)
	later := "" // the words of other screens than home
	if screen[1] != "Home" {
		later = "src/text/part/later." + web.LookOf(r).Lang + ".json"
	}
	d := struct {
		frame
		Script   string
		Early    string
		Preload  []string
		Nav, Bar []link
		Compose  link
		Heading  string
		Bones    [6]struct{}
		Boot     template.JS
	}{
		frame: s.frame(r, site, say.T(screen[0])+" · "+site.Name), Script: s.assets.script(), Early: s.assets.early(),
		Preload: s.assets.preload("src/screen/"+screen[1]+".svelte", "src/text/"+web.LookOf(r).Lang+".json", later), Heading: say.T(screen[0]), Boot: template.JS(data),
	}
	mine := "/@" + me.Username
	d.Nav = []link{
		{Path: "/", Label: "Home", Icon: iconHome}, {Path: "/explore", Label: "Explore", Icon: iconExplore},
		{Path: "/notifications", Label: "Notifications", Icon: iconBell}, {Path: "/saved/bookmarks", Label: "Saved", Icon: iconSaved},
		{Path: mine, Label: "Profile", Icon: iconPerson}, {Path: "/settings", Label: "Settings", Icon: iconSetting},
	}
	d.Compose = link{Path: "/compose", Label: "New post", Icon: iconPen, Main: true}
	d.Bar = []link{
		{Path: "/", Label: "Home", Icon: iconHome}, {Path: "/explore", Label: "Explore", Icon: iconExplore},
		d.Compose,
		{Path: "/notifications", Label: "Notifications", Icon: iconBell}, {Path: mine, Label: "Profile", Icon: iconPerson},
	}
	for _, list := range [][]link{d.Nav, d.Bar} {
		for i := range list {
			list[i].Here = list[i].Path == r.URL.Path
		}
	}
	web.Private(w.Header())
	s.render(w, r, site, status, "shell", d)
}
