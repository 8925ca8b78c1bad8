// Package readme owns the proof that the README's programs work as they stand there, in a module that requires this one.
package readme

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	server = flag.String("server", "", "base URL of a running server")
	token  = flag.String("token", "", "its token")
	blocks = regexp.MustCompile("(?s)<!-- test(: compile)? -->\n```go\n(.*?)```")
)

func TestPrograms(t *testing.T) {
	if *server == "" {
		t.Skip("needs a running server: -server URL -token TOKEN")
	}
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	programs := blocks.FindAllStringSubmatch(string(text), -1)
	wants := []string{"untrained)\n512 [", "512\n512\n", ""}
	if len(programs) != len(wants) {
		t.Fatalf("expected %d marked programs in the README, got %d", len(wants), len(programs))
	}
	for index, program := range programs {
		folder := userModule(t)
		code := strings.NewReplacer("http://127.0.0.1:8080", *server, `"TOKEN"`, `"`+*token+`"`).Replace(program[2])
		write(t, filepath.Join(folder, "main.go"), code)
		verb := "run"
		if program[1] != "" {
			verb = "vet"
		}
		command := exec.Command("go", verb, "-mod=mod", ".")
		command.Dir = folder
		output, err := command.CombinedOutput()
		if err != nil || !strings.Contains(string(output), wants[index]) {
			t.Errorf("program %d: %v\n%s", index, err, output)
		}
	}
}

// userModule is a folder of a user's, with a clip and this module as the README says to take it.
func userModule(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	here, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		"../../../fixtures/hear/cough-like-16khz-s16.wav": "clip.wav",
		"../go.sum": "go.sum",
	} {
		content, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, to), string(content))
	}
	write(t, filepath.Join(folder, "go.mod"), "module example.test/user\n\ngo 1.19\n\n"+
		"require predict-schemata.example/predict v1.0.0\n\n"+
		"replace predict-schemata.example/predict => "+here+"\n")
	return folder
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
