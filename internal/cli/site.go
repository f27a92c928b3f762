package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"skein/internal/core/site"
	"skein/internal/core/social"
	"skein/internal/server"
	"skein/internal/skein"
)

// Site is `skein site`.
type Site struct {
	Add      siteAdd      `cmd:"" help:"Host another site."`
	List     siteList     `cmd:"" help:"List the sites."`
	Set      siteSet      `cmd:"" help:"Change what a site says of itself, and who may join; what is not given stays."`
	Terms    siteTerms    `cmd:"" help:"Set the terms of a site that count from a day on; those of other days stay."`
	Campaign siteCampaign `cmd:"" help:"Ask the people of a site for money, for two weeks at most, or stop asking."`
	Link     siteLink     `cmd:"" help:"Print a new set-up link for a site that has no owner yet; the old one ends."`
}

type siteAdd struct {
	URL     string `required:"" help:"Where people reach it, such as https://example.org." placeholder:"URL"`
	Name    string `help:"Its name; without it, its domain." placeholder:"NAME"`
	Joining string `help:"Who may sign up: open, approval, invite or closed." enum:"open,approval,invite,closed" default:"approval"`
}

// Run makes the site and prints its set-up link.
func (c *siteAdd) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	made, token, err := s.Sites.Create(ctx, site.New{URL: c.URL, Name: c.Name, Joining: skein.Joining(c.Joining)})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is hosted here now. Open this link once to become its owner:\n  %s\n",
		made.Domain, made.URL("/setup?token="+token))
	return nil
}

type siteList struct {
	JSON bool `help:"For scripts."`
}

// Run lists the sites.
func (c *siteList) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, err := open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	all, err := s.Sites.All(ctx)
	if err != nil {
		return err
	}
	type row struct {
		Domain  string `json:"domain"`
		Name    string `json:"name"`
		Joining string `json:"joining"`
		People  int    `json:"people"`
		Posts   int    `json:"posts"`
	}
	rows := []row{}
	for _, one := range all { // few, and each has its own numbers
		st, err := s.Sites.Stats(ctx, one.ID)
		if err != nil {
			return err
		}
		rows = append(rows, row{one.Domain, one.Name, string(one.Joining), st.Users, st.Posts})
	}
	if c.JSON {
		return json.NewEncoder(out).Encode(rows)
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(out, "No site is hosted here yet. Add one with 'skein site add --url URL'.")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "DOMAIN\tNAME\tJOINING\tPEOPLE\tPOSTS")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\n", r.Domain, r.Name, r.Joining, r.People, r.Posts)
	}
	return w.Flush()
}

type siteSet struct {
	Site    string  `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	Name    *string `help:"Its name." placeholder:"NAME"`
	Summary *string `help:"What it is, in a sentence or two." placeholder:"TEXT"`
	Contact *string `help:"Mail address of those who run it, for everybody to see." placeholder:"ADDRESS"`
	Joining *string `help:"Who may sign up: open, approval, invite or closed." enum:"open,approval,invite,closed" placeholder:"WHO"`

	FederateBlocks  *string `help:"Whether peers are told when people here block somebody there: on or off." enum:"on,off" placeholder:"ON|OFF"`
	AuthorizedFetch *string `help:"Whether what peers are served needs a signature: on or off." enum:"on,off" placeholder:"ON|OFF"`
	AllowListOnly   *string `help:"Whether only the peers on the allow list ('skein peer set --allow') are federated with: on or off." enum:"on,off" placeholder:"ON|OFF"`

	Trends       *string `help:"Whether it is shown what is talked about: on or off." enum:"on,off" placeholder:"ON|OFF"`
	ReviewTrends *string `help:"Whether a moderator looks at each of it before it is shown: on or off." enum:"on,off" placeholder:"ON|OFF"`

	Directory   *string `help:"Whether there is a directory of profiles: on or off." enum:"on,off" placeholder:"ON|OFF"`
	Peers       *string `help:"Whether the list of known servers is shown: on or off." enum:"on,off" placeholder:"ON|OFF"`
	Activity    *string `help:"Whether the numbers of the last weeks are shown: on or off." enum:"on,off" placeholder:"ON|OFF"`
	ShowBlocks  *string `help:"Who sees which servers are limited: nobody, users or all." enum:"nobody,users,all" placeholder:"WHO"`
	ShowReasons *string `help:"Who of them sees why: nobody, users or all." enum:"nobody,users,all" placeholder:"WHO"`

	ClosedAPI   *string  `name:"closed-api" help:"Whether visitors read nothing, neither through apps nor on pages: on or off." enum:"on,off" placeholder:"ON|OFF"`
	LiveLocal   *string  `help:"Who reads the latest posts from here: public, authenticated or disabled." enum:"public,authenticated,disabled" placeholder:"WHO"`
	LiveRemote  *string  `help:"Who reads the latest posts from elsewhere: public, authenticated or disabled." enum:"public,authenticated,disabled" placeholder:"WHO"`
	TagLocal    *string  `help:"Who reads posts from here by hashtag: public or authenticated." enum:"public,authenticated" placeholder:"WHO"`
	TagRemote   *string  `help:"Who reads posts from elsewhere by hashtag: public, authenticated or disabled." enum:"public,authenticated,disabled" placeholder:"WHO"`
	LinkLocal   *string  `help:"Who reads posts from here by a link that is talked about: public or authenticated." enum:"public,authenticated" placeholder:"WHO"`
	LinkRemote  *string  `help:"Who reads posts from elsewhere by such a link: public, authenticated or disabled." enum:"public,authenticated,disabled" placeholder:"WHO"`
	Recovery    *int     `name:"recovery-days" help:"How many days somebody waits who lost all that they sign in with, 1 to 60; 7 at first." placeholder:"DAYS"`
	MinAge      *int     `help:"How old somebody must be to sign up, in years; 0: nobody is asked." placeholder:"YEARS"`
	JoinMessage *string  `help:"What is read where not everybody can sign up." placeholder:"TEXT"`
	JoinURL     *string  `name:"join-url" help:"Where one signs up instead." placeholder:"URL"`
	StatusURL   *string  `name:"status-url" help:"Where one reads whether all is well." placeholder:"URL"`
	Description []byte   `help:"File with the long text of the about page: plain text, with blank lines between paragraphs." type:"filecontent" placeholder:"FILE"`
	Style       []byte   `help:"File with a stylesheet for all pages, after the program's own; an empty one: none." type:"filecontent" placeholder:"FILE"`
	Rule        []string `sep:"none" help:"A rule of the site; give it again for the next one. All rules are replaced; an empty one: there are none." placeholder:"TEXT"`
	Language    []string `help:"Languages that are written here, such as en,de; they are offered first." placeholder:"TAGS"`
	Suggest     []string `help:"Handles of accounts that are suggested first to new people, such as ada,bo@peer.example; 'none' for nobody." placeholder:"HANDLES"`
	Landing     *string  `help:"What visitors see on the front page of what is written here: posts, photos or nothing." enum:"posts,photos,nothing" placeholder:"WHAT"`
	Privacy     []byte   `help:"File with the privacy policy, as plain text; an empty one: the notice that comes with the program." type:"filecontent" placeholder:"FILE"`
}

// feeds puts what was given into the feeds of a site, nil when nothing was.
func (c *siteSet) feeds(old skein.Feeds) *skein.Feeds {
	given := false
	for _, f := range []struct {
		to   *skein.FeedAccess
		from *string
	}{{&old.LiveLocal, c.LiveLocal}, {&old.LiveRemote, c.LiveRemote}, {&old.TagLocal, c.TagLocal}, {&old.TagRemote, c.TagRemote},
		{&old.LinkLocal, c.LinkLocal}, {&old.LinkRemote, c.LinkRemote}} {
		if f.from == nil {
			continue
		}
		given = true
		if *f.to = skein.FeedAccess(*f.from); *f.from == "public" {
			*f.to = skein.FeedPublic
		}
	}
	if !given {
		return nil
	}
	return &old
}

// given is a list of which at least one was named; nil: none was.
func given(list []string) *[]string {
	if list == nil {
		return nil
	}
	return &list
}

// suggested finds the accounts that are to be suggested; nil: nothing was said of them.
func (c *siteSet) suggested(ctx context.Context, s *server.Server, one *skein.Site) (*[]skein.ID, error) {
	if c.Suggest == nil {
		return nil, nil
	}
	ids := []skein.ID{}
	for _, handle := range c.Suggest {
		if handle == "none" {
			continue
		}
		a, err := s.Social.AccountByHandle(ctx, skein.Viewer{Site: one.ID, Account: one.Actor}, handle)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", handle, err)
		}
		ids = append(ids, a.ID)
	}
	return &ids, nil
}

// file is the text of a file that was named; nil: none was.
func file(b []byte) *string {
	if b == nil {
		return nil
	}
	s := string(b)
	return &s
}

// audience reads who may see something; nil stays nil.
func audience(s *string) *skein.Audience {
	if s == nil {
		return nil
	}
	a := skein.Audience(*s)
	if *s == "nobody" {
		a = skein.ForNobody
	}
	return &a
}

// onOff reads a switch; nil stays nil.
func onOff(s *string) *bool {
	if s == nil {
		return nil
	}
	on := *s == "on"
	return &on
}

// Run changes the site. A server that runs sees it within seconds.
func (c *siteSet) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, one, err := openSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	suggested, err := c.suggested(ctx, s, one)
	if err != nil {
		return err
	}
	landing := (*skein.Landing)(c.Landing)
	if c.Landing != nil && *c.Landing == "posts" {
		landing = new(skein.LandingPosts)
	}
	if one, err = s.Sites.Update(ctx, one.ID, site.Settings{
		Suggested: suggested, Landing: landing, Rules: given(c.Rule), Languages: given(c.Language),
		Name: c.Name, Summary: c.Summary, Contact: c.Contact, Joining: (*skein.Joining)(c.Joining),
		FederateBlocks: onOff(c.FederateBlocks), AuthorizedFetch: onOff(c.AuthorizedFetch), AllowListOnly: onOff(c.AllowListOnly),
		Directory: onOff(c.Directory), Peers: onOff(c.Peers), Activity: onOff(c.Activity),
		ShowBlocks: audience(c.ShowBlocks), ShowReasons: audience(c.ShowReasons),
		ClosedAPI: onOff(c.ClosedAPI), Feeds: c.feeds(one.Extra.Feeds), MinAge: c.MinAge, RecoveryDays: c.Recovery, JoinMessage: c.JoinMessage, JoinURL: c.JoinURL,
		StatusURL: c.StatusURL, Description: file(c.Description), Privacy: file(c.Privacy), Style: file(c.Style),
	}); err != nil {
		return err
	}
	if c.Trends != nil || c.ReviewTrends != nil {
		in := social.TrendSettings{On: onOff(c.Trends)}
		if review := onOff(c.ReviewTrends); review != nil {
			in.Unreviewed = new(!*review)
		}
		if err := s.Social.SetTrends(ctx, skein.Viewer{Site: one.ID, Account: one.Actor}, in); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "%s is named %q; joining: %s.\n", one.Domain, one.Name, one.Joining)
	return err
}

type siteLink struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
}

// Run makes the link.
func (c *siteLink) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, one, err := openSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	token, err := s.Sites.NewSetup(ctx, one.ID)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Open this link once to become the owner of %s:\n  %s\n", one.Domain, one.URL("/setup?token="+token))
	return err
}

type siteTerms struct {
	Site      string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	Effective string `required:"" help:"The day from which on they count, such as 2026-05-01." placeholder:"DAY"`
	File      []byte `required:"" help:"File with them: plain text, with blank lines between paragraphs." type:"filecontent" placeholder:"FILE"`
}

// Run stores the terms.
func (c *siteTerms) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Sites.SetTerms(ctx, who, skein.Terms{Effective: c.Effective, Text: string(c.File)}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "These terms count from %s on.\n", c.Effective)
	return err
}

type siteCampaign struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	File []byte `help:"JSON file with banner, banner_button, text, button, thanks, url, currency, amounts by currency in its smallest unit (once, monthly, yearly), and starts and ends as RFC 3339 times." type:"filecontent" placeholder:"FILE"`
	End  bool   `help:"Stop asking."`
}

// Run begins or ends the campaign.
func (c *siteCampaign) Run(ctx context.Context, root *Root, out io.Writer) error {
	var in skein.Campaign
	switch {
	case c.End == (c.File != nil):
		return errors.New("give either --file or --end")
	case c.File != nil:
		d := json.NewDecoder(bytes.NewReader(c.File))
		d.DisallowUnknownFields()
		if err := d.Decode(&in); err != nil {
			return fmt.Errorf("read the campaign: %w", err)
		}
	}
	s, one, err := openSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	if one, err = s.Sites.Update(ctx, one.ID, site.Settings{Campaign: &in}); err != nil {
		return err
	}
	if one.Extra.Campaign == nil {
		_, err = fmt.Fprintf(out, "Nobody on %s is asked for money.\n", one.Domain)
		return err
	}
	_, err = fmt.Fprintf(out, "People who are on %s for four weeks or longer are asked until %s.\n", one.Domain, one.Extra.Campaign.Ends.Format("2006-01-02 15:04 MST"))
	return err
}
