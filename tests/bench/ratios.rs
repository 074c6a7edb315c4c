//! `cargo bench`: what a check costs, stage by stage, and as a ratio against other programs on the same tree in the same run.
//!
//! The tree is generated, or the one that `CONGRUENT_BENCH_TREE` names. Other programs are measured where they are installed.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark prints, and stops where it can't measure")]

#[path = "corpus.rs"]
mod corpus;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use congruent::model::{Document, Wanted};
use congruent::source::{Source as _, Worktree, decode};
use congruent::{parse, rule};

/// Paired runs of two programs; their median ratio counts.
const RUNS: usize = 9;

fn main() {
    // `cargo test --benches` asks for a list of tests; there is none.
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tree = std::env::var_os("CONGRUENT_BENCH_TREE").map(PathBuf::from);
    let tree = tree.unwrap_or_else(|| {
        let shape = corpus::Shape { pages: 3000, sources: 800, html: 1000 };
        corpus::write(folder.path(), &shape).expect("the tree is written");
        folder.path().to_path_buf()
    });
    let documents = stages(&tree);
    languages(&documents);
    ratios(&tree);
}

/// The cost of each stage on one thread, and what was read.
fn stages(tree: &Path) -> Vec<Document> {
    let root = tree.canonicalize().expect("the tree is there");
    let vocabulary = rule::vocabulary().expect("the built-in data is valid");
    let source = Worktree::new(root);
    let (listing, list) = timed(|| source.list());
    let (documents, read) = timed(|| {
        let entries = listing.entries.iter();
        let texts = entries.filter_map(|entry| Some((entry.path.clone(), decode(&source.read(entry).ok()?).ok()?)));
        texts.map(|(path, (text, encoding))| Document::new(path, text, encoding)).collect::<Vec<_>>()
    });
    let wanted = wanted();
    let (_, check) = timed(|| documents.iter().map(|document| parse::parse(document, &vocabulary, wanted).urls.len()).sum::<usize>());
    let (_, facts) =
        timed(|| documents.iter().map(|document| parse::parse(document, &vocabulary, Wanted::all()).urls.len()).sum::<usize>());
    let bytes: usize = documents.iter().map(|document| document.as_str().len()).sum();
    println!("{} files, {:.1} MB; stages on one thread:", documents.len(), bytes as f64 / 1e6);
    for (stage, time) in [("list", list), ("read and decode", read), ("extract what check needs", check), ("extract everything", facts)] {
        let seconds = time.as_secs_f64();
        println!("  {stage:26} {:9.1} ms  {:8.0} MB/s", seconds * 1e3, bytes as f64 / 1e6 / seconds);
    }
    documents
}

/// What the built-in rules need.
fn wanted() -> Wanted {
    let rules = rule::all().expect("the built-in rules are valid").iter();
    // Without a contract nothing asks for requests.
    let checks = rules.map(|rule| &rule.check).filter(|check| !check.needs_contracts());
    checks.fold(Wanted { comments: true, ..Wanted::default() }, |all, check| all.union(check.wanted()))
}

/// The names of languages, and the ends of their files' names.
const LANGUAGES: [(&str, &[&str]); 8] = [
    ("Python", &["py"]),
    ("JavaScript", &["js", "mjs", "cjs", "jsx"]),
    ("TypeScript", &["ts", "tsx", "mts", "cts"]),
    ("Go", &["go"]),
    ("Java", &["java"]),
    ("Ruby", &["rb"]),
    ("shell", &["sh", "bash"]),
    ("PowerShell", &["ps1", "psm1"]),
];

/// How many of the programs a check parses, and how fast it and the extraction of everything are, by language, on one thread.
fn languages(documents: &[Document]) {
    let (vocabulary, wanted) = (rule::vocabulary().expect("the built-in data is valid"), wanted());
    println!("programs: how many a check parses of them, and its throughput; the throughput of extracting everything:");
    for (name, extensions) in LANGUAGES {
        let is_own = |document: &&Document| document.path().rsplit_once('.').is_some_and(|(_, end)| extensions.contains(&end));
        let own: Vec<_> = documents.iter().filter(is_own).collect();
        let bytes: usize = own.iter().map(|document| document.as_str().len()).sum();
        if bytes == 0 {
            continue;
        }
        let (parsed, check) = timed(|| own.iter().filter(|document| parse::parse(document, &vocabulary, wanted).parsed_code > 0).count());
        let (_, all) = timed(|| own.iter().map(|document| parse::parse(document, &vocabulary, Wanted::all()).urls.len()).sum::<usize>());
        let throughput = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
        println!(
            "  {name:12} {:5} files {:7.1} MB  {:4.0} % parsed  {:7.0} MB/s  {:7.1} MB/s",
            own.len(),
            bytes as f64 / 1e6,
            100.0 * parsed as f64 / own.len() as f64,
            throughput(check),
            throughput(all)
        );
    }
}

/// The whole program against others, in turn.
fn ratios(tree: &Path) {
    let check: &[&str] = &[env!("CARGO_BIN_EXE_congruent"), "check", "--isolated", "--format", "concise", "."];
    let others: [(&str, &[&str]); 2] = [
        ("rg -c 'https?://'", &["rg", "-c", "https?://", "."]),
        ("lychee --dump (extraction)", &["lychee", "--dump", "--no-progress", "."]),
    ];
    println!("congruent check, median of {RUNS} paired runs:");
    for (name, other) in others {
        if run(tree, other).is_none() {
            println!("  against {name}: not installed");
            continue;
        }
        let pairs: Vec<(f64, f64)> = (0..RUNS).filter_map(|_| Some((run(tree, check)?, run(tree, other)?))).collect();
        let ratio = median(pairs.iter().map(|(own, other)| own / other).collect());
        let own = median(pairs.iter().map(|(own, _)| own * 1e3).collect());
        let their = median(pairs.iter().map(|(_, other)| other * 1e3).collect());
        println!("  against {name}: {ratio:.2} times its wall time ({own:.0} ms to {their:.0} ms)");
    }
}

/// The wall time of a command in seconds; `None` if it can't be started.
fn run(folder: &Path, command: &[&str]) -> Option<f64> {
    let (program, arguments) = command.split_first()?;
    let start = Instant::now();
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    Some(start.elapsed().as_secs_f64())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = work();
    (value, start.elapsed())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
