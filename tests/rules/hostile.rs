//! Programs that are made up to be hard: many of one thing, of which each asks for a look at the whole.

use congruent::model::{Document, Encoding, Wanted};
use congruent::parse;

use crate::tree::vocabulary;

const PYTHON: &str = "import os, requests\nx = 'https://a.test/'\napi_key = os.environ['API_KEY']\n";
const SHELL: &str = "x=https://a.test/\nAPI_KEY=$(cat key)\n";

fn many(piece: &str) -> String {
    piece.repeat(150_000 / piece.len())
}

fn numbered(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

/// Reads each of them for everything. A step that is quadratic, or worse, takes minutes: the run does not end.
fn read<const N: usize>(inputs: [(&str, String); N]) {
    let vocabulary = vocabulary();
    for (path, source) in inputs {
        parse::parse(&Document::new(path, source, Encoding::Utf8 { bom: false }), &vocabulary, Wanted::all());
    }
}

#[test]
fn values_grow_in_linear_time() {
    read([
        ("a.py", PYTHON.to_owned() + &many("x = 'a' + x\n") + "requests.get(x)\n"),
        ("a.py", PYTHON.to_owned() + &many("if c:\n  x = x + 'a'\nelse:\n  x = x + 'b'\n") + "requests.get(x)\n"),
        ("a.py", PYTHON.to_owned() + "a = []\n" + &many("a += ['x']\n") + "requests.get(a[0])\n"),
        ("a.py", PYTHON.to_owned() + "a = []\n" + &many("a = [*a, 'x']\n") + "requests.get(a[0])\n"),
        ("a.py", PYTHON.to_owned() + "a = {}\n" + &many("a = {**a, 'x': 1}\n") + "requests.get(a['x'])\n"),
        ("a.ts", "let a = {};\n".to_owned() + &many("a = Object.assign(a, {x: 1});\n") + "fetch(a.x)\n"),
        ("a.py", PYTHON.to_owned() + "x = [x]\n" + &"x = [x, x, x, x, x, x, x, x]\n".repeat(15) + "os.execvp('curl', x)\nprint(x)\n"),
        ("a.py", PYTHON.to_owned() + "x = [{**x}]\n" + &"x = [{**x}, {**x}, {**x}, {**x}]\n".repeat(15) + "print(x)\n"),
        ("a.py", format!("{PYTHON}requests.get(x + '{}' % y)\n", many("%("))),
        ("a.py", format!("{PYTHON}requests.get(x + '{}'.format(y))\n", many("{ "))),
        (
            ".github/workflows/a.yml",
            "env:\n  A0: a\n".to_owned()
                + &numbered(5_000, |at| format!("  A{}: b${{{{ env.A{at} }}}}\n", at + 1))
                + "jobs:\n  a:\n    steps:\n      - run: curl https://a.test/$A5000\n",
        ),
    ]);
}

#[test]
fn calls_are_followed_in_linear_time() {
    let parameters = numbered(1_000, |at| format!("p{at}, "));
    read([
        ("a.ts", format!("function f({parameters}) {{}}\n{}fetch('https://a.test/')\n", many("f('a');\n"))),
        (
            "a.py",
            format!(
                "k = os.environ['RUNAGENTS_API_KEY']\nif {}x{}:\n  pass\nh = {{'Authorization': 'Bearer ' + k}}\n",
                "f(".repeat(100),
                ")".repeat(100)
            ),
        ),
    ]);
}

#[test]
fn secrets_are_looked_for_in_linear_time() {
    read([
        ("a.py", PYTHON.to_owned() + &many("print(api_key)\n")),
        ("a.py", PYTHON.to_owned() + &many("print(api_key);")),
        ("a.py", PYTHON.to_owned() + &numbered(6_000, |at| format!("print(x.api_key{at})\n"))),
        ("a.py", format!("{PYTHON}{}", many("b.write(api_key);"))),
        ("a.py", numbered(2_000, |at| format!("api_key{at} = 'a'\ndef f{at}():\n  print(api_key{at})\n"))),
        ("a.rb", "api_key = ENV['API_KEY']\n".to_owned() + &many("puts api_key;")),
        (
            "A.java",
            "class A { void m() {\nString apiKey = System.getenv(\"API_KEY\");\n".to_owned()
                + &many("f(b> apiKey);\n")
                + &many("System.out.println(apiKey);\n")
                + "}}\n",
        ),
        ("a.sh", SHELL.to_owned() + &many("set -x\n")),
        ("a.sh", SHELL.to_owned() + &many("set -x;")),
        ("a.sh", SHELL.to_owned() + &many("echo $API_KEY;")),
        ("a.sh", SHELL.to_owned() + &many("curl -v a.test;")),
        ("a.ps1", "Write-Host $env:API_KEY\n".to_owned() + &many("gci env:;")),
    ]);
}
