package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"tarn/store/storetest"
)

// guides are the pages of docs/guide.
func guides(t *testing.T) map[string]string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(repository, "docs/guide/*.md"))
	require.NoError(t, err)
	require.Len(t, found, 4)
	pages := map[string]string{}
	for _, name := range found {
		pages[filepath.Base(name)] = page(t, filepath.Join("docs/guide", filepath.Base(name)))
	}
	return pages
}

// The guide to tests does what it says, on a server like the one that it starts.
func TestGuides_SessionsOfTestsRunAsPrinted(t *testing.T) {
	t.Parallel()
	shell := needShell(t)
	var sessions []string
	for _, block := range fenced.FindAllStringSubmatch(page(t, "docs/guide/testing-a-client.md"), -1) {
		sessions = append(sessions, strings.TrimSpace(block[1]))
	}
	require.Greater(t, len(sessions), 3)
	storetest.Run(t, func(t *testing.T, url string) {
		env := environment{"TARN_DATABASE_URL": url, "TARN_ADMIN_KEY": "secret"}
		perform(t, shell, start(t, watched(env)), env, sessions)
	})
}

// script runs a script of a page in a folder, with another address in place of its own.
func script(t *testing.T, shell, folder, text, address string) error {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	free := listener.Addr().String()
	require.NoError(t, listener.Close())
	command := exec.CommandContext(t.Context(), shell, "-c", "set -eu -o pipefail\n"+strings.ReplaceAll(text, address, free))
	command.Dir, command.Env = folder, surroundings(environment{"TARN_LISTEN": free})
	output, err := command.CombinedOutput()
	t.Logf("%s", output)
	return err
}

// kept is what a script has left in a file of its folder.
func kept(t *testing.T, folder, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	require.NoError(t, err)
	return string(text)
}

// The pipeline of the guide runs by itself: it starts a server, asks it, and stops it. When
// its tests fail, it fails, and what they asked can be read afterwards.
func TestGuides_PipelineRunsAsPrinted(t *testing.T) {
	t.Parallel()
	shell := needShell(t)
	const address = "127.0.0.1:3210"
	scripts := fenced.FindAllStringSubmatch(page(t, "docs/guide/contract-pipeline.md"), -1)
	require.Len(t, scripts, 2)
	pipeline, reading := scripts[0][1], scripts[1][1]
	require.Contains(t, pipeline, address)
	require.Contains(t, reading, address)
	folder := t.TempDir()
	installed(t, environment{}, folder)

	require.NoError(t, script(t, shell, folder, pipeline, address))
	require.Contains(t, kept(t, folder, "tarn.log"), `"path":"/api/v1/customers","status":200`)
	require.NoError(t, script(t, shell, folder, reading, address))
	require.Contains(t, kept(t, folder, "failed.json"), `"api_logs":[]`)

	refused := strings.Replace(pipeline, `"external_id":"acme"`, `"external_id":""`, 1)
	require.NotEqual(t, pipeline, refused)
	var failed *exec.ExitError
	require.ErrorAs(t, script(t, shell, folder, refused, address), &failed)
	require.NoError(t, script(t, shell, folder, reading, address))
	require.Contains(t, kept(t, folder, "failed.json"), "value_is_mandatory")
}

// The steps of the guide's workflow run, one after the other, as the build machine runs them.
func TestGuides_WorkflowRunsAsPrinted(t *testing.T) {
	t.Parallel()
	shell := needShell(t)
	_, text, found := strings.Cut(page(t, "docs/guide/contract-pipeline.md"), "```yaml\n")
	require.True(t, found)
	text, _, _ = strings.Cut(text, "```")
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Run string
				Env map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(text), &workflow))
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "tarn"), 0o700))
	installed(t, environment{}, filepath.Join(folder, "tarn"))
	whole := "make() { :; }\n" // what is built, and what is tested, is another repository's
	for _, step := range workflow.Jobs["contract"].Steps {
		for name, value := range step.Env {
			whole += "export " + name + "='" + value + "'\n"
		}
		whole += step.Run + "\n"
	}
	require.Contains(t, whole, "LAGO_API_URL='http://127.0.0.1:3000'")
	require.NoError(t, script(t, shell, folder, whole, "127.0.0.1:3000"))
	require.FileExists(t, filepath.Join(folder, "pipeline.db"))
	require.NoFileExists(t, filepath.Join(folder, "pipeline.db-wal"), "the file alone is complete")
	require.Contains(t, kept(t, folder, "tarn.log"), "shutting down")
}

// namedVariable, namedMetric, calledCommand and writtenFlag are what a page says of the
// program.
var (
	namedVariable = regexp.MustCompile(`TARN_[A-Z_]+`)
	namedMetric   = regexp.MustCompile("`((?:tarn|go|process)_[a-z_]+)`")
	calledCommand = regexp.MustCompile(`(?m)(?:bin/tarn|/tarn|[^/]\btarn) ((?:[a-z]+ )*.*)$`)
	writtenFlag   = regexp.MustCompile(`--[a-z][a-z-]+`)
)

// What the guides say of variables and flags is there.
func TestGuides_NameWhatTheProgramHas(t *testing.T) {
	t.Parallel()
	variables, flags := map[string]bool{}, map[string]bool{}
	model := kong.Must(&commandLine{}, kong.Vars{"version": "0"}).Model
	for _, command := range model.Leaves(false) {
		for _, group := range command.AllFlags(false) {
			for _, flag := range group {
				for _, variable := range flag.Envs {
					variables[variable] = true
				}
				for _, name := range append(slices.Clone(flag.Aliases), flag.Name) {
					flags[command.Path()+" --"+name] = true
				}
			}
		}
	}
	for name, text := range guides(t) {
		for _, variable := range namedVariable.FindAllString(text, -1) {
			assert.True(t, variables[variable], "%s: %s", name, variable)
		}
		for _, call := range calledCommand.FindAllStringSubmatch(text, -1) {
			words, _, _ := strings.Cut(call[1], "`")
			checkCall(t, model, name, words, flags)
		}
	}
}

// checkCall holds the flags of a call of the program against those of its command.
func checkCall(t *testing.T, model *kong.Application, page, words string, flags map[string]bool) {
	t.Helper()
	for _, command := range model.Leaves(false) {
		path := strings.TrimPrefix(command.Path(), "tarn ")
		if words != path && !strings.HasPrefix(words, path+" ") {
			continue
		}
		for _, flag := range writtenFlag.FindAllString(words, -1) {
			assert.True(t, flags[command.Path()+" "+flag], "%s: tarn %s", page, words)
		}
	}
}

// The metrics that the guide tells to watch are there from the start.
func TestGuides_NameMetricsThatAreThere(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	p.get(t, "/api/v1/taxes")
	there := string(p.get(t, "/metrics").body)
	named := namedMetric.FindAllStringSubmatch(page(t, "docs/guide/production.md"), -1)
	require.Greater(t, len(named), 5)
	for _, metric := range named {
		assert.Contains(t, there, "\n# TYPE "+metric[1]+" ", metric[1])
	}
}
