package fedtest

import (
	"net/http"

	"skein/internal/core/site"
	"skein/internal/kit/shape"
	"skein/internal/skein"
)

type shapeField = shape.Field

// visitor is nobody in particular.
var visitor = &Person{}

// examples are calls that work, for routes that need more than an id in the path (kinds, world_test.go).
var examples = map[string]func(w *world) example{
	"POST /api/v1/apps": func(w *world) example {
		return example{as: visitor, body: m{"client_name": "Tests", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write", "website": "https://app.example"}}
	},
	"POST /api/v1/accounts": func(w *world) example {
		name := w.fresh("newcomer")
		return example{as: &Person{Name: "app", Site: w.ann.Site, Token: w.once("app", w.appToken)},
			body: m{"username": name, "email": name + "@mail.test", "password": "correct horse battery", "agreement": true, "locale": "en"}}
	},
	"POST /api/v1/emails/confirmations": func(w *world) example { return example{status: http.StatusForbidden} }, // confirmed long ago
	"GET /api/v1/accounts/lookup":       func(w *world) example { return example{body: m{"acct": "bob"}} },
	"GET /api/v1/accounts/search":       func(w *world) example { return example{body: m{"q": "bob"}} },
	"GET /api/v1/accounts/relationships": func(w *world) example {
		return example{body: m{"id": []any{w.bob.ID, w.cleo.ID}}}
	},
	"GET /api/v1/accounts/familiar_followers": func(w *world) example { return example{body: m{"id": []any{w.bob.ID}}} },
	"GET /api/v1/accounts":                    func(w *world) example { return example{body: m{"id": []any{w.bob.ID, w.ann.ID}}} },
	"GET /api/v1/accounts/{id}/in_collections": func(w *world) example {
		return example{path: []string{w.ann.ID}}
	},
	"GET /api/v1/accounts/{id}/statuses": func(w *world) example {
		w.bob.Post("something", "public")
		return example{body: m{"exclude_replies": true}}
	},
	"POST /api/v1/accounts/{id}/mute": func(w *world) example { return example{path: []string{w.cleo.ID}, body: m{"duration": 60}} },
	"POST /api/v1/accounts/{id}/block": func(w *world) example {
		return example{path: []string{w.cleo.ID}}
	},
	"POST /api/v1/accounts/{id}/follow": func(w *world) example { return example{body: m{"notify": true, "languages": []any{"en"}}} },
	"POST /api/v1/accounts/{id}/unfollow": func(w *world) example {
		return example{path: []string{w.root.ID}}
	},
	"POST /api/v1/accounts/{id}/remove_from_followers": func(w *world) example { return example{path: []string{w.root.ID}} },
	"POST /api/v1/accounts/{id}/note":                  func(w *world) example { return example{body: m{"comment": "a friend"}} },
	"POST /api/v1/accounts/{id}/email_subscriptions":   func(w *world) example { return example{body: m{"email": "a@mail.test"}, status: 404} },
	"PATCH /api/v1/accounts/update_credentials": func(w *world) example {
		return example{body: m{"display_name": "Ann", "note": "About **me**", "fields_attributes": m{"0": m{"name": "Site", "value": "https://ann.example"}},
			"source": m{"privacy": "public", "sensitive": false, "language": "en"}, "discoverable": true}}
	},
	"PATCH /api/v1/profile": func(w *world) example {
		return example{body: m{"display_name": "Ann", "note": "About me", "fields_attributes": m{"0": m{"name": "Site", "value": "https://ann.example"}}, "bot": false}}
	},

	"POST /api/skein/v1/security/password": func(w *world) example {
		return example{body: m{"old_password": "wrong horse", "password": "correct horse battery"}, status: http.StatusForbidden}
	},
	"POST /api/skein/v1/security/email": func(w *world) example {
		return example{body: m{"email": w.fresh("ann") + "@mail.test", "password": "wrong horse"}, status: http.StatusForbidden}
	},
	"POST /api/skein/v1/security/prove": func(w *world) example { return example{body: m{"password": "correct horse battery"}} },
	"POST /api/skein/v1/security/prove/passkey/ask": func(w *world) example { // no passkey is there
		return example{as: w.browser(w.bob), status: http.StatusConflict}
	},
	"POST /api/skein/v1/security/prove/passkey": func(w *world) example {
		return example{body: m{"state": "?", "answer": "{}"}, status: http.StatusGone}
	},
	"POST /api/skein/v1/security/passkeys/ask": func(w *world) example { return example{body: m{"password": "correct horse battery"}} },
	"POST /api/skein/v1/security/passkeys": func(w *world) example {
		return example{body: m{"state": "?", "answer": "{}", "name": "key"}, status: http.StatusGone}
	},
	"PUT /api/skein/v1/security/passkeys/{id}":    func(w *world) example { return example{body: m{"name": "Laptop"}} },
	"DELETE /api/skein/v1/security/passkeys/{id}": func(w *world) example { return example{body: m{"password": "correct horse battery"}} },
	"POST /api/skein/v1/security/second_step":     func(w *world) example { return example{body: m{"password": "correct horse battery"}} },
	"POST /api/skein/v1/security/second_step/confirm": func(w *world) example {
		return example{body: m{"code": "000000"}, status: http.StatusForbidden}
	},
	"DELETE /api/skein/v1/security/second_step": func(w *world) example {
		return example{body: m{"password": "wrong horse"}, status: http.StatusForbidden}
	},
	"POST /api/skein/v1/security/recovery_codes": func(w *world) example {
		return example{body: m{"password": "wrong horse"}, status: http.StatusForbidden}
	},
	"DELETE /api/skein/v1/security/recovery":   func(w *world) example { return example{status: http.StatusNotFound} },
	"POST /api/skein/v1/security/notices/seen": func(w *world) example { return example{body: m{"up_to": "1"}} },

	"POST /api/skein/v1/security/close": func(w *world) example {
		return example{body: m{"password": "wrong horse"}, status: http.StatusForbidden}
	},

	"POST /api/skein/v1/imports": func(w *world) example {
		return example{as: w.person(w.fresh("mover")), body: m{"source": "following", "files": []any{m{"name": "following.csv", "size": 40}}}}
	},
	"POST /api/skein/v1/imports/{id}/files/{number}": func(w *world) example { return example{body: m{"offset": 0}} },
	"POST /api/skein/v1/imports/{id}/run":            func(w *world) example { return example{body: m{"overwrite": false}, status: http.StatusConflict} },
	"POST /api/skein/v1/imports/{id}/pause":          func(w *world) example { return example{status: http.StatusConflict} },
	"POST /api/skein/v1/imports/{id}/undo":           func(w *world) example { return example{status: http.StatusConflict} },

	"POST /api/v1/statuses": func(w *world) example {
		return example{body: m{"status": w.fresh("hello @bob #trees "), "spoiler_text": "cw", "language": "en", "visibility": "unlisted",
			"poll": m{"options": []any{"one", "two"}, "expires_in": 3600, "multiple": true}}}
	},
	"GET /api/v1/statuses": func(w *world) example { return example{body: m{"id": []any{w.bob.Post("one", "public")}}} },
	"PUT /api/v1/statuses/{id}": func(w *world) example {
		return example{body: m{"status": w.fresh("edited "), "spoiler_text": "now with a warning"}}
	},
	"POST /api/v1/statuses/{id}/translate": func(w *world) example { return example{body: m{"lang": "de"}, status: 404} },
	"GET /api/v1/statuses/{id}/context": func(w *world) example {
		post := w.ann.Post("start", "public")
		w.do(w.bob, "POST", "/api/v1/statuses", m{"status": "@ann reply", "in_reply_to_id": post})
		return example{path: []string{post}}
	},
	"GET /api/v1/statuses/{id}/history": func(w *world) example {
		post := w.ann.Post("first", "public")
		w.do(w.ann, "PUT", "/api/v1/statuses/"+post, m{"status": "second"})
		return example{path: []string{post}}
	},
	"GET /api/v1/statuses/{id}/reblogged_by": func(w *world) example {
		post := w.ann.Post("boost me", "public")
		w.do(w.bob, "POST", "/api/v1/statuses/"+post+"/reblog", nil)
		return example{path: []string{post}}
	},
	"GET /api/v1/statuses/{id}/favourited_by": func(w *world) example {
		post := w.ann.Post("like me", "public")
		w.do(w.bob, "POST", "/api/v1/statuses/"+post+"/favourite", nil)
		return example{path: []string{post}}
	},
	"GET /api/v1/statuses/{id}/quotes": func(w *world) example {
		post := w.ann.Post("quote me", "public")
		w.do(w.bob, "POST", "/api/v1/statuses", m{"status": "so true", "quoted_status_id": post})
		return example{path: []string{post}}
	},
	"PUT /api/v1/statuses/{id}/interaction_policy": func(w *world) example { return example{body: m{"quote_approval_policy": "followers"}} },
	"GET /api/v1/interaction_requests": func(w *world) example {
		return example{}
	},
	"PATCH /api/v1/interaction_policies/defaults": func(w *world) example {
		return example{body: m{"public": m{"can_reply": m{"always": []any{"followers", "mentioned"}}}}}
	},
	"GET /api/v1/favourites": func(w *world) example {
		w.do(w.ann, "POST", "/api/v1/statuses/"+w.bob.Post("liked", "public")+"/favourite", nil)
		return example{}
	},
	"GET /api/v1/bookmarks": func(w *world) example {
		w.do(w.ann, "POST", "/api/v1/statuses/"+w.bob.Post("kept", "public")+"/bookmark", nil)
		return example{}
	},
	"GET /api/v1/pleroma/statuses/{id}/reactions": func(w *world) example {
		post := w.bob.Post("react", "public")
		w.do(w.ann, "PUT", "/api/v1/pleroma/statuses/"+post+"/reactions/%F0%9F%91%8D", nil)
		return example{path: []string{post}}
	},

	"GET /api/v1/timelines/home": func(w *world) example {
		post := w.bob.Post("in the home #trees https://elm.example/about", "public")
		w.do(w.bob, "POST", "/api/v1/statuses/"+w.cleo.Post("boosted", "public")+"/reblog", nil)
		w.do(w.bob, "POST", "/api/v1/statuses", m{"status": "quoting", "quoted_status_id": post})
		w.do(w.bob, "POST", "/api/v1/statuses", m{"status": "which?", "poll": m{"options": []any{"one", "two"}, "expires_in": 3600}})
		w.n.Settle()
		return example{}
	},
	"GET /api/v1/timelines/link": func(w *world) example {
		return example{body: m{"url": "https://nobody.example/shares/this"}, status: 404}
	},

	"POST /api/v1/lists": func(w *world) example {
		return example{body: m{"title": w.fresh("friends "), "replies_policy": "followed", "exclusive": true}}
	},
	"PUT /api/v1/lists/{id}": func(w *world) example {
		return example{body: m{"title": w.fresh("better friends "), "replies_policy": "none"}}
	},
	"POST /api/v1/lists/{id}/accounts": func(w *world) example {
		return example{path: []string{w.id(w.ann, "POST", "/api/v1/lists", m{"title": w.fresh("people ")})}, body: m{"account_ids": []any{w.bob.ID}}}
	},
	"DELETE /api/v1/lists/{id}/accounts": func(w *world) example { return example{body: m{"account_ids": []any{w.bob.ID}}} },

	"DELETE /api/v1/notifications/destroy_multiple": func(w *world) example {
		w.mention()
		return example{body: m{"ids": []any{w.newest("/api/v1/notifications", "id")}}}
	},
	"PATCH /api/v1/notifications/policy": func(w *world) example { return example{body: m{"filter_not_following": false}} },
	"PATCH /api/v2/notifications/policy": func(w *world) example { return example{body: m{"for_new_accounts": "accept", "for_bots": "accept"}} },
	"POST /api/v1/notifications/requests/accept": func(w *world) example {
		return example{body: m{"id": []any{kindNamed("/api/v1/notifications/requests/{id}").make(w)[0]}}}
	},
	"POST /api/v1/notifications/requests/dismiss": func(w *world) example {
		return example{body: m{"id": []any{kindNamed("/api/v1/notifications/requests/{id}").make(w)[0]}}}
	},
	"GET /api/v1/notifications": func(w *world) example { w.everyNotification(); return example{} },
	"GET /api/v2/notifications": func(w *world) example { w.everyNotification(); return example{body: m{"expand_accounts": "full"}} },

	"POST /api/v2/media": func(w *world) example {
		return example{body: m{"file": isFile + onePixel, "description": "a dot", "focus": "0.0,0.5"}}
	},
	"POST /api/v1/media":     func(w *world) example { return example{body: m{"file": isFile + onePixel, "description": "a dot"}} },
	"PUT /api/v1/media/{id}": func(w *world) example { return example{body: m{"description": "still a dot", "focus": "0.1,-0.2"}} },

	"GET /api/v2/search":       func(w *world) example { return example{body: m{"q": "bob"}} },
	"GET /api/v1/peers/search": func(w *world) example { return example{body: m{"q": "o"}} },

	"POST /api/v2/filters": func(w *world) example {
		return example{body: m{"title": w.fresh("spoilers "), "context": []any{"home", "thread"}, "filter_action": "hide", "expires_in": "3600",
			"keywords_attributes": []any{m{"keyword": "ending", "whole_word": true}, m{"keyword": "finale", "whole_word": false}}}}
	},
	"PUT /api/v2/filters/{id}": func(w *world) example {
		return example{body: m{"title": w.fresh("more spoilers "), "context": []any{"home"}, "filter_action": "warn"}}
	},
	"POST /api/v2/filters/{id}/keywords": func(w *world) example { return example{body: m{"keyword": w.fresh("again"), "whole_word": false}} },
	"PUT /api/v2/filters/keywords/{id}":  func(w *world) example { return example{body: m{"keyword": w.fresh("other")}} },
	"POST /api/v2/filters/{id}/statuses": func(w *world) example { return example{body: m{"status_id": w.bob.Post("hide me", "public")}} },
	"POST /api/v1/filters": func(w *world) example {
		return example{body: m{"phrase": w.fresh("words"), "context": []any{"home"}, "whole_word": true}}
	},
	"PUT /api/v1/filters/{id}":            func(w *world) example { return example{body: m{"phrase": w.fresh("words"), "context": []any{"home"}}} },
	"POST /api/v1/polls/{id}/votes":       func(w *world) example { return example{body: m{"choices": []any{"1"}}} },
	"PUT /api/v1/scheduled_statuses/{id}": func(w *world) example { return example{body: m{"scheduled_at": "2098-01-01T00:00:00.000Z"}} },
	"POST /api/v1/markers": func(w *world) example {
		return example{body: m{"home": m{"last_read_id": w.bob.Post("read", "public")}}}
	},
	"GET /api/v1/markers":               func(w *world) example { return example{body: m{"timeline": []any{"home", "notifications"}}} },
	"POST /api/v1/domain_blocks":        func(w *world) example { return example{body: m{"domain": "spam.example"}} },
	"DELETE /api/v1/domain_blocks":      func(w *world) example { return example{body: m{"domain": "spam.example"}} },
	"GET /api/v1/domain_blocks/preview": func(w *world) example { return example{body: m{"domain": "oak.example"}} },
	"POST /api/v1/featured_tags":        func(w *world) example { return example{body: m{"name": w.fresh("tag")}} },
	"GET /api/v1/mutes": func(w *world) example {
		w.do(w.ann, "POST", "/api/v1/accounts/"+w.cleo.ID+"/mute", m{"duration": 3600})
		return example{}
	},
	"GET /api/v1/followed_tags": func(w *world) example { w.do(w.ann, "POST", "/api/v1/tags/trees/follow", nil); return example{} },
	"POST /api/v1/tags/{name}/feature": func(w *world) example {
		return example{path: []string{"forests"}}
	},
	"POST /api/v1/reports": func(w *world) example {
		return example{body: m{"account_id": w.bob.ID, "status_ids": []any{w.bob.Post("bad", "public")}, "comment": "look", "category": "spam"}}
	},
	"POST /api/v1.1/report": func(w *world) example {
		return example{body: m{"object_id": w.bob.Post(w.fresh("bad "), "public"), "object_type": "post", "report_type": "spam"}}
	},
	"POST /api/v1/accounts/update_credentials": func(w *world) example {
		return example{body: m{"display_name": "Ann", "avatar": isFile + onePixel}}
	},
	"POST /api/v1.1/app/settings": func(w *world) example {
		return example{body: m{"common": m{"timelines": m{"show_public": true}, "media": m{"show_alt_text": true}, "appearance": m{"theme": "dark"}}}}
	},
	"GET /api/v1.1/direct/thread": func(w *world) example { w.chat(); return example{body: m{"pid": w.bob.ID}} },
	"POST /api/v1.1/direct/thread/send": func(w *world) example {
		return example{body: m{"to_id": w.bob.ID, "message": w.fresh("psst "), "type": "text"}}
	},
	"POST /api/v1.1/direct/thread/media": func(w *world) example {
		return example{body: m{"to_id": w.bob.ID, "file": isFile + onePixel}}
	},
	"POST /api/v1.1/direct/thread/mute":   func(w *world) example { w.chat(); return example{body: m{"id": w.bob.ID}} },
	"POST /api/v1.1/direct/thread/unmute": func(w *world) example { w.chat(); return example{body: m{"id": w.bob.ID}} },
	"POST /api/v1.1/direct/thread/read":   func(w *world) example { w.chat(); return example{body: m{"pid": w.bob.ID}} },
	"DELETE /api/v1.1/direct/thread/message": func(w *world) example {
		return example{body: m{"id": w.ann.Post(w.fresh("@bob oops "), "direct")}}
	},
	"POST /api/v1.1/direct/lookup": func(w *world) example { return example{body: m{"q": "bob"}} },
	"GET /api/v1.1/accounts/{id}/posts": func(w *world) example {
		w.do(w.bob, "POST", "/api/v1/statuses", m{"status": w.fresh("look "), "media_ids": []any{w.id(w.bob, "POST", "/api/v2/media", m{"file": isFile + onePixel})}})
		return example{body: m{"username": "bob"}}
	},
	"GET /api/v1/tags/{name}/related": func(w *world) example {
		w.bob.Post(w.fresh("among #trees and #birds "), "public")
		return example{}
	},
	"POST /api/v1/collections": func(w *world) example {
		w.do(w.ann, "DELETE", "/api/v1/collections/"+w.collection(), nil)
		return example{body: m{"name": w.fresh("people "), "description": "good ones", "account_ids": []any{w.bob.ID}, "discoverable": true}}
	},
	"PATCH /api/v1/collections/{id}": func(w *world) example { return example{body: m{"name": w.fresh("new "), "tag_name": "trees"}} },
	"POST /api/v1/collections/{id}/items": func(w *world) example {
		return example{path: []string{w.collection()}, body: m{"account_id": w.bob.ID}}
	},
	"POST /api/v1/collections/{id}/items/{item}/revoke": func(w *world) example { return example{as: w.bob} },
	"GET /api/v1/accounts/{id}/collections": func(w *world) example {
		kindNamed("/api/v1/collections/{id}").make(w)
		return example{path: []string{w.ann.ID}}
	},

	"POST /api/v1/push/subscription": func(w *world) example { return example{body: subscription()} },
	"GET /api/v1/push/subscription": func(w *world) example {
		w.do(w.ann, "POST", "/api/v1/push/subscription", subscription())
		return example{}
	},
	"PUT /api/v1/push/subscription": func(w *world) example {
		w.do(w.ann, "POST", "/api/v1/push/subscription", subscription())
		return example{body: m{"data": m{"alerts": m{"mention": false, "follow": true}, "policy": "followed"}}}
	},
	"GET /api/oembed": func(w *world) example {
		return example{as: visitor, body: m{"url": At(w.do(w.ann, "GET", "/api/v1/statuses/"+w.ann.Post("embed me", "public"), nil), "url")}}
	},

	"GET /api/v1/annual_reports/{year}":            func(w *world) example { return example{status: 404} },
	"POST /api/v1/annual_reports/{year}/generate":  func(w *world) example { return example{status: 404} },
	"POST /api/v1/annual_reports/{year}/read":      func(w *world) example { return example{status: 404} },
	"GET /api/v1/instance/terms_of_service":        func(w *world) example { w.terms(); return example{} },
	"GET /api/v1/instance/terms_of_service/{date}": func(w *world) example { w.terms(); return example{} },
	"GET /api/v1/donation_campaigns":               func(w *world) example { return example{status: http.StatusNoContent} }, // ann is new here
	"GET /api/v1/instance/domain_blocks":           func(w *world) example { w.limitedPeers(); return example{} },
	"DELETE /api/v1/statuses/{id}": func(w *world) example {
		return example{path: []string{w.ann.Post("delete #me https://elm.example/about", "public")}}
	},
	"POST /api/v1/admin/accounts/{id}/action":        func(w *world) example { return example{body: m{"type": "silence", "text": "please be kind"}} },
	"POST /api/v1/admin/accounts/{id}/approve":       func(w *world) example { return example{path: []string{w.applicant()}} },
	"POST /api/v1/admin/accounts/{id}/reject":        func(w *world) example { return example{path: []string{w.applicant()}} },
	"POST /api/v1/admin/accounts/{id}/enable":        func(w *world) example { return example{path: []string{w.punished("disable")}} },
	"POST /api/v1/admin/accounts/{id}/unsilence":     func(w *world) example { return example{path: []string{w.punished("silence")}} },
	"POST /api/v1/admin/accounts/{id}/unsuspend":     func(w *world) example { return example{path: []string{w.punished("suspend")}} },
	"POST /api/v1/admin/accounts/{id}/unsensitive":   func(w *world) example { return example{path: []string{w.punished("sensitive")}} },
	"DELETE /api/v1/admin/accounts/{id}":             func(w *world) example { return example{path: []string{w.punished("suspend")}} },
	"PUT /api/v1/admin/reports/{id}":                 func(w *world) example { return example{body: m{"category": "spam"}} },
	"POST /api/v1/admin/domain_allows":               func(w *world) example { return example{body: m{"domain": w.fresh("friend") + ".example"}} },
	"POST /api/v1/admin/email_domain_blocks":         func(w *world) example { return example{body: m{"domain": w.fresh("trash") + ".example"}} },
	"POST /api/v1/admin/canonical_email_blocks":      func(w *world) example { return example{body: m{"email": w.fresh("spam") + "@mail.test"}} },
	"POST /api/v1/admin/canonical_email_blocks/test": func(w *world) example { return example{body: m{"email": "spam@mail.test"}} },
	"POST /api/v1/admin/domain_blocks": func(w *world) example {
		return example{body: m{"domain": w.fresh("evil") + ".example", "severity": "suspend", "public_comment": "spam", "obfuscate": true}}
	},
	"PUT /api/v1/admin/domain_blocks/{id}": func(w *world) example { return example{body: m{"severity": "suspend", "private_comment": "why"}} },
	"POST /api/v1/admin/ip_blocks": func(w *world) example {
		return example{body: m{"ip": "203.0.113." + w.fresh("") + "/32", "severity": "no_access", "comment": "bots", "expires_in": 3600}}
	},
	"PUT /api/v1/admin/ip_blocks/{id}": func(w *world) example { return example{body: m{"comment": "still bots", "severity": "sign_up_block"}} },
	"PUT /api/v1/admin/tags/{id}":      func(w *world) example { return example{body: m{"listable": true, "trendable": false}} },
	"POST /api/v1/admin/measures": func(w *world) example {
		return example{body: m{"keys": []any{"active_users", "new_users", "interactions", "opened_reports", "resolved_reports", "instance_statuses"},
			"start_at": "2026-01-01", "end_at": "2026-01-07", "instance_statuses": m{"domain": "oak.example"}}}
	},
	"POST /api/v1/admin/dimensions": func(w *world) example {
		return example{body: m{"keys": []any{"languages", "sources", "servers", "space_usage", "software_versions"}, "start_at": "2026-01-01", "end_at": "2026-01-07", "limit": 5}}
	},
	"POST /api/v1/admin/retention": func(w *world) example {
		return example{body: m{"start_at": "2026-01-01", "end_at": "2026-01-07", "frequency": "day"}}
	},
}

// terms are what counts on the first site since the day that its kind names, and what will.
func (w *world) terms() {
	w.t.Helper()
	who := skein.Viewer{Site: w.ann.Site.ID, Account: w.ann.Site.Actor}
	for _, day := range []string{"2026-01-01", "2096-01-01"} {
		if err := w.n.Server.Sites.SetTerms(w.t.Context(), who, skein.Terms{Effective: day, Text: "Be kind.\n\nAlways."}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// limitedPeers makes the first site show everybody what it limits, and why.
func (w *world) limitedPeers() {
	w.t.Helper()
	all := skein.ForAll
	if _, err := w.n.Server.Sites.Update(w.t.Context(), w.ann.Site.ID, site.Settings{ShowBlocks: &all, ShowReasons: &all}); err != nil {
		w.t.Fatal(err)
	}
	kindNamed("/api/v1/admin/domain_blocks/{id}").make(w)
}

func kindNamed(prefix string) kind {
	for _, k := range kinds {
		if k.prefix == prefix {
			return k
		}
	}
	panic("no kind " + prefix)
}

func subscription() m {
	return m{"subscription": m{"endpoint": "https://push.example/a", "keys": m{
		"p256dh": "BEm_a0bdPDhf0SOsrnB2-ategf1hHoCnpXgQsFj5JCkcoMrMt2WHoPfEYOYPzOIs9mZE8ZUaD7VA5vouy0kEkr8=", "auth": "eH_C8rq2raXqlcBVDa1gLg=="}},
		"data": m{"alerts": m{"mention": true, "status": true}, "policy": "all"}}
}

// chat makes bob write to ann alone.
func (w *world) chat() {
	w.bob.Post(w.fresh("@ann psst "), "direct")
	w.n.Settle()
}

// everyNotification makes bob do to ann what one person can do to another.
func (w *world) everyNotification() {
	w.mention()
	post := w.ann.Post(w.fresh("popular "), "public")
	for _, verb := range []string{"favourite", "reblog"} {
		w.do(w.bob, "POST", "/api/v1/statuses/"+post+"/"+verb, nil)
	}
	w.do(w.bob, "PUT", "/api/v1/pleroma/statuses/"+post+"/reactions/%F0%9F%91%8D", nil)
	w.do(w.bob, "POST", "/api/v1/statuses", m{"status": "quoting", "quoted_status_id": post})
	w.do(w.ann, "PUT", "/api/v1/statuses/"+post, m{"status": w.fresh("edited ")})
	kindNamed("/api/v1/follow_requests/{id}").make(w)
	w.n.Settle()
}

// punished is somebody against whom a moderator acted.
func (w *world) punished(how string) string {
	id := w.person(w.fresh("villain")).ID
	w.do(w.root, "POST", "/api/v1/admin/accounts/"+id+"/action", m{"type": how})
	return id
}

// applicant is somebody who waits to be let in.
func (w *world) applicant() string {
	name := w.fresh("applicant")
	return w.waiting(name)
}
