package main

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// image is what the Dockerfile says of the image that it makes.
type image struct {
	env  environment
	user uint32
	// runs and health are what it runs, and how it is asked whether it is ready.
	runs, health []string
	// made is where it is laid out, and volume where its data are.
	made, volume string
}

// imageOf reads the Dockerfile.
func imageOf(t *testing.T) image {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "Dockerfile"))
	require.NoError(t, err)
	one := image{env: environment{}}
	_, last, found := strings.Cut(string(text), "\nFROM scratch\n")
	require.True(t, found, "the image holds nothing else")
	one.made = regexp.MustCompile(`(?m)^RUN make build image IMAGE=(\S+)`).FindStringSubmatch(string(text))[1]
	require.Contains(t, last, "COPY --from=build "+one.made+" /\n")
	for line := range strings.Lines(last) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "ENV":
			name, value, _ := strings.Cut(rest, "=")
			one.env[name] = value
		case "USER":
			user, _, _ := strings.Cut(rest, ":")
			number, err := strconv.ParseUint(user, 10, 32)
			require.NoError(t, err)
			one.user = uint32(number)
		case "VOLUME":
			one.volume = rest
		case "HEALTHCHECK":
			_, command, _ := strings.Cut(rest, "CMD ")
			require.NoError(t, json.Unmarshal([]byte(command), &one.health))
		case "ENTRYPOINT", "CMD":
			var words []string
			require.NoError(t, json.Unmarshal([]byte(rest), &words))
			one.runs = append(one.runs, words...)
		}
	}
	return one
}

// within is a command of the image: nothing but the image's files and variables, and a
// user who owns nothing.
func (one image) within(t *testing.T, root string, words []string, listen string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), words[0], words[1:]...)
	command.Dir = "/"
	for name, value := range one.env {
		if name == "TARN_LISTEN" {
			value = listen
		}
		command.Env = append(command.Env, name+"="+value)
	}
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: one.user, Gid: one.user}}
	return command
}

// What the Dockerfile lays out runs with nothing around it: the same steps, in another
// root instead of a container.
func TestDockerfile_RunsFromScratch(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("SKIPPED, the image is NOT tested: only root can change the root")
	}
	one, root := imageOf(t), t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(root), 0o755)) //nolint:gosec // another user goes through it
	require.NoError(t, os.Chmod(root, 0o755))               //nolint:gosec // likewise
	steps := []string{"-C", repository, "IMAGE=" + root, "image", "BIN=" + filepath.Dir(os.Getenv(builtProgram))}
	if os.Getenv(builtProgram) == "" {
		steps = []string{"-C", repository, "IMAGE=" + root, "build", "image", "BIN=" + t.TempDir()}
	}
	made, err := exec.CommandContext(t.Context(), "make", steps...).CombinedOutput()
	require.NoError(t, err, "%s", made)
	require.DirExists(t, filepath.Join(root, one.volume))

	p := &program{
		command: one.within(t, root, one.runs, "127.0.0.1:0"), client: &http.Client{Transport: &http.Transport{}},
		output: newTranscript(), log: newTranscript(), exited: make(chan struct{}),
	}
	p.command.Stdout, p.command.Stderr = p.output, p.log
	p.begin(t)
	p.greeted(t)
	p.do(t, http.StatusOK, http.MethodPost, "/api/v1/customers", `{"customer":{"external_id":"acme","timezone":"Asia/Tokyo"}}`)
	require.FileExists(t, filepath.Join(root, one.env["TARN_DATABASE_URL"]))
	listens := strings.TrimPrefix(p.URL, "http://")
	said, err := one.within(t, root, one.health, listens).CombinedOutput()
	require.NoError(t, err, "%s", said)
	require.Zero(t, p.stop(t))
	said, err = one.within(t, root, one.health, listens).CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(said), "no server answers")
}
