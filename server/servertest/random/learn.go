package random

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tarn/server/servertest/contracts"
)

// linksInAnswers are addresses of pages and documents.
var linksInAnswers = regexp.MustCompile(`http://world(/[a-z_/]+/⟦[0-9.]+⟧)`)

// Learn takes what can be used from the answer to a request.
func (g *Generator) Learn(request Request, answer Answer) {
	step := g.asked
	g.asked = nil
	if answer.Status == http.StatusUnauthorized && strings.HasPrefix(request.Target, "/api/v1/") {
		g.locked = true
	}
	if answer.Status >= http.StatusMultipleChoices {
		return
	}
	var decoded any
	if json.Unmarshal([]byte(answer.Body), &decoded) != nil {
		return
	}
	if request.Number == 1 {
		g.organization, _ = found(decoded, "organization.id")
	}
	if now, known := found(decoded, "clock.now"); known && strings.HasSuffix(strings.TrimSuffix(request.Target, "/clock"), g.organization) {
		if at, err := time.Parse(time.RFC3339Nano, now); err == nil {
			g.now = at
		}
	}
	if step != nil {
		for name, path := range step.Save {
			if value, known := found(decoded, path); known {
				g.saved[name] = value
			}
		}
	}
	if request.Target == "/admin/organizations" || strings.HasPrefix(request.Target, "/admin/organizations?") {
		return // those of other episodes
	}
	for _, match := range linksInAnswers.FindAllStringSubmatch(answer.Body, -1) {
		if !slices.Contains(g.links, match[1]) {
			g.links = append(g.links, match[1])
		}
	}
	operation, _ := contracts.Find(g.operations, request.Method, request.Target)
	g.learned.Learn(operation.Listed(), []byte(answer.Body))
}

// found is the text at a path of names and indices with dots between.
func found(value any, path string) (string, bool) {
	for name := range strings.SplitSeq(path, ".") {
		switch container := value.(type) {
		case map[string]any:
			value = container[name]
		case []any:
			at, err := strconv.Atoi(name)
			if err != nil || at >= len(container) {
				return "", false
			}
			value = container[at]
		default:
			return "", false
		}
	}
	content, is := value.(string)
	return content, is
}

// sorted are the names of members in their order.
func sorted[T any](members map[string]T) []string { return slices.Sorted(maps.Keys(members)) }
