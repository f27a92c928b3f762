package activitypub

const maxApprovals = 100

// Policy says who may do what with a post or an actor. Sections 15, 20 and 26.1. A nil Approval is silence: everybody may, but nobody
// may quote.
type Policy struct {
	CanLike     *Approval `json:"canLike,omitempty"`
	CanReply    *Approval `json:"canReply,omitempty"`
	CanAnnounce *Approval `json:"canAnnounce,omitempty"`
	CanQuote    *Approval `json:"canQuote,omitempty"`
	CanFeature  *Approval `json:"canFeature,omitempty"`
}

// Approval lists whose interaction is approved at once, and whose after a question: Public, collections, single actors.
type Approval struct {
	Automatic []string
	Manual    []string
}

type approvalWire struct {
	Automatic []string  `json:"automaticApproval"`
	Manual    []string  `json:"manualApproval"`
	Always    *[]string `json:"always,omitempty"`
	Required  *[]string `json:"approvalRequired,omitempty"`
}

// MarshalJSON writes the older names of GoToSocial beside the newer ones, where it knows the interaction.
func (p Policy) MarshalJSON() ([]byte, error) {
	out := map[string]approvalWire{}
	add := func(name string, a *Approval, old bool) {
		if a == nil {
			return
		}
		w := approvalWire{Automatic: orEmpty(a.Automatic), Manual: orEmpty(a.Manual)}
		if old {
			w.Always, w.Required = &w.Automatic, &w.Manual
		}
		out[name] = w
	}
	add("canLike", p.CanLike, true)
	add("canReply", p.CanReply, true)
	add("canAnnounce", p.CanAnnounce, true)
	add("canQuote", p.CanQuote, false)
	add("canFeature", p.CanFeature, false)
	return marshal(out)
}

func (d *Document) policy() *Policy {
	o := d.Object("interactionPolicy")
	if o == nil {
		return nil
	}
	return &Policy{
		CanLike:     o.approval("canLike"),
		CanReply:    o.approval("canReply"),
		CanAnnounce: o.approval("canAnnounce"),
		CanQuote:    o.approval("canQuote"),
		CanFeature:  o.approval("canFeature"),
	}
}

func (d *Document) approval(name string) *Approval {
	o := d.Object(name)
	if o == nil {
		return nil
	}
	read := func(newer, older string) []string {
		if o.Has(newer) {
			return o.URIs(newer, maxApprovals)
		}
		return o.URIs(older, maxApprovals)
	}
	return &Approval{Automatic: read("automaticApproval", "always"), Manual: read("manualApproval", "approvalRequired")}
}
