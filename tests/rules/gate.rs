//! `check` extracts only what its rules can use, and skips what a byte search rules out. Its findings have to be those that
//! the same checks have over everything that can be extracted.

use std::collections::BTreeMap;

use congruent::model::Finding;

use crate::tree::{Tree, rules};

fn lines(findings: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| {
        let place = &finding.place;
        let at = format!("{}:{}:{}-{}:{}", place.path, place.line, place.column, place.end_line, place.end_column);
        format!("{at} {} {} {} {}", finding.severity, finding.rule, finding.message, finding.fingerprint)
    };
    findings.iter().map(line).collect()
}

fn difference(name: &str, files: &BTreeMap<String, String>) -> Option<String> {
    let tree = Tree::of(files);
    let (gated, all) = (lines(&tree.check().findings), lines(&tree.check_all_facts()));
    (gated != all).then(|| format!("{name}:\n  check:      {gated:?}\n  everything: {all:?}"))
}

#[test]
fn the_gates_hide_nothing_in_the_rules_examples() {
    let examples = rules().iter().map(|rule| rule.examples().expect("examples"));
    let examples: Vec<_> = examples.flat_map(|examples| examples.invalid.into_iter().chain(examples.valid)).collect();
    let wrong: Vec<_> = examples.iter().filter_map(|example| difference(&example.name, &example.files)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Ways to write the same load that a search for `https://` or for a tag does not see.
const DISGUISES: &[(&str, &str)] = &[
    ("a.html", "<script src=\"&#104;ttps&#58;&#47;/evil-corp.net/x.js\"></script>"),
    ("a.html", "<script src=\"ht\ntps:/&sol;evil-corp.net/x.js\"></script>"),
    ("a.html", "<script src='\\\\evil-corp.net/x.js'></script>"),
    ("a.html", "<script src=/\\evil-corp.net/x.js></script>"),
    ("a.html", "<script src=http:evil-corp.net/x.js></script>"),
    ("a.html", "<base href=HTTP:evil-corp.net><script src=x.js></script>"),
    ("a.html", "<SCRIPT\nSRC=//evil-corp.net/x.js></SCRIPT>"),
    ("a.html", "<p style='background:u\\72l(\\2f/evil-corp.net/x.png)'>"),
    ("a.html", "<iframe srcdoc='&lt;img src=&quot;&sol;/evil-corp.net/x.png&quot;&gt;'></iframe>"),
    ("a.html", "<img srcset='a.png 1x, //evil-corp.net/b.png 2x'>"),
    ("a.html", "<script>import('\\x2f\\x2fevil-corp.net/x.js')</script>"),
    ("a.html", "<script>const h = '//evil'; import(h + '-corp.net/x.js')</script>"),
    ("a.html", "<script>import('/' + '/evil-corp.net/x.js')</script>"),
    ("a.html", "<meta http-equiv=refresh content='0;url=//evil-corp.net'>"),
    ("a.html", "<link rel=stylesheet href='data:text/css,@import%20%22%2f%2fevil-corp.net%22'>"),
    ("a.md", "![a](//evil-corp.net/x.png)"),
    ("a.md", "![a][b]\n\n[b]: &#47;/evil-corp.net/x.png"),
    ("a.md", "> <img\n> src='//evil-corp.net/x.png'>"),
    ("a.md", "=== \"Tab\"\n\n    ![a](\\//evil-corp.net/x.png)"),
    ("a.md", "# a\n\n<ScRiPt SrC=//evil-corp.net/x.js></ScRiPt>"),
    ("a.md", "---\nhero:\n  image: //evil-corp.net/x.png\n---\n"),
    ("a.mdx", "<Card><img src=\"//evil-corp.net/x.png\" /></Card>"),
    ("a.css", "@import '\\2f\\2f evil-corp.net/x.css';"),
    ("a.css", "a{background:URL(\\\\evil-corp.net/x.png)}"),
    ("a.css", "@IMPORT \"//evil-corp.net/x.css\";"),
    ("a.svg", "<svg><image xlink:href='&#x2f;/evil-corp.net/x.png'/></svg>"),
    ("a.svg", "<!DOCTYPE svg [<!ENTITY e '//evil-corp.net/x.png'>]><svg><image href='&e;'/></svg>"),
    ("a.js", "importScripts('\\u002f/evil-corp.net/x.js')"),
    ("a.js", "const s = document.createElement('script'); s.src = `//${'evil'}-corp.net/x.js`"),
    ("mkdocs.yml", "theme:\n  name: material\n  font:\n    text: Inter\n"),
    ("mkdocs.yml", "extra_css: [\"\\x2f/evil-corp.net/x.css\"]\n"),
    ("mkdocs.yml", "nav:\n  - \"<img src='\\x2f/evil-corp.net/x.png'>\": a.md\n"),
    ("a.json", "{\"image\": \"\\u002f/evil-corp.net/x.png\"}"),
];

/// Ways to write a key that a search for its prefix does not see, or that stands where a gate might not look.
const KEYS: &[(&str, &str)] = &[
    ("a.py", "h = {\"Authorization\": \"Bearer \" + \"ra_ws_abc\"}\n"),
    ("a.py", "h = {\"Authorization\": \"Bearer ra\" + \"_ws_abc\"}\n"),
    ("a.py", "h = {\"Authorization\": \"Bearer ra\\x5fws_abc\"}\n"),
    ("a.rb", "h = { \"Authorization\" => \"Bearer ra\" \"_ws_abc\" }\n"),
    ("a.rb", "h = { \"Authorization\" => \"Bearer ra\\x5fws_abc\" }\n"),
    ("A.java", "class A { String h = \"Authorization: Bearer \" + \"ra_ws_abc\"; }\n"),
    ("A.java", "class A { String h = \"Authorization: Bearer ra\\u005fws_abc\"; }\n"),
    ("a.js", "fetch(u, {headers: {Authorization: `Bearer ra_${'ws'}_abc`}})\n"),
    ("a.sh", "curl -H 'Authorization: Bearer ra_'ws_abc https://x.test\n"),
    ("a.json", "{\"Authorization\": \"Bearer ra\\u005fws_abc\"}\n"),
    ("a.yaml", "headers:\n  Authorization: \"Bearer ra\\x5fws_abc\"\n"),
    ("a.html", "<pre>Authorization: Bearer ra&#95;ws_abc</pre>\n"),
    ("a.md", "```sh\ncurl -H \"Authorization: Bearer ra_ws_...\" https://x.test\n```\n"),
    ("a.md", "<pre><code>Authorization: Bearer ra&#x5f;ws&lowbar;abc</code></pre>\n"),
    ("a.html", "<a href='https://x.test/?key=ra%5Fws_abcdefghijklmnopqrstuvwx'>x</a>\n"),
    ("a.ipynb", "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"K = 'ra_ws_abc'\\n\", \"h = {'Authorization': 'Bearer ' + K}\"]}]}"),
    ("a.py", "def f():\n    \"\"\"X::\n\n        curl -H \"Authorization: Bearer ra_ws_abc\" $U\n    \"\"\"\n"),
    (
        "api.yaml",
        "paths:\n  /x:\n    get:\n      x-codeSamples:\n        - {lang: JS, source: \"h = {Authorization: 'Bearer ra_ws_abc'}\"}\n",
    ),
    ("a.ps1", "$h = @{ Authorization = \"Bearer ra_ws_abc\" }\nirm https://x.test -Headers $h\n"),
    ("a.ps1", "$k = 'ra_ws_abc'; irm https://x.test -Headers @{ Authorization = \"Bearer $k\" }\n"),
    ("a.md", "```pwsh\n$h = @{ Authorization = 'Bearer ' + 'ra_ws_abc' }\n```\n"),
    ("Makefile", "x:\n\tcurl -H 'Authorization: Bearer ra'_ws_abc $(URL)\n"),
    ("Makefile", "H = Authorization: Bearer ra_ws_abc\nx:\n\tcurl -H '$(H)' https://x.test\n"),
    (".github/workflows/a.yml", "env:\n  K: ra_ws_abc\nsteps:\n  - run: |\n      curl -H \"Authorization: Bearer $K\" https://x.test\n"),
    ("a.toml", "Authorization = \"Bearer ra\\u005Fws_abc\"\n"),
];

/// Ways to test for a host that a search for a call and a domain might not see.
const HOSTS: &[(&str, &str)] = &[
    ("a.js", "if (u.includes('example' + '.com')) f()\n"),
    ("a.js", "if (u.includes('example.' + 'com')) f()\n"),
    ("a.js", "if (u.includes('example\\u002ecom')) f()\n"),
    ("a.js", "if (u.includes('ex\\x61mple.com')) f()\n"),
    ("a.js", "if (u['includes']('example.com')) f()\n"),
    ("a.js", "if (url.includes('github.io')) f()\n"),
    ("a.js", "/^https:\\/\\/a.example[.](?:com|org)\\//\n"),
    ("a.js", "/^a.example.com$/\n"),
    ("a.js", "const a = /a.example.com\\/b/.test(url)\n"),
    ("a.js", "const a = /https?:\\/\\/example.com/.test(url)\n"),
    ("a.js", "// https://example.com\nf(x.includes(b))\n"),
    ("a.js", "const r = RegExp(`^a.${'example.com'}$`)\n"),
    ("a.js", "if (~u.indexOf('example.com') || u.indexOf('example.com') < 0) f()\n"),
    ("a.py", "if 'example.com'in url: f()\n"),
    ("a.py", "if 'example.com' not  in  url: f()\n"),
    ("a.py", "if url.startswith(('https://example.com', 'https://a.test')): f()\n"),
    ("a.rb", "f if url =~ %r{^https?://a.example.com/}\n"),
    ("a.go", "package a\nvar r = regexp.MustCompile(\"^https://a.\" + `example.com`)\n"),
    ("A.java", "class A { boolean b = url.contains(\"example\\u002ecom\"); }\n"),
    ("a.html", "<script>if (url.includes('example.com')) f()</script>\n"),
    ("a.html", "<p onclick=\"if (url.includes(&#39;example.com&#39;)) f()\">\n"),
    ("a.html", "<p onclick=\"if (url.includes(&#39;example&#46;com&#39;)) f()\">\n"),
    ("a.html", "<a href=\"javascript:if (url.includes('example.com')) f()\">\n"),
    ("a.vue", "<template><p @click=\"a\"></p></template><script lang=ts>if (url.includes('example.com')) f()</script>\n"),
    ("a.astro", "---\nif (url.includes('example.com')) f()\n---\n<p>\n"),
    ("a.md", "<script>if (url.includes('example.com')) f()</script>\n"),
    ("a.svg", "<svg><script>if (url.includes('example.com')) f()</script></svg>\n"),
    ("Dockerfile", "FROM a\nRUN python3 -c \"if 'example.com' in url: f()\"\n"),
    ("Dockerfile", "FROM a\nRUN if [[ $URL == *example.com* ]]; then f; fi\n"),
    ("Makefile", "a:\n\tcase $$URL in *example.com*) f;; esac\n"),
    (".gitlab-ci.yml", "a:\n  script:\n    - '[[ $URL =~ ^https://a.example.com/ ]] && f'\n"),
    ("a.sh", "[[ $url == *example.com* ]] && f\n"),
    ("test/a.js", "if (url.includes('example.com')) f()\n"),
];

/// Ways to show a secret where a gate might not look.
const SECRETS: &[(&str, &str)] = &[
    ("a.html", "<button onclick=\"console.log(apiKey)\">a</button>\n"),
    ("a.html", "<pre><code class='language-sh'>echo $API_KEY</code></pre>\n"),
    ("a.html", "<script>console.log(pass&#119;ord, api\\u004bey)</script>\n"),
    ("a.md", "# a\n\n> ```py\n> print(api_key)\n> ```\n"),
    ("a.md", "text\n\n    $ echo $API_KEY\n"),
    ("a.mdx", "<Tab>\n\n```sh\necho $API_KEY\n```\n\n</Tab>\n"),
    ("a.py", "import os\nprint(os.environ['API' '_KEY'])\nprint(os.environ['API\\x5fKEY'])\n"),
    ("a.js", "console['lo' + 'g'](process.env['PASS' + 'WORD'])\n"),
    ("a.sh", "python3 - <<'EOF'\nprint(api_key)\nEOF\n"),
    ("a.sh", "bash -c 'echo $API_KEY'\n"),
    ("a.rb", "$stdout << \"key #{api_key}\"\n"),
    ("a.rb", "audit_logger<<password\n"),
    ("a.rb", "@log.progname = password\n"),
    ("a.go", "package a\nfunc f(r *http.Request) {\n\tfor _, h := range r.Header {\n\t\tlog.Print(h)\n\t}\n}\n"),
    ("a.js", "console.log(JSON.stringify(req.headers))\n"),
    ("a.js", "const passwordHere = 'a7e3747b19930d4f4b8181047194832f'\nconsole.log(passwordHere)\n"),
    ("a.ts", "const passwordHere: string = 'a7e3747b19930d4f4b8181047194832f'\nconsole.log(passwordHere)\n"),
    ("a.ps1", "$ApiKey | Write-Host\n"),
    ("a.rb", "ENV.each { |k, v| puts v }\n"),
    ("A.java", "class A { void f() { System.getenv().forEach((k, v) -> System.out.println(v)); } }\n"),
    ("a.sh", "env\n"),
    ("a.sh", "exec env"),
    ("a.py", "import subprocess\nsubprocess.run('echo $API_KEY', shell=True)\n"),
    ("Dockerfile", "FROM a\nARG API_KEY\nRUN echo $API_KEY\n"),
    ("Makefile", "a:\n\t@echo $$API_KEY\n"),
    (".github/workflows/a.yml", "env:\n  X: ${{ secrets.Y }}\njobs:\n  a:\n    steps:\n      - run: echo $X\n"),
    (".gitlab-ci.yml", "a:\n  script:\n    - echo $API_KEY\n"),
    (".gitlab-ci.yml", "default:\n  before_script:\n    - X=$API_KEY\na:\n  script:\n    - echo $X\n"),
    (
        ".gitlab-ci.yml",
        ".b:\n  variables:\n    X: $API_KEY\n  script: &s\n    - export Y=$X\na:\n  extends: .b\n  script:\n    - *s\n    - !reference [.b, script]\n    - echo $Y\n",
    ),
];

#[test]
fn the_gates_hide_nothing_that_is_disguised() {
    let one = |(path, text): &(&str, &str)| difference(text, &BTreeMap::from([((*path).to_owned(), (*text).to_owned())]));
    let wrong: Vec<_> = DISGUISES.iter().chain(KEYS).chain(HOSTS).chain(SECRETS).filter_map(one).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Ways to ask an API for what it does not have that a search for its host, its variables or its paths might not see.
const REQUESTS: &[(&str, &str)] = &[
    ("a.sh", "curl https://ACME.Petstores.Test/v1/dogs\n"),
    ("a.sh", "curl 'https://acme.pets'tores.test/v1/dogs\n"),
    ("a.sh", "H=petstores; curl https://acme.$H.test/v1/dogs\n"),
    ("a.sh", "curl $'https://acme.\\x70etstores.test/v1/dogs'\n"),
    ("a.sh", "curl https://acme.%70etstores.test/v1/dogs\n"),
    ("a.sh", "curl \"$PETSTORE_URL/dogs\"\n"),
    ("a.py", "import requests\nrequests.get('https://acme.petsto' + 'res.test/v1/dogs')\n"),
    ("a.py", "import os, requests\nrequests.get(os.environ['PETSTORE' '_URL'] + '/dogs')\n"),
    ("a.js", "fetch(`https://acme.pets${'tores'}.test/v1/dogs`)\n"),
    ("a.js", "fetch('https://acme.\\u0070etstores.test/v1/dogs')\n"),
    ("a.js", "fetch(`${base}/pets`); fetch(`${base}/pets/1`); fetch(`${base}/owners`); fetch(`${base}/dogs`)\n"),
    ("a.md", "```sh\ncurl https://acme.petstores.test/v1/dogs\n```\n"),
    ("a.md", "<pre><code class='language-sh'>curl https://acme.&#112;etstores.test/v1/dogs</code></pre>\n"),
    ("a.md", "# a\n\n## `GET /pets`\n## `GET /pets/{id}`\n## `GET /owners`\n## `DELETE /owners`\n"),
    ("a.html", "<script>fetch('https://acme.petstores.test/v1/dogs')</script>\n"),
    ("cli/a.go", "package a\nfunc f() { newClient().Get(\"/dogs\") }\n"),
    ("a.yml", "jobs:\n  a:\n    steps:\n      - run: curl https://acme.petstores.test/v1/dogs\n"),
    ("Makefile", "a:\n\tcurl https://acme.petstores.test/v1/dogs\n"),
];

#[test]
fn the_gates_hide_no_request_to_an_api() {
    let description = "openapi: 3.0.3\ninfo: {title: Pets}\nservers: [{url: 'https://{shop}.petstores.test/v1'}]\n\
        paths: {/pets: {get: {}}, '/pets/{id}': {get: {}}, /owners: {get: {}}}\n";
    let configuration = "[[contract]]\nspec = 'openapi.yaml'\nbase-variables = ['PETSTORE_URL']\nsurfaces = ['cli/**']\n";
    let mut silent = Vec::new();
    let wrong = REQUESTS.iter().filter_map(|(path, text)| {
        let files = [("openapi.yaml", description), ("congruent.toml", configuration), (path, text)];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
        let is_found = Tree::of(&files).check().findings.iter().any(|finding| finding.rule == "contract-unknown-operation");
        silent.extend((!is_found).then_some(*text));
        difference(text, &files)
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(silent.is_empty(), "nothing is found in {silent:?}");
}

#[test]
fn suppressions_are_read_however_little_the_file_holds() {
    let files = BTreeMap::from([("a.html".to_owned(), "<!-- congruent: ignore[asset-host]: nothing is left -->\n<p>a</p>\n".to_owned())]);
    assert_eq!(difference("a comment alone", &files), None);
}
