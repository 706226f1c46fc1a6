package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"tarn/audit"
	"tarn/openapi/spectool"
	"tarn/server/edge"
)

// replayReport says what of the recorded requests and answers another version
// of the contract would refuse.
type replayReport struct {
	// Version is the version that they were held against.
	Version spectool.Version `json:"version"`
	// Replayed is how many logs were read, Requests and Answers how many of
	// their requests and answers were judged.
	Replayed int `json:"replayed"`
	Requests int `json:"requests"`
	Answers  int `json:"answers"`
	// NotJudged counts what was not, by the reason.
	NotJudged map[string]int `json:"not_judged,omitempty"`
	// Findings are what would no longer be valid, by operation and client.
	Findings []replayResult `json:"findings"`

	current, next *edge.Checker
	found         map[replayFinding]*replayCount
}

// replayFinding is one reason for which something would no longer be valid.
type replayFinding struct {
	// Operation is the identifier in the contract that is served.
	Operation string `json:"operation"`
	// Client is the User-Agent.
	Client string `json:"client"`
	// Part is "request" or "answer".
	Part string `json:"part"`
	// Why names the field and what is wrong with it.
	Why string `json:"why"`
}

// replayCount says how often that was so.
type replayCount struct {
	Count int `json:"count"`
	// Last is when it was so last, in the request of this identifier.
	Last    time.Time `json:"last"`
	Request string    `json:"request_id"`
}

// replayResult is a finding with its count.
type replayResult struct {
	replayFinding
	replayCount
}

// The reasons for which something is not judged.
const (
	notInContract   = "requests for paths that the contract does not have"
	alreadyRefused  = "requests that were refused"
	alreadyInvalid  = "requests or answers that are invalid by the current version too"
	hasFiltered     = "bodies with filtered secrets"
	tooLargeForLogs = "bodies larger than the log keeps"
	notJSON         = "bodies that are no JSON"
)

// judge holds one recorded request and its answer against both versions.
func (r *replayReport) judge(one recorded) {
	r.Replayed++
	was, known := r.current.Find(one.below(), one.methods()...)
	if !known || one.foundNothing() {
		r.skip(notInContract)
		return
	}
	is, still := r.next.Find(one.below(), was.Method)
	if place := r.next.Place(was.ID()); !still || is.ID() != was.ID() && (place != "" || !is.SamePlace(was)) {
		// Where another operation takes the path, it is not the one that was meant.
		why := "the operation is gone"
		if place != "" {
			why = "the operation has moved to " + place
		}
		r.find(one, was, "request", why)
		return
	}
	r.judgeRequest(one, was, is)
	r.judgeAnswer(one, was, is)
}

// judgeRequest holds a request that was not refused against both versions.
func (r *replayReport) judgeRequest(one recorded, was, is edge.Recorded) {
	if one.Status >= http.StatusBadRequest {
		r.skip(alreadyRefused)
		return
	}
	if one.hasBody() {
		if why := was.LostBody(is); why != "" {
			r.Requests++
			r.find(one, was, "request", why)
			return
		}
	}
	if body, ok := r.whole(one.Body); ok {
		r.Requests++
		r.compare(one, was, "request", was.Request(body), is.Request(body))
	}
}

// judgeAnswer holds an answer against both versions: its status, and its body if
// there is one.
func (r *replayReport) judgeAnswer(one recorded, was, is edge.Recorded) {
	if why := was.LostAnswer(is, one.Status); why != "" {
		r.Answers++
		r.find(one, was, "answer", why)
		return
	}
	if answer, ok := r.whole(one.Answer); ok && len(answer) > 0 {
		r.Answers++
		r.compare(one, was, "answer", was.Answer(one.Status, answer), is.Answer(one.Status, answer))
	}
}

// compare notes what is wrong by the next version and was not by the current.
func (r *replayReport) compare(one recorded, op edge.Recorded, part string, before, after []string) {
	if len(before) > 0 {
		r.skip(alreadyInvalid)
	}
	for _, why := range after {
		if !slices.Contains(before, why) {
			r.find(one, op, part, why)
		}
	}
}

// whole is a body as it was sent; not where the log keeps something in its
// place, which must not be judged as if it had been sent.
func (r *replayReport) whole(body json.RawMessage) (json.RawMessage, bool) {
	var summary struct {
		Omitted *string `json:"omitted"`
		Size    *int64  `json:"size"`
	}
	switch trimmed := bytes.TrimSpace(body); {
	case len(trimmed) == 0 || string(trimmed) == "null":
		return nil, true
	case trimmed[0] == '"':
		r.skip(notJSON)
		return nil, false
	case bytes.Contains(body, []byte(audit.Filtered)):
		r.skip(hasFiltered)
		return nil, false
	case json.Unmarshal(body, &summary) == nil && summary.Omitted != nil && summary.Size != nil:
		r.skip(tooLargeForLogs)
		return nil, false
	}
	return body, true
}

// noSuchPath is the code that answers a request for a path without an operation.
const noSuchPath = "resource_not_found"

// foundNothing reports whether the request was for a path without an operation, as its
// answer says.
func (r recorded) foundNothing() bool {
	var answer struct {
		Code string `json:"code"`
	}
	return r.Status == http.StatusNotFound && json.Unmarshal(r.Answer, &answer) == nil && answer.Code == noSuchPath
}

// hasBody reports whether the request is known to have had a body. Logs show an
// empty object where there was none.
func (r recorded) hasBody() bool {
	body := string(bytes.TrimSpace(r.Body))
	return body != "" && body != "null" && body != "{}"
}

func (r *replayReport) skip(reason string) {
	if r.NotJudged == nil {
		r.NotJudged = map[string]int{}
	}
	r.NotJudged[reason]++
}

func (r *replayReport) find(one recorded, op edge.Recorded, part, why string) {
	key := replayFinding{Operation: op.ID(), Client: cmp.Or(one.Client, "(none)"), Part: part, Why: why}
	count := r.found[key]
	if count == nil {
		count = &replayCount{}
		r.found[key] = count
	}
	count.Count++
	if !one.LoggedAt.Before(count.Last) {
		count.Last, count.Request = one.LoggedAt, one.RequestID
	}
}

// settle puts the findings in order: by operation and client, the most frequent
// first.
func (r *replayReport) settle() {
	r.Findings = []replayResult{}
	for finding, count := range r.found {
		r.Findings = append(r.Findings, replayResult{finding, *count})
	}
	slices.SortFunc(r.Findings, func(a, b replayResult) int {
		return cmp.Or(
			strings.Compare(a.Operation, b.Operation), strings.Compare(a.Client, b.Client),
			b.Count-a.Count, strings.Compare(a.Part, b.Part), strings.Compare(a.Why, b.Why),
		)
	})
}

// Print writes the report for people.
func (r *replayReport) Print(w io.Writer, options spectool.PrintOptions) {
	bullet, nested := "  ", "    "
	if options.Markdown {
		bullet, nested = "- ", "  - "
	}
	fmt.Fprintf(w, "Held against %s: %d logs, %d requests and %d answers judged, %d reasons to fail\n", r.Version, r.Replayed, r.Requests, r.Answers, len(r.Findings))
	operation, client := "", ""
	for _, f := range r.Findings {
		if f.Operation != operation {
			heading := f.Operation
			if options.Markdown {
				heading = "### " + heading
			}
			fmt.Fprintf(w, "\n%s\n", heading)
			operation, client = f.Operation, ""
		}
		if f.Client != client {
			fmt.Fprintf(w, "%s%s\n", bullet, f.Client)
			client = f.Client
		}
		fmt.Fprintf(w, "%s%s: %s (%d times, last %s, %s)\n", nested, f.Part, f.Why, f.Count, f.Last.UTC().Format(time.RFC3339), f.Request)
	}
	switch {
	case r.Replayed == 0:
		fmt.Fprintln(w, "\nThere are no logs to replay, so this says nothing of that version.")
	case r.Requests+r.Answers == 0 && len(r.Findings) == 0:
		fmt.Fprintln(w, "\nNone of the logs could be judged, so this says nothing of that version.")
	}
	if len(r.NotJudged) > 0 {
		fmt.Fprintln(w, "\nNot judged")
	}
	for _, reason := range slices.Sorted(maps.Keys(r.NotJudged)) {
		fmt.Fprintf(w, "%s%d %s\n", bullet, r.NotJudged[reason], reason)
	}
}
