package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/openapi/spectool"
	"tarn/store/storetest"
)

// repository is the root of the source.
const repository = "../.."

// readme is what the README says.
func readme(t *testing.T) string { return page(t, "README.md") }

// page is what a page of the documents says.
func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, name))
	require.NoError(t, err)
	return string(text)
}

// fenced are the shell sessions of a page of Markdown.
var fenced = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// makeLine is a line of a session that only a checkout understands.
var makeLine = regexp.MustCompile(`(?m)^make (\S+)`)

// assignment is a variable that a session exports.
var assignment = regexp.MustCompile(`(?m)^export (\w+)=(\S+)`)

// The README's sessions do what they say, word for word, in one shell: the
// server is started with the variables of the session that starts it, and what
// is sent to the address that they name reaches the server of this test.
func TestREADME_SessionsRunAsPrinted(t *testing.T) {
	t.Parallel()
	shell := needShell(t)
	started, sessions := sessionsOf(t)
	storetest.Run(t, func(t *testing.T, url string) {
		env := environment{"TARN_DATABASE_URL": url}
		for name, value := range started {
			env[name] = value
		}
		server := start(t, watched(env))
		require.Empty(t, server.Key, "the README chooses the key")
		perform(t, shell, server, env, sessions)
	})
}

// installed puts the program where sessions expect it.
func installed(t *testing.T, env environment, folder string) {
	t.Helper()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "bin"), 0o700))
	program, err := filepath.Abs(env.path())
	require.NoError(t, err)
	require.NoError(t, os.Symlink(program, filepath.Join(folder, "bin", "tarn")))
}

// perform runs sessions one after the other, in one shell, and holds what each step has
// said against its words. What they send to the usual address reaches the server.
func perform(t *testing.T, shell string, server *program, env environment, sessions []string) {
	t.Helper()
	installed(t, env, server.command.Dir)
	script := "set -eu -o pipefail\n"
	var steps []string
	for _, session := range sessions {
		for step := range strings.SplitSeq(session, "\n\n") {
			script += fmt.Sprintf("echo '%s'\n%s\n", mark, step)
			steps = append(steps, step)
		}
	}
	env["TARN_LISTEN"] = strings.TrimPrefix(server.URL, "http://")
	env["CURL_HOME"] = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(env["CURL_HOME"], ".curlrc"), fmt.Appendf(nil,
		"connect-to = \"127.0.0.1:3000:%s\"\nwrite-out = \"%%{stderr}\\n%s%%{http_code} %%{method} %%{url}\\n\"\n", env["TARN_LISTEN"], answered), 0o600))
	command := exec.CommandContext(t.Context(), shell, "-c", script)
	command.Dir, command.Env = server.command.Dir, surroundings(env)
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)

	said := strings.Split(string(output), mark+"\n")[1:]
	require.Len(t, said, len(steps))
	for i, step := range steps {
		checkStep(t, step, said[i])
	}
}

// The marks by which a transcript is read: where a step begins, and a status.
const (
	mark     = "=== step"
	answered = "=== answered "
)

// promises are what steps say that can be seen in their answers.
var promises = map[string]string{
	"125 cents":            `"amount_cents": 125`,
	"at midnight in Paris": `"from_datetime": "2026-01-31T23:00:00Z"`,
	"names the field":      `"field_name":["value_is_mandatory"]`,
	"paid already":         `"prepaid_credit_amount_cents": 4900`,
	"watch it be canceled": `"cancellation_reason": "payment_failed"`,
}

// checkStep holds what a step has said against its words: every request
// succeeds, except the last of a step that says that it is refused.
func checkStep(t *testing.T, step, said string) {
	t.Helper()
	statuses := regexp.MustCompile(answered+`(\d+)`).FindAllStringSubmatch(said, -1)
	require.Len(t, statuses, strings.Count(step, "curl "), "%s\n%s", step, said)
	for i, status := range statuses {
		code, err := strconv.Atoi(status[1])
		require.NoError(t, err)
		if refused := strings.Contains(step, "be refused") || strings.Contains(step, "is refused"); refused && i == len(statuses)-1 {
			assert.Equal(t, 422, code, "%s\n%s", step, said)
			continue
		}
		assert.Contains(t, []int{200, 201}, code, "%s\n%s", step, said)
	}
	for words, seen := range promises {
		if strings.Contains(step, words) {
			assert.Contains(t, said, seen, step)
		}
	}
}

// sessionsOf reads the sessions of the README: the variables that are exported
// before the server is started, and the sessions that talk to it. What names
// targets of the Makefile is left out; the targets must be there.
func sessionsOf(t *testing.T) (started environment, sessions []string) {
	t.Helper()
	makefile, err := os.ReadFile(filepath.Join(repository, "Makefile"))
	require.NoError(t, err)
	text := readme(t)
	for _, block := range fenced.FindAllStringSubmatch(text, -1) {
		targets := makeLine.FindAllStringSubmatch(block[1], -1)
		for _, target := range targets {
			require.Contains(t, string(makefile), "\n"+target[1]+":")
			if target[1] != "run" {
				continue
			}
			started = environment{}
			for _, variable := range assignment.FindAllStringSubmatch(block[1], -1) {
				started[variable[1]] = variable[2]
			}
		}
		if len(targets) == 0 {
			sessions = append(sessions, strings.TrimSpace(block[1]))
		}
	}
	require.Contains(t, started, "TARN_API_KEY")
	require.Contains(t, started, "TARN_ADMIN_KEY")
	require.GreaterOrEqual(t, len(sessions), 4)
	for words := range promises {
		require.Contains(t, strings.Join(sessions, "\n"), words)
	}
	return started, sessions
}

// needShell returns the shell, once what the sessions use is there. Without it
// the test is skipped, or fails where TARN_REQUIRE_SHELL=1 says that there must
// be all of it.
func needShell(t *testing.T) string {
	t.Helper()
	var shell string
	for _, name := range []string{"curl", "jq", "bash"} {
		path, err := exec.LookPath(name)
		switch {
		case err == nil:
			shell = path
		case os.Getenv("TARN_REQUIRE_SHELL") == "1":
			t.Fatalf("%s was not found in PATH, and TARN_REQUIRE_SHELL=1", name)
		default:
			t.Skipf("SKIPPED, the README's sessions are NOT tested: %s was not found in PATH", name)
		}
	}
	return shell
}

// setting is a line of the README's table of configuration: a variable, and its default
// where that is a value.
var setting = regexp.MustCompile("(?m)^\\| `(TARN_[A-Z_]+)` \\| (?:`([^`]*)` )?")

// The README's table has every variable that the server reads, with its default.
func TestREADME_HasEveryVariable(t *testing.T) {
	t.Parallel()
	commands := kong.Must(&commandLine{}, kong.Vars{"version": "0"}).Model.Children
	serve := commands[slices.IndexFunc(commands, func(node *kong.Node) bool { return node.Name == "serve" })]
	read := map[string]string{}
	for _, flag := range serve.Flags {
		for _, variable := range flag.Envs {
			read[variable] = flag.Default
			if flag.Target.Kind() == reflect.Bool {
				read[variable] = "false"
			}
		}
	}
	told := map[string]string{}
	for _, line := range setting.FindAllStringSubmatch(readme(t), -1) {
		told[line[1]] = line[2]
	}
	require.Equal(t, read, told)
}

// area is a line of the README's table of what works: its name, its tags, and
// the number of operations that work, of all.
var area = regexp.MustCompile(`(?m)^\| ([A-Z]\w+) \| ([a-z_, ]*)\| (\d+) of (\d+) \|$`)

// The README's table says what "tarn spec coverage" says.
func TestREADME_SaysWhatWorks(t *testing.T) {
	t.Parallel()
	report, err := spectool.Coverage(repository)
	require.NoError(t, err)
	works, all := map[string]int{}, map[string]int{}
	for _, handler := range report.Handlers {
		all[handler.Operation.Tag]++
		if handler.State == spectool.Implemented {
			works[handler.Operation.Tag]++
		}
	}
	lines := area.FindAllStringSubmatch(readme(t), -1)
	require.NotEmpty(t, lines)
	named := map[string]bool{}
	for _, line := range lines {
		tags := strings.FieldsFunc(line[2], func(r rune) bool { return r == ',' || r == ' ' })
		if line[1] == "All" {
			assert.Equal(t, fmt.Sprintf("%d of %d", report.Count(spectool.Implemented), len(report.Handlers)), line[3]+" of "+line[4], line[1])
			continue
		}
		var worksHere, allHere int
		for _, tag := range tags {
			require.False(t, named[tag], "%s is in two areas", tag)
			named[tag] = true
			worksHere += works[tag]
			allHere += all[tag]
		}
		assert.Equal(t, fmt.Sprintf("%d of %d", worksHere, allHere), line[3]+" of "+line[4], line[1])
	}
	for tag := range all {
		require.True(t, named[tag], "%s is in no area", tag)
	}
	require.Equal(t, "All", lines[len(lines)-1][1])
}
