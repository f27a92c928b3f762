package activitypub

import "fmt"

// Relations and types of NodeInfo. Reference, section 2; FEP-f1d5.
const (
	NodeInfo20     = "http://nodeinfo.diaspora.software/ns/schema/2.0"
	NodeInfo21     = "http://nodeinfo.diaspora.software/ns/schema/2.1"
	RelApplication = "https://www.w3.org/ns/activitystreams#Application" // FEP-2677
	NodeInfoType   = "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.0#\"; charset=utf-8"
)

// NodeInfo says what runs on a server and how much is on it.
type NodeInfo struct {
	Version           string           `json:"version"` // 2.0 or 2.1
	Software          Software         `json:"software"`
	Protocols         []string         `json:"protocols"`
	Services          NodeInfoServices `json:"services"`
	Usage             NodeInfoUsage    `json:"usage"`
	OpenRegistrations bool             `json:"openRegistrations"`
	Metadata          map[string]any   `json:"metadata"`
}

// Software is a program; repository and homepage stand in 2.1 only.
type Software struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	Repository string `json:"repository,omitempty"`
	Homepage   string `json:"homepage,omitempty"`
}

// NodeInfoServices are other networks that a server speaks to.
type NodeInfoServices struct {
	Inbound  []string `json:"inbound"`
	Outbound []string `json:"outbound"`
}

// NodeInfoUsage counts.
type NodeInfoUsage struct {
	Users         NodeInfoUsers `json:"users"`
	LocalPosts    int           `json:"localPosts"`
	LocalComments *int          `json:"localComments,omitempty"`
}

// NodeInfoUsers counts people: all, and those seen in 30 and in 180 days.
type NodeInfoUsers struct {
	Total          int `json:"total"`
	ActiveMonth    int `json:"activeMonth"`
	ActiveHalfyear int `json:"activeHalfyear"`
}

// Encode writes the document; lists are never null.
func (n *NodeInfo) Encode() ([]byte, error) {
	out := *n
	if out.Version != "2.1" {
		out.Software.Repository, out.Software.Homepage = "", ""
	}
	out.Protocols = orEmpty(n.Protocols)
	out.Services = NodeInfoServices{orEmpty(n.Services.Inbound), orEmpty(n.Services.Outbound)}
	if out.Metadata == nil {
		out.Metadata = map[string]any{}
	}
	return marshal(out)
}

// NodeInfoLinks is the document at /.well-known/nodeinfo, 2.0 first; actor is the application actor of the site.
func NodeInfoLinks(base, actor string) ([]byte, error) {
	j := &JRD{Links: []JRDLink{
		{Rel: NodeInfo20, Href: base + "/nodeinfo/2.0"},
		{Rel: NodeInfo21, Href: base + "/nodeinfo/2.1"},
	}}
	if actor != "" {
		j.Links = append(j.Links, JRDLink{Rel: RelApplication, Href: actor})
	}
	return j.Encode()
}

// DecodeNodeInfo reads what a peer says of itself, as far as anybody needs it.
func DecodeNodeInfo(data []byte) (*NodeInfo, error) {
	v, err := scan(data)
	if err != nil {
		return nil, err
	}
	if v.kind != isObject {
		return nil, fmt.Errorf("%w: not an object", ErrMalformed)
	}
	d := &Document{v: v}
	n := &NodeInfo{Version: d.Text("version", 16), Protocols: d.Texts("protocols", 16, 64), OpenRegistrations: d.is("openRegistrations")}
	if s := d.Object("software"); s != nil {
		n.Software = Software{Name: s.Text("name", 128), Version: s.Text("version", 128),
			Repository: s.Text("repository", maxURI), Homepage: s.Text("homepage", maxURI)}
	}
	if u := d.Object("usage"); u != nil {
		n.Usage.LocalPosts = u.count("localPosts")
		if users := u.Object("users"); users != nil {
			n.Usage.Users = NodeInfoUsers{users.count("total"), users.count("activeMonth"), users.count("activeHalfyear")}
		}
	}
	return n, nil
}

func (d *Document) count(name string) int {
	if n := d.Count(name); n != nil {
		return *n
	}
	return 0
}
