package spectool

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Webhook is a type of webhooks that the contract has, with where the source tells of it.
type Webhook struct {
	// Type is its name, such as customer.created.
	Type string
	// File is where the name stands in the room that sends webhooks, below the root;
	// empty where nothing tells of it.
	File string
}

// Triggered reports whether nothing in the source brings it about, so that only
// administration sets it off.
func (w Webhook) Triggered() bool { return filepath.Base(w.File) == "trigger.go" }

// webhookTypes are the types of webhooks that a document has, in its order.
func webhookTypes(document *yaml.Node) []string {
	var types []string
	for _, op := range operations(document) {
		if !op.IsWebhook() {
			continue
		}
		body := lookup(op.node, "requestBody", "content", "application/json", "schema", "properties", "webhook_type", "enum")
		types = append(types, scalarList(body)...)
	}
	return types
}

// webhooksOf finds where the source under root tells of the webhooks of a document. The
// names are looked for as texts: the tree need not compile.
func webhooksOf(root string, document *yaml.Node) ([]Webhook, error) {
	sources, err := subjectSources(root)
	if err != nil {
		return nil, err
	}
	var webhooks []Webhook
	for _, name := range webhookTypes(document) {
		webhook := Webhook{Type: name}
		for _, source := range sources {
			if strings.Contains(source.text, strconv.Quote(name)) {
				webhook.File = source.file
				break
			}
		}
		webhooks = append(webhooks, webhook)
	}
	slices.SortStableFunc(webhooks, func(a, b Webhook) int { return strings.Compare(a.Type, b.Type) })
	return webhooks, nil
}

// subjectSource is a file that tells of events.
type subjectSource struct{ file, text string }

// subjectSources are the files of the room that sends webhooks which say what can happen;
// those that tarn brings about come first. There are none where there is no such room.
func subjectSources(root string) ([]subjectSource, error) {
	files, err := filepath.Glob(filepath.Join(root, "notify", "subjects_*.go"))
	if err != nil {
		return nil, fmt.Errorf("find the sources of webhooks: %w", err)
	}
	var sources []subjectSource
	for _, file := range append(files, filepath.Join(root, "notify", "trigger.go")) {
		content, err := os.ReadFile(file) //nolint:gosec // a source of the repository
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the sources of webhooks: %w", err)
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return nil, fmt.Errorf("name %s: %w", file, err)
		}
		sources = append(sources, subjectSource{file: filepath.ToSlash(name), text: string(content)})
	}
	return sources, nil
}

// printWebhooks says how many types of webhooks are sent, and names the others.
func (r CoverageReport) printWebhooks(w io.Writer) {
	if len(r.Webhooks) == 0 {
		return
	}
	var triggered, missing []string
	for _, webhook := range r.Webhooks {
		switch {
		case webhook.File == "":
			missing = append(missing, webhook.Type)
		case webhook.Triggered():
			triggered = append(triggered, webhook.Type)
		}
	}
	fmt.Fprintf(w, "\nwebhooks: %d types, %d sent when they happen, %d set off by administration, %d missing\n",
		len(r.Webhooks), len(r.Webhooks)-len(triggered)-len(missing), len(triggered), len(missing))
	printTypes(w, "set off by administration", triggered)
	printTypes(w, "missing", missing)
}

// printTypes names types of webhooks under a title, if there are any.
func printTypes(w io.Writer, title string, types []string) {
	if len(types) > 0 {
		fmt.Fprintf(w, "  %s: %s\n", title, strings.Join(types, ", "))
	}
}
