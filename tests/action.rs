//! What the GitHub Action runs, with another program in congruent's place that says how it was called.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Prints its arguments, one a line, writes the SARIF file that it is told to, and ends as if there were findings.
const CONGRUENT: &str =
    "#!/bin/bash\nfor a in \"$@\"; do echo \"[$a]\"; case \"$a\" in sarif:*) echo '{}' >\"${a#sarif:}\";; esac; done\nexit 1\n";

struct Runner {
    folder: tempfile::TempDir,
}

struct Ran {
    code: i32,
    stdout: String,
    /// What the later steps are told.
    told: String,
}

impl Runner {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let runner = Self { folder };
        for path in ["bin", "temp", "work", "home"] {
            fs::create_dir(runner.path(path)).expect("created");
        }
        runner.program("congruent", CONGRUENT);
        runner
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn program(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("set");
    }

    fn command(&self, program: &str, work: &str) -> Command {
        let mut command = Command::new(program);
        let search = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").expect("a search path"));
        command.env_clear().env("PATH", search).env("HOME", self.path("home")).env("GIT_CONFIG_NOSYSTEM", "1");
        command.current_dir(self.path(work));
        command
    }

    fn git(&self, work: &str, arguments: &[&str]) -> String {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@h.test", "-c", "protocol.file.allow=always"];
        let output = self.command("git", work).args(identity).args(arguments).output().expect("git is installed");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
    }

    fn run(&self, work: &str, variables: &[(&str, &str)]) -> Ran {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/action/check.sh");
        let (output, summary) = (self.path("output"), self.path("summary"));
        fs::write(&output, "").expect("written");
        let mut command = self.command("bash", work);
        command.arg(script).env("GITHUB_OUTPUT", &output).env("GITHUB_STEP_SUMMARY", &summary);
        command.env("RUNNER_TEMP", self.path("temp")).env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64");
        command.env("ACTION_PATH", self.path("action")).env("ACTION_REPOSITORY", "someone/congruent");
        command.env("GITHUB_SHA", "0").env("GITHUB_SERVER_URL", "https://github.com").env("INPUT_BINARY", self.path("congruent"));
        for name in ["BASE_SHA", "INPUT_ARGS", "INPUT_NEW_ONLY", "INPUT_SHA256", "INPUT_TOKEN", "INPUT_TRUSTED_POLICY"] {
            command.env(name, "");
        }
        command.env("INPUT_PATHS", ".").env("INPUT_VERSION", "0.1.0").envs(variables.iter().copied());
        let ran = command.output().expect("bash is installed");
        let stdout = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
        Ran { code: ran.status.code().expect("not killed"), stdout, told: fs::read_to_string(output).expect("there") }
    }
}

#[test]
fn what_is_chosen_is_one_word_each_and_the_exit_code_is_kept_for_later() {
    let runner = Runner::new();
    let hostile = "a b;touch pwned\n$(touch pwned)\n\n`touch pwned`";
    let ran = runner.run("work", &[("INPUT_PATHS", hostile), ("INPUT_ARGS", "--fail-on=warning\n--select=a b")]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    for word in ["[--fail-on=warning]", "[--select=a b]", "[--]", "[a b;touch pwned]", "[$(touch pwned)]", "[`touch pwned`]"] {
        assert!(ran.stdout.contains(word), "{word}: {}", ran.stdout);
    }
    assert!(!runner.path("work/pwned").exists() && !ran.stdout.contains("[]"));
    let sarif = runner.path("temp/congruent.sarif");
    assert_eq!(ran.told, format!("exit-code=1\nsarif={}\n", sarif.display()));
    // What could not be checked at all has no log to upload, and fails all the same.
    runner.program("congruent", "#!/bin/bash\nexit 2\n");
    assert_eq!(runner.run("work", &[]).told, "exit-code=2\n");
}

#[test]
fn a_checkout_of_one_merge_commit_gets_its_base() {
    let runner = Runner::new();
    for folder in ["origin", "clone", "head"] {
        fs::create_dir(runner.path(folder)).expect("created");
    }
    runner.git("origin", &["init", "--quiet", "--initial-branch", "main"]);
    runner.git("origin", &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let commit = |message: &str| runner.git("origin", &["commit", "--quiet", "--allow-empty", "-m", message]);
    commit("one");
    runner.git("origin", &["checkout", "--quiet", "-b", "topic"]);
    commit("topic");
    let head = runner.git("origin", &["rev-parse", "HEAD"]);
    runner.git("origin", &["checkout", "--quiet", "main"]);
    commit("two");
    let base = runner.git("origin", &["rev-parse", "HEAD"]);
    runner.git("origin", &["merge", "--quiet", "--no-ff", "-m", "merge", "topic"]);
    let merge = runner.git("origin", &["rev-parse", "HEAD"]);
    runner.git("origin", &["update-ref", "refs/pull/1/merge", &merge]);
    runner.git("origin", &["reset", "--quiet", "--hard", &base]);

    let origin = format!("file://{}", runner.path("origin").display());
    let checkout = |folder: &str, commit: &str| {
        runner.git(folder, &["init", "--quiet"]);
        runner.git(folder, &["remote", "add", "origin", &origin]);
        runner.git(folder, &["fetch", "--quiet", "--no-tags", "--depth=1", "origin", commit]);
        runner.git(folder, &["checkout", "--quiet", "FETCH_HEAD"]);
    };
    let pull_request = |sha: &str| -> Vec<(&'static str, String)> {
        vec![("BASE_SHA", base.clone()), ("GITHUB_SHA", sha.to_owned()), ("INPUT_NEW_ONLY", "true".to_owned())]
    };
    let run = |folder: &str, sha: &str| {
        let variables = pull_request(sha);
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        runner.run(folder, &variables)
    };
    checkout("clone", &merge);
    let ran = run("clone", &merge);
    assert!(ran.stdout.contains(&format!("[--since={base}]")) && !ran.stdout.contains("--policy-from"), "{}", ran.stdout);
    let ran = runner.run("clone", &[("BASE_SHA", &base), ("GITHUB_SHA", &merge), ("INPUT_TRUSTED_POLICY", "true")]);
    assert!(ran.stdout.contains(&format!("[--policy-from={base}]")) && !ran.stdout.contains("--since"), "{}", ran.stdout);
    assert_eq!(runner.git("clone", &["merge-base", "HEAD", &base]), base);
    // The pull request's own head was checked out.
    checkout("head", &head);
    let ran = run("head", &merge);
    assert!(ran.stdout.contains(&format!("[--since={base}]")), "{}", ran.stdout);
    runner.git("head", &["merge-base", "HEAD", &base]);
    // A base that is nowhere says what to do.
    let missing = "1".repeat(40);
    let ran = runner.run("head", &[("BASE_SHA", &missing), ("INPUT_NEW_ONLY", "true")]);
    assert!(ran.code == 2 && ran.stdout.contains("::error title=congruent::") && ran.stdout.contains("fetch-depth: 0"), "{}", ran.stdout);
    // On a push there is no base to look for.
    assert!(!runner.run("head", &[("INPUT_NEW_ONLY", "true")]).stdout.contains("--since"));
}

#[test]
fn a_release_runs_only_with_the_checksum_that_is_pinned() {
    let runner = Runner::new();
    let archive = "congruent-0.1.0-x86_64-unknown-linux-musl.tar.gz";
    let pack = runner.command("tar", "").args(["-czf", archive, "congruent"]).status().expect("tar is installed");
    assert!(pack.success());
    // Copies the archive where the download should go, and says where from it should come.
    let path = runner.path(archive);
    let copy = format!(
        "#!/bin/bash\nwhile [ $# -gt 1 ]; do [ \"$1\" = --output ] && cp {} \"$2\"; shift; done\necho \"from $1\"\n",
        path.display()
    );
    runner.program("bin/curl", &copy);
    let sum = Command::new("sha256sum").arg(&path).output().expect("sha256sum is installed");
    let sum = String::from_utf8(sum.stdout).expect("UTF-8").split(' ').next().expect("a sum").to_owned();
    fs::create_dir_all(runner.path("action/.github/action")).expect("created");
    let pin = |line: &str| fs::write(runner.path("action/.github/action/checksums.txt"), line).expect("written");
    let release = |sha256: &str| runner.run("work", &[("INPUT_BINARY", ""), ("INPUT_SHA256", sha256)]);

    pin(&format!("# all\n{sum}  {archive}\n"));
    let ran = release("");
    assert!(ran.stdout.contains("[check]") && ran.told.starts_with("exit-code=1\n"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains(&format!("from https://github.com/someone/congruent/releases/download/v0.1.0/{archive}")),
        "{}",
        ran.stdout
    );
    assert!(release(&sum).stdout.contains("[check]"));
    for (pinned, given, wanted) in [
        (format!("{}  {archive}\n", "0".repeat(64)), "", "its SHA-256 differs"),
        (String::new(), "", "no SHA-256 is known"),
        (format!("{sum}  {archive}\n"), "zz", "no SHA-256 is known"),
    ] {
        pin(&pinned);
        let ran = release(given);
        assert!(ran.code == 2 && ran.stdout.contains(wanted) && !ran.stdout.contains("[check]"), "{wanted}: {}", ran.stdout);
    }
    let ran = runner.run("work", &[("INPUT_BINARY", ""), ("INPUT_VERSION", "../x")]);
    assert!(ran.code == 2 && ran.stdout.contains("no version"), "{}", ran.stdout);
    let ran = runner.run("work", &[("INPUT_BINARY", ""), ("RUNNER_ARCH", "RISCV")]);
    assert!(ran.code == 2 && ran.stdout.contains("there is no release for Linux on RISCV"), "{}", ran.stdout);
}
