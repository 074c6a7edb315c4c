//! A tree in a temporary folder, and the program run over it in an environment that holds nothing of the developer's.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A page that `asset-host` finds fault with.
pub const BAD_PAGE: &str = "<script src=\"https://cdn.evil-corp.net/x.js\"></script>\n";

/// A tree.
pub struct Tree {
    folder: TempDir,
}

/// What the program said.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Tree {
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("congruent-").tempdir().expect("a temporary folder");
        fs::create_dir_all(folder.path().join("home")).expect("created");
        fs::create_dir_all(folder.path().join("tree")).expect("created");
        Self { folder }
    }

    /// A tree that is a git working tree.
    pub fn git() -> Self {
        let tree = Self::new();
        tree.run_git(&["init", "--quiet"]);
        tree
    }

    /// The root, without links in its path.
    pub fn root(&self) -> PathBuf {
        fs::canonicalize(self.folder.path()).expect("there").join("tree")
    }

    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root().join(path)
    }

    /// Where configuration of the user would be.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Writes a file, and the folders that it needs.
    pub fn file(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        fs::write(path, content).expect("written");
        self
    }

    pub fn run_git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        self.scrub(&mut command).current_dir(self.root()).args(arguments);
        let output = command.output().expect("git is installed");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn scrub<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env_clear().env("HOME", self.home()).env("XDG_CONFIG_HOME", self.home().join(".config")).env("GIT_CONFIG_NOSYSTEM", "1");
        // The program's own search path and what Windows programs need to start.
        for name in ["PATH", "SYSTEMROOT", "TEMP", "TMP"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command
    }

    /// The program, not started yet, with the root as its working directory.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_congruent"));
        self.scrub(&mut command).current_dir(self.root()).args(arguments).stdin(Stdio::null());
        command
    }

    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Run {
        let output = self.command(arguments).output().expect("started");
        Run {
            code: output.status.code().expect("not killed by a signal"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8_lossy(&output.stderr).replace('\\', "/"),
        }
    }

    /// `check --format json` with these arguments: the exit code and the report.
    pub fn check(&self, arguments: &[&str]) -> (i32, Value) {
        let run = self.run(&[&["check", "--format", "json"], arguments].concat());
        (run.code, serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr)))
    }

    /// The files that are read.
    pub fn shown_files(&self, arguments: &[&str]) -> Vec<String> {
        self.run(&[&["check", "--show-files"], arguments].concat()).stdout.lines().map(str::to_owned).collect()
    }
}

/// `path: reason` of everything that was not read.
pub fn skipped(report: &Value) -> Vec<String> {
    let skipped = report["checked"]["skipped"].as_array().expect("an array");
    skipped.iter().map(|file| format!("{}: {}", file["path"].as_str().unwrap(), file["reason"].as_str().unwrap())).collect()
}

/// `path:line:column rule` of every finding.
pub fn findings(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("an array");
    let show = |finding: &Value| {
        format!("{}:{}:{} {}", finding["path"].as_str().unwrap(), finding["line"], finding["column"], finding["rule"].as_str().unwrap())
    };
    findings.iter().map(show).collect()
}
