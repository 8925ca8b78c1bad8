//! Owns the proof that the README's programs work as they stand there, in a package of a user's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MANIFEST: &str = r#"
[package]
name = "readme"
edition = "2024"
[dependencies]
predict-schemata = { path = "PATH" }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
[[bin]]
name = "readme-0"
path = "program-0.rs"
[[bin]]
name = "readme-1"
path = "program-1.rs"
[profile.dev]
debug = "line-tables-only"
[workspace]
"#;

#[test]
#[ignore = "needs a running server: PREDICT_SCHEMATA_URL and PREDICT_SCHEMATA_TOKEN"]
fn programs_of_the_readme_run() {
    let of_server = |name| std::env::var(name).unwrap_or_else(|_| panic!("expected {name} of a running server"));
    let (url, token) = (of_server("PREDICT_SCHEMATA_URL"), of_server("PREDICT_SCHEMATA_TOKEN"));
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(here.join("README.md")).unwrap();
    let programs: Vec<&str> = readme
        .split("```rust,no_run\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .filter(|program| program.contains("fn main"))
        .collect();
    let folder = user_package(here);
    for (index, program) in programs.iter().enumerate() {
        let program = program.replace("http://127.0.0.1:8080", &url).replace("TOKEN", &token);
        fs::write(folder.join(format!("program-{index}.rs")), program).unwrap();
    }
    let outputs: Vec<String> = (0..programs.len()).map(|index| run(&folder, index)).collect();
    assert_eq!(outputs.len(), 2);
    assert!(outputs[0].contains("untrained"), "{}", outputs[0]);
    assert_eq!(outputs[0].matches("\n512 [").count(), 3, "{}", outputs[0]);
    assert_eq!(outputs[1], "512\n512\n");
}

/// A folder with a clip, that takes this crate with the versions that it is tested with.
fn user_package(here: &Path) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    fs::create_dir_all(&folder).unwrap();
    let clip = here.join("../../fixtures/hear/cough-like-16khz-s16.wav");
    fs::copy(clip, folder.join("clip.wav")).unwrap();
    fs::copy(here.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let manifest = MANIFEST.replace("PATH", here.to_str().unwrap());
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    folder
}

fn run(folder: &Path, index: usize) -> String {
    // Where this test is built, so that what both need is built once.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--bin", &format!("readme-{index}"), "--target-dir"])
        .arg(target)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
