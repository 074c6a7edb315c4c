//! Whatever is left out for speed, what is new is all that is found in a commit and was not found in the one before it: so says a check of
//! each of them as a whole, over many small histories.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::judged;
use crate::cli::baseline::examine;
use crate::cli::examine::Examined;
use crate::cli::exit::Failure;
use crate::cli::input::Input;
use crate::cli::project::Project;
use crate::cli::selection::Selection;
use crate::cli::since::{Since, Terms, drop_known};
use crate::model::{Finding, Report};
use crate::rule;
use crate::run::Parsed;
use crate::source::git::{Oid, Repository, Snapshot};
use crate::triage::{BASELINE, Baseline, Files, Seen, new_since, updated};

/// So many histories unless `CONGRUENT_HISTORIES` says how many, from the seed that `CONGRUENT_SEED` says.
const HISTORIES: u64 = 40;

type Tree = BTreeMap<&'static str, String>;

/// Numbers that look random (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

const PATHS: [&str; 14] = [
    "docs/a.md",
    "docs/b.md",
    "docs/sub/c.md",
    "docs/llms.txt",
    "web/cards.ts",
    "web/orders.ts",
    "src/a.py",
    "src/b.py",
    "openapi.yaml",
    "docs/openapi.yaml",
    "swagger.yaml",
    "version.json",
    "mkdocs.yml",
    "congruent.toml",
];

const PARTS: [&str; 17] = [
    "text\n\n",
    "more text\n\n",
    "# A title\n\n",
    "acme 1\n\n",
    "acme 2\n\n",
    "<script src=\"https://one.evil-corp.net/x.js\"></script>\n\n",
    "<script src=\"https://two.evil-corp.net/x.js\"></script>\n\n",
    "<!-- congruent: ignore[asset-host]: wanted -->\n<script src=\"https://one.evil-corp.net/x.js\"></script>\n\n",
    "<!-- congruent: ignore[contract-unknown-operation, asset-host]: to come -->\n```sh\ncurl -H \"X-Acme-Key: $KEY\" https://api.acme.test/nothing\n```\n\n",
    "<!-- congruent: ignore[contract-unknown-operation]: to come -->\n```sh\ncurl -H \"X-Acme-Key: $KEY\" https://api.acme.test/runs\n```\n\n",
    "```sh\ncurl -H \"X-Acme-Key: $KEY\" https://api.acme.test/runs\n```\n\n",
    "```sh\ncurl -H \"X-Acme-Key: $KEY\" https://api.acme.test/nothing\n```\n\n",
    "```sh\ncurl -H \"Authorization: Bearer $KEY\" https://api.acme.test/tools\n```\n\n",
    "```sh\ncurl -H \"Authorization: Bearer $RUNAGENTS_KEY\" https://api.acme.test/agents/nothing\n```\n\n",
    "```sh\ncurl -H \"Authorization: Bearer ra_ws_$KEY\" https://api.acme.test/agents\n```\n\n",
    "```sh\necho \"$API_TOKEN\"\n```\n\n",
    "<redoc spec-url=\"../openapi.yaml\"></redoc>\n\n",
];

const PYTHON: [&str; 6] = [
    "KEY = 'ra_ws_9fK2mQ7xLp4ZtR8vWc3YbN6d'\n",
    "KEY = 'ra_ws_5hJ8nD3qTs6XvB1wKm9PzG4r'\n",
    "print(os.environ['API_TOKEN'])\n",
    "requests.get('https://api.acme.test/runs', headers={'Authorization': f'Bearer {key}'})\n",
    "requests.get('https://api.acme.test/tools', headers={'Authorization': 'Bearer ra_ws_9fK2mQ7xLp4ZtR8vWc3YbN6d'})\n",
    "requests.post('https://api.acme.test/nothing', headers={'X-Acme-Key': key})\n",
];

const SCRIPT: [&str; 5] = [
    "export const orders = () => fetch(`${this.root}/orders`);\n",
    "export const order = (id: string) => fetch(`${this.root}/orders/${id}`);\n",
    "export const customers = () => fetch(`${this.root}/customers`);\n",
    "export const cards = (id: string) => fetch(`${this.root}/customers/${id}/cards`);\n",
    "export const card = (id: string) => fetch(`${this.root}/customer/${id}/card`);\n",
];

const CONFIG: [&str; 10] = [
    "exclude = ['docs/b.md']\n",
    "[rules]\nasset-host = 'warning'\n",
    "[rules]\nprinted-secret = 'off'\n",
    "[[ignore]]\npaths = ['docs/**']\nrules = ['asset-host']\nmatch = 'two.evil'\nreason = 'x'\n",
    "[[ignore]]\npaths = ['src/**']\nrules = ['contract-unknown-operation']\nreason = 'x'\n",
    "[define]\nrelease = { file = 'version.json', pointer = '/version' }\n[[value]]\nname = 'release'\nequals = 'release'\nat = [{ files = 'docs/*.md', regex = 'acme (\\d+)', at-least = 0 }]\n",
    "[[contract]]\nspec = 'openapi.yaml'\nhosts = ['api.acme.test']\nsurfaces = ['docs/**', 'src/**']\n",
    "[[contract]]\nspec = 'openapi.yaml'\nhosts = ['api.acme.test']\ninternal = ['/nothing']\n",
    "[define]\nrelease = { file = 'version.json', pointer = '/version' }\n[[value]]\nname = 'page'\nequals = 'release'\nat = [{ file = 'docs/b.md', regex = 'acme (\\d+)' }]\n",
    "[[ignore]]\npaths = ['docs/sub/**']\nrules = ['asset-host']\nmatch = 'two.evil'\nreason = 'x'\n",
];

/// A contract that has some of the operations, and one of several ways to authenticate.
fn contract(random: &mut Random) -> String {
    let scheme = random.of(&[
        "security: [{key: []}]\ncomponents: {securitySchemes: {key: {type: apiKey, in: header, name: X-Acme-Key}}}",
        "security: [{key: []}]\ncomponents: {securitySchemes: {key: {type: apiKey, in: header, name: X-Acme-Key}}}",
        "security: [{key: []}]\ncomponents: {securitySchemes: {key: {type: http, scheme: bearer}}}",
        "security: [{other: []}]\ncomponents: {securitySchemes: {key: {type: apiKey, in: header, name: X-Acme-Key}}}",
    ]);
    let mut text =
        format!("openapi: 3.1.0\ninfo: {{title: Acme, version: '1'}}\nservers: [{{url: 'https://api.acme.test'}}]\n{scheme}\npaths:\n");
    text.push_str("  /agents: {get: {operationId: list, responses: {'200': {description: x}}}}\n");
    for name in ["runs", "tools", "nothing"] {
        if random.below(4) > 0 {
            writeln!(text, "  /{name}: {{get: {{operationId: {name}, responses: {{'200': {{description: x}}}}}}}}").unwrap();
        }
    }
    text
}

fn swagger(random: &mut Random) -> String {
    let mut text = "swagger: '2.0'\ninfo: {title: Shop}\nhost: api.shop.test\nbasePath: /v1\npaths:\n".to_owned();
    for path in ["/orders", "/orders/{id}", "/customers", "/customers/{id}/cards"] {
        if random.below(6) > 0 {
            writeln!(text, "  {path}: {{get: {{}}, post: {{}}}}").unwrap();
        }
    }
    text
}

fn some(random: &mut Random, parts: &[&str], most: usize) -> String {
    (0..=random.below(most)).map(|_| *random.of(parts)).collect()
}

/// What a file may hold.
fn content(path: &str, random: &mut Random) -> String {
    let extension = path.rsplit('.').next().unwrap();
    match (path, extension) {
        ("swagger.yaml", _) => swagger(random),
        ("version.json", _) => format!("{{\"version\": \"{}\"}}\n", 1 + random.below(2)),
        ("mkdocs.yml", _) => "site_name: Acme\n".to_owned(),
        ("congruent.toml", _) => {
            let (one, other) = (random.below(CONFIG.len()), random.below(CONFIG.len()));
            let mut parts = vec![one.min(other), one.max(other)];
            parts.dedup();
            parts.into_iter().filter(|part| ![(1, 2), (6, 7), (5, 8)].contains(&(one.min(other), *part))).map(|part| CONFIG[part]).collect()
        }
        (_, "yaml") => contract(random),
        (_, "py") => format!("import os, requests\n{}", some(random, &PYTHON, 5)),
        (_, "ts") => some(random, &SCRIPT, 6),
        _ => some(random, &PARTS, 7),
    }
}

/// A tree, and what it has become.
fn history(seed: u64) -> [Tree; 2] {
    let random = &mut Random(seed);
    let mut before = Tree::new();
    for path in PATHS {
        let is_there = match path {
            "congruent.toml" => random.below(2) == 0,
            "docs/openapi.yaml" | "mkdocs.yml" | "docs/llms.txt" => random.below(3) == 0,
            "openapi.yaml" | "version.json" => true,
            _ => random.below(4) > 0,
        };
        if is_there {
            before.insert(path, content(path, random));
        }
    }
    if let Some(copy) = before.get("openapi.yaml").cloned().filter(|_| random.below(2) == 0) {
        before.entry("docs/openapi.yaml").and_modify(|text| *text = copy);
    }
    let mut after = before.clone();
    for _ in 0..=random.below(4) {
        let path = *random.of(&PATHS);
        match random.below(8) {
            0 if !["openapi.yaml", "version.json"].contains(&path) => drop(after.remove(path)),
            1 => {
                // What is moved takes the place of whatever is there.
                let to = *random.of(&PATHS);
                if let Some(text) = after.remove(path).filter(|_| path.rsplit('.').next() == to.rsplit('.').next()) {
                    after.insert(to, text);
                }
            }
            2 => drop(after.get_mut(path).map(|text| text.insert(0, '\n'))),
            3 => drop(after.get_mut(path).map(|text| *text = text.repeat(2))),
            _ => drop(after.insert(path, content(path, random))),
        }
    }
    [before, after]
}

/// Commits trees to a new repository, each pair one after the other.
fn commit(folder: &Path, histories: &[[Tree; 2]]) -> Vec<[Oid; 2]> {
    let git = |arguments: &[&str], input: &str| {
        let mut command = Command::new("git");
        command.args(arguments).env("GIT_DIR", folder.join(".git")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git {arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    git(&["init", "--quiet"], "");
    let (mut stream, mut marks) = (String::new(), String::new());
    for (index, trees) in histories.iter().enumerate() {
        for (side, tree) in trees.iter().enumerate() {
            let mark = index * 2 + side + 1;
            writeln!(stream, "reset refs/heads/h{index}{side}").unwrap();
            writeln!(stream, "commit refs/heads/h{index}{side}\nmark :{mark}\ncommitter a <a@h.test> 1 +0000\ndata 1\nx").unwrap();
            if side == 1 {
                writeln!(stream, "from :{}\ndeleteall", mark - 1).unwrap();
            }
            for (path, text) in tree {
                writeln!(stream, "M 100644 inline {path}\ndata {}\n{text}", text.len()).unwrap();
            }
            writeln!(marks, "refs/heads/h{index}{side}").unwrap();
        }
    }
    git(&["fast-import", "--quiet"], &stream);
    let ids = git(&["cat-file", "--batch-check=%(objectname)"], &marks);
    let ids: Vec<_> = ids.lines().map(|id| Oid::parse(id.as_bytes()).unwrap()).collect();
    ids.as_chunks::<2>().0.to_vec()
}

/// What a check says of a commit, and with what.
struct World {
    repository: Arc<Repository>,
    input: Input,
    selection: Selection,
    threads: rayon::ThreadPool,
}

impl World {
    fn terms(&self) -> Terms<'_> {
        Terms { input: &self.input, selection: &self.selection, threads: &self.threads }
    }

    fn project(&self, commit: Oid) -> Result<Project, Failure> {
        self.input.project_in(Snapshot::of_commit(Arc::clone(&self.repository), commit)?, Vec::new())
    }

    fn whole(&self, commit: Oid) -> Result<Examined, Failure> {
        self.whole_with(commit, &Parsed::default())
    }

    fn whole_with(&self, commit: Oid, parsed: &Parsed) -> Result<Examined, Failure> {
        let project = self.project(commit)?;
        let enabled = self.selection.enabled(&project.config, rule::all().unwrap())?;
        examine(&self.input, project, enabled, &self.threads, Some(parsed))
    }

    /// All that is found in a commit and was not found in an earlier one.
    fn expected(&self, [before, after]: [Oid; 2]) -> Option<Report> {
        let mut now = self.whole(after).ok()?;
        // Nothing is known where the configuration was wrong.
        let Ok(then) = self.whole(before) else { return Some(now.report) };
        let files = Files { before: &|path| then.plan.entry(path).is_some(), now: &|path| now.plan.tree.find(path).is_some() };
        now.report.findings = new_since(&then.report.findings, std::mem::take(&mut now.report.findings), &files);
        drop_known(&mut now.report.unverified, &then.report.unverified);
        Some(now.report)
    }

    fn since(&self, [before, after]: [Oid; 2]) -> Report {
        let parsed = Parsed::default();
        let mut now = self.whole_with(after, &parsed).ok().unwrap();
        let since = Since::commit(Arc::clone(&self.repository), before, Vec::new());
        since.subtract(self.terms(), &now.plan, &parsed, &mut now.report).ok().unwrap();
        now.report
    }

    fn pushed(&self, [before, after]: [Oid; 2]) -> Report {
        let changes = self.repository.differences(before, after).unwrap();
        let mut now = judged(self.terms(), self.project(after).ok().unwrap(), Some(&changes)).ok().unwrap();
        let since = Since::commit(Arc::clone(&self.repository), before, Vec::new());
        since.subtract(self.terms(), &now.plan, &now.parsed, &mut now.report).ok().unwrap();
        now.report
    }

    /// A baseline that accepts what is found in a commit.
    fn baseline(&self, commit: Oid) -> Option<String> {
        let found = self.whole(commit).ok()?;
        let is_there = |path: &str| found.plan.tree.find(path).is_some();
        let seen = Seen { is_there: &is_there, was_read: &|_| true, enabled: &found.plan.job.policy.enabled, rules: rule::all().unwrap() };
        let accepted = updated(&Baseline::default(), &found.report.findings, &seen, Some("known"), &"0".repeat(32));
        (accepted.accepted > 0).then_some(accepted.text)
    }
}

/// What tells findings apart, and where they are.
fn shown(findings: &[Finding], is_shown: impl Fn(&Finding) -> bool) -> Vec<String> {
    let shown = |finding: &Finding| {
        let place = &finding.place;
        format!("{}:{}:{} {} {}", place.path, place.line, place.column, finding.rule, finding.fingerprint)
    };
    findings.iter().filter(|finding| is_shown(finding)).map(shown).collect()
}

fn world(folder: &Path) -> World {
    let input = Input::of_hook(true, Some(1));
    let threads = input.threads().ok().unwrap();
    World { repository: Arc::new(Repository::find(folder).unwrap()), input, selection: Selection::default(), threads }
}

#[test]
fn what_is_new_is_what_a_check_of_each_commit_says() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let (first, count) = (number("CONGRUENT_SEED").unwrap_or(0), number("CONGRUENT_HISTORIES").unwrap_or(HISTORIES));
    let mut histories: Vec<_> = (first..first + count).map(history).collect();
    let folder = tempfile::tempdir().unwrap();
    let commits = commit(folder.path(), &histories);
    let accepting = world(folder.path());
    // A third of the projects accept what was found at first, and some of them take it over.
    for (index, (trees, commits)) in histories.iter_mut().zip(&commits).enumerate().filter(|(index, _)| index % 3 == 0) {
        let Some(text) = accepting.baseline(commits[0]) else { continue };
        if index % 4 < 3 {
            trees[1].insert(BASELINE, text.clone());
        }
        trees[0].insert(BASELINE, text);
    }
    let folder = tempfile::tempdir().unwrap();
    let commits = commit(folder.path(), &histories);
    let world = world(folder.path());
    let (mut compared, mut new) = (0, 0);
    for (seed, pair) in (first..).zip(commits) {
        let Some(expected) = world.expected(pair) else { continue };
        let since = world.since(pair);
        let all = |_: &Finding| true;
        assert_eq!(shown(&since.findings, all), shown(&expected.findings, all), "--since, history {seed}");
        assert_eq!(since.unverified, expected.unverified, "--since, history {seed}");
        // A push is not held up by what is left of entries that accept nothing any longer.
        let is_pushed = |finding: &Finding| {
            let mut rules = rule::all().unwrap().iter();
            let is_idle = rules.any(|rule| rule.id == finding.rule && rule.check.is_of_what_accepts());
            !(is_idle && [BASELINE, "congruent.toml"].contains(&finding.place.path.as_str()))
        };
        let pushed = world.pushed(pair);
        assert_eq!(shown(&pushed.findings, is_pushed), shown(&expected.findings, is_pushed), "pushed, history {seed}");
        compared += 1;
        new += expected.findings.len();
    }
    assert!(compared * 2 > count && new > compared.try_into().unwrap(), "{compared} compared, {new} new");
}
