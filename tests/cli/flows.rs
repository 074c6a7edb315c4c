//! Secrets that are shown: the way from their source, in every format that has one, and what a project says of its own names.

use serde_json::Value;

use crate::common::Tree;

const PROGRAM: &str = "import json, os\n\nkey = os.environ[\"API_KEY\"]\ntext = json.dumps({\"k\": key})\nprint(text)\n";

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// What is said of printed secrets: where, and how much it weighs.
fn told(tree: &Tree) -> Vec<String> {
    let report = json(&tree.run(&["check", "--isolated", "--select", "printed-secret", "--format", "json"]).stdout);
    let findings = report["findings"].as_array().expect("a list");
    let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    findings.iter().map(|one| format!("{}:{} {}", text(one, "path"), one["line"], text(one, "severity"))).collect()
}

#[test]
fn a_finding_has_its_way_source_first() {
    let tree = Tree::new();
    tree.file("a.py", PROGRAM);
    let report = json(&tree.run(&["check", "--isolated", "--select", "printed-secret", "--format", "json"]).stdout);
    let finding = &report["findings"][0];
    assert_eq!((&finding["line"], &finding["column"], &finding["end_column"]), (&5.into(), &7.into(), &11.into()));
    let way: Vec<_> =
        finding["related"].as_array().expect("a list").iter().map(|step| (step["line"].as_u64(), step["column"].as_u64())).collect();
    assert_eq!(way, [(Some(3), Some(7)), (Some(3), Some(1)), (Some(4), Some(1))]);

    let sarif = json(&tree.run(&["check", "--isolated", "--select", "printed-secret", "--format", "sarif"]).stdout);
    let flow = &sarif["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"];
    let lines: Vec<_> =
        flow.as_array().expect("a list").iter().map(|step| step["location"]["physicalLocation"]["region"]["startLine"].as_u64()).collect();
    assert_eq!(lines, [Some(3), Some(3), Some(4), Some(5)]);
}

#[test]
fn facts_have_source_steps_and_sink() {
    let tree = Tree::new();
    tree.file("a.py", PROGRAM);
    let out = tree.run(&["facts", "--isolated"]).stdout;
    let flows: Vec<_> = out.lines().map(json).filter(|fact| fact["kind"] == "secret-flow").collect();
    let [flow] = flows.as_slice() else { panic!("{out}") };
    assert_eq!((&flow["line"], &flow["source"]["line"], &flow["how"]), (&5.into(), &3.into(), &"printed".into()));
    assert_eq!((&flow["sink"]["name"], &flow["sink"]["shows"]), (&"print".into(), &"os.environ.API_KEY".into()));
    assert_eq!(flow["steps"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_project_names_its_secrets_redactors_and_sinks() {
    let tree = Tree::new();
    tree.file("a.py", "print(seat_pin)\nprint(demo_password)\nprint(veil(api_key))\nlog_request(api_key)\n");
    tree.file("a.sh", "log_request \"$SEAT_PIN\"\n");
    let places = |tree: &Tree| {
        let report = json(&tree.run(&["check", "--select", "printed-secret", "--format", "json"]).stdout);
        let findings = report["findings"].as_array().expect("a list");
        findings.iter().map(|finding| format!("{}:{}", finding["path"].as_str().unwrap_or_default(), finding["line"])).collect::<Vec<_>>()
    };
    assert_eq!(places(&tree), ["a.py:2"]);
    tree.file(
        "congruent.toml",
        "[secrets]\nnames = [\"seat_pin\"]\nnot = [\"demo_password\"]\nredactors = [\"veil\"]\nsinks = [\"log_request\"]\n",
    );
    assert_eq!(places(&tree), ["a.py:1", "a.py:4", "a.sh:1"]);
}

#[test]
fn what_somebody_asked_to_see_weighs_less() {
    let tree = Tree::new();
    tree.file(
        "server/ask.js",
        "function f(accessToken, censor, show) {\n  if (!censor) {\n    logger.info(accessToken);\n  }\n  if (!accessToken) return;\n  if (show.accessToken) {\n    logger.info(accessToken);\n  }\n  if (showSecrets) logger.info(accessToken);\n}\n",
    );
    // What the person at a page closes, and what stays in its log.
    tree.file(
        "server/page.js",
        "const made = await fetch(url).then((r) => r.json());\nalert(made.password);\nconsole.log(made.password);\n",
    );
    // A program in a shell's script, which the script configures.
    tree.file("scripts/seed.sh", "API_KEY=\"$API_KEY\" python3 -c 'import os; print(os.environ[\"API_KEY\"])'\n");
    // What was put there by a package manager.
    tree.file("site-packages/a.py", "def f(log, password):\n    log.info(password)\n");
    let expected = [
        "scripts/seed.sh:1 warning",
        "server/ask.js:3 warning",
        "server/ask.js:7 error",
        "server/ask.js:9 warning",
        "server/page.js:2 warning",
        "server/page.js:3 error",
        "site-packages/a.py:2 warning",
    ];
    assert_eq!(told(&tree), expected);
}

#[test]
fn what_may_be_no_fault_weighs_less() {
    let tree = Tree::new();
    tree.file(
        "server/sign_in.py",
        "def sign_in(log, user, token, access_token, args):\n    log.info(access_token)\n    log.info(token)\n    log.info(args.secret)\n",
    );
    // Made for whoever runs it, and what it only was configured with.
    tree.file("tools/make.py", "import sys\n\ndef make(cfg, user):\n    print(user.new_password)\n    print(cfg.api_key)\n");
    // Several, a constant of which nothing is known, and a part of one; and what the environment gave.
    tree.file(
        "server/some.js",
        "log.info(api.privateKeys);\nlog.info(ACCESS_TOKEN);\nlog.info(API_TOKEN);\nconst { API_TOKEN } = process.env;\n",
    );
    tree.file("server/Part.java", "class Part {\n  void show(String apiKey) { log.info(apiKey.substring(0, 9)); }\n}\n");
    tree.file("install.sh", "echo \"password: $ADMIN_PASSWORD\"\n");
    tree.file(
        ".github/workflows/a.yml",
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    env:\n      KEY: ${{ secrets.API_KEY }}\n      HOST: ${{ secrets.HOST }}\n    steps:\n      - run: |\n          echo $KEY\n          echo $HOST\n",
    );
    let expected = [
        ".github/workflows/a.yml:10 error",
        ".github/workflows/a.yml:11 warning",
        "install.sh:1 warning",
        "server/Part.java:2 warning",
        "server/sign_in.py:2 error",
        "server/sign_in.py:3 warning",
        "server/sign_in.py:4 warning",
        "server/some.js:1 warning",
        "server/some.js:2 warning",
        "server/some.js:3 error",
        "tools/make.py:4 warning",
        "tools/make.py:5 error",
    ];
    assert_eq!(told(&tree), expected);
}
