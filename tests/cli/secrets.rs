//! No format and no command prints a secret, whatever file and place it stands in. (The name of a file is no secret: a
//! finding has to say where it is.)

use crate::common::Tree;

/// What follows the prefix of a key that looks real. No output may hold eight characters of it.
const BODY: &str = "9fK2mQ7xZp4TvB8nLw3Ry6Hs";
/// Passwords and tokens that only their place gives away.
const PLACED: [&str; 3] = ["hunter2pass", "Zx81kQp0LmTr", "s3ssionCookie"];

/// A tree that has keys in every place, beside things that are found.
fn tree() -> Tree {
    let key = format!("ra_ws_{BODY}");
    let escaped = key.replace('9', "\\u0039");
    let [password, token, cookie] = PLACED;
    let tree = Tree::new();
    tree.file(
        "page.html",
        format!(
            "<!-- congruent: ignore[asset-host]: {key} -->\n\
             <script>fetch('https://api.evil-corp.net/', {{headers: {{Authorization: 'Bearer {key}', 'X-Api-Key': '{token}'}}}})</script>\n\
             <img src=\"https://joe:{password}@cdn.evil-corp.net/x.png?api_key={token}&amp;k={key}\">\n\
             <script src='https://cdn.evil-corp.net/{key}/x.js'></script> {key} {}\n",
            "filler ".repeat(200),
        ),
    );
    tree.file(
        "docs/a.md",
        format!(
            "# Use\n\n![x](https://cdn.evil-corp.net/x.png?token={token}) {key}\n\n```sh\n\
             curl -u joe:{password} -H \"Authorization: Bearer {key}\" -H 'Cookie: id={cookie}' https://api.evil-corp.net/\n```\n\n\
             === \"Python\"\n\n    ```python\n    requests.get(url, headers={{\"Authorization\": \"Bearer {key}\"}})\n    ```\n"
        ),
    );
    tree.file("a.json", format!("{{\"Authorization\": \"Bearer {escaped}\", \"b\": \"{key}\"}}"));
    tree.file("a.yaml", format!("headers:\n  Authorization: Bearer {key}\n  x-api-key: {token}\nfolded: >-\n  Bearer\n  {key}\n"));
    tree.file(
        "a.py",
        format!(
            "# congruent: ignore[hard-coded-credential] {key}\nKEY = \"ra_ws_\" \"{BODY}\"\nh = {{'Authorization': 'Bearer ' + KEY}}\n"
        ),
    );
    tree.file(".env", format!("RUNAGENTS_API_KEY={key}\nDATABASE_URL=postgres://joe:{password}@db/x\nOTHER_TOKEN={token}\n"));
    tree.file("run.sh", format!("export K={key}\ncurl -H \"Authorization: Bearer $K\" https://joe:{password}@h.evil-corp.net/\n"));
    tree.file(
        "show.py",
        format!("password = \"{password}\"\nheaders = {{\"token\": \"{token}\"}}\nprint(headers)\nprint(f\"as {{password}}\")\n"),
    );
    tree.file("show.sh", format!("PASSWORD={password}\nset -x\necho \"$PASSWORD\" > kept.txt\ncat kept.txt\n"));
    tree
}

#[test]
fn nothing_prints_a_secret() {
    let tree = tree();
    let mut commands: Vec<Vec<&str>> = vec![vec!["facts"], vec!["check", "--show-files"]];
    for format in ["full", "concise", "json", "jsonl", "sarif", "github"] {
        commands.push(vec!["check", "--format", format]);
    }
    let mut shown = Vec::new();
    for command in commands {
        let run = tree.run(&command);
        assert!(!run.stdout.is_empty(), "{command:?} {}", run.stderr);
        let windows = (0..=BODY.len() - 8).map(|at| &BODY[at..at + 8]);
        for secret in windows.chain(PLACED) {
            let lines = run.stdout.lines().chain(run.stderr.lines()).filter(|line| line.contains(secret));
            shown.extend(lines.map(|line| format!("{command:?}: {secret}: {line}")));
        }
    }
    shown.sort();
    shown.dedup_by_key(|shown: &mut String| shown.rsplit_once(": ").map(|(_, line)| line.to_owned()));
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}
