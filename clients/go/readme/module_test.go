package readme

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"predict-schemata.example/predict/generated"
)

const module = "predict-schemata.example/predict"

// TestModule publishes the module to a proxy that is a folder, where the go command finds its release and checks it as any other.
func TestModule(t *testing.T) {
	proxy := t.TempDir()
	release := filepath.Join(proxy, filepath.FromSlash(module), "@v")
	if err := os.MkdirAll(release, 0o700); err != nil {
		t.Fatal(err)
	}
	version := "v" + generated.Version
	write(t, filepath.Join(release, version+".info"), `{"Version":"`+version+`"}`)
	goMod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(release, version+".mod"), string(goMod))
	writeZip(t, filepath.Join(release, version+".zip"), module+"@"+version+"/")

	folder := t.TempDir()
	write(t, filepath.Join(folder, "go.mod"), "module example.test/user\n\ngo 1.19\n")
	write(t, filepath.Join(folder, "main.go"), "package main\n\nimport (\n\t\"fmt\"\n\n\t\""+module+"\"\n)\n\n"+
		"func main() { fmt.Println(predict.Server(\"http://host/\").BaseURL) }\n")
	kept, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{{"get", module + "@" + version}, {"mod", "verify"}, {"run", "."}} {
		command := exec.Command("go", arguments...)
		command.Dir = folder
		command.Env = append(os.Environ(),
			// What the module needs is at hand since this one was built; a cache of its own, so that the release is not kept.
			"GOPROXY=file://"+filepath.ToSlash(proxy)+",file://"+filepath.ToSlash(strings.TrimSpace(string(kept)))+"/cache/download",
			"GOMODCACHE="+filepath.Join(proxy, "cache"), "GOFLAGS=-modcacherw -buildvcs=false", "GOSUMDB=off")
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("go %v: %v\n%s", arguments, err, output)
		}
		if arguments[0] == "get" {
			expectLicence(t, filepath.Join(proxy, "cache", filepath.FromSlash(module)+"@"+version))
		}
		if arguments[0] == "run" && string(output) != "http://host\n" {
			t.Errorf("expected what the package says, got %s", output)
		}
	}
}

// expectLicence looks where the go command keeps the module, and tools look for its licence.
func expectLicence(t *testing.T, folder string) {
	t.Helper()
	want, err := os.ReadFile("../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(folder, "LICENSE"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("expected the licence of the repository in the module, got %d bytes of another", len(got))
	}
}

// writeZip packs the module's folder as the go command asks for it.
func writeZip(t *testing.T, path, prefix string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	packed := zip.NewWriter(file)
	err = fs.WalkDir(os.DirFS(".."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			return err
		}
		one, err := packed.Create(prefix + name)
		if err != nil {
			return err
		}
		_, err = one.Write(content)
		return err
	})
	if err == nil {
		err = packed.Close()
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}
