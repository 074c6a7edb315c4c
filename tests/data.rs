//! What data files say, through the public interface: roles by key, places, programs in them, and what MkDocs implies.

use congruent::model::{Document, Encoding, Facts, Wanted};
use congruent::{parse, rule};

fn facts(path: &str, text: &str) -> (Document, Facts) {
    let document = Document::new(path, text, Encoding::Utf8 { bom: false });
    let vocabulary = rule::vocabulary().unwrap_or_default();
    let facts = parse::parse(&document, &vocabulary, Wanted::all());
    (document, facts)
}

/// `line role host` of every URL with a host, in order, and how it is implied.
fn urls(path: &str, text: &str) -> Vec<String> {
    let (document, facts) = facts(path, text);
    let mut urls: Vec<_> = facts.urls.iter().filter(|url| url.reference.host().is_some()).collect();
    urls.sort_by_key(|url| (url.span, url.role));
    let line = |at| document.position(at).line;
    urls.iter()
        .map(|url| {
            let implied = url.implied_by.as_deref().map(|by| format!(" {by}")).unwrap_or_default();
            format!("{} {} {}{implied}", line(url.span.start), url.role, url.reference.host().unwrap_or_default())
        })
        .collect()
}

fn loads(path: &str, text: &str) -> Vec<String> {
    urls(path, text).into_iter().filter(|url| url.contains("-src")).collect()
}

#[test]
fn values_are_mentioned_where_they_stand() {
    let text = "{\"a\": \"see https:\\/\\/one.test\\/x\", /* https://two.test */ \"https://three.test/\": [null, 'https://four.test']}";
    assert_eq!(urls("a.json", text), ["1 mention one.test", "1 mention two.test", "1 mention three.test", "1 mention four.test"]);
    let (document, facts) = facts("a.json", text);
    let raw: Vec<_> = facts.urls.iter().map(|url| document.slice(url.span)).collect();
    assert!(raw.contains(&"https:\\/\\/one.test\\/x"), "{raw:?}");
    assert_eq!(urls("a.toml", "a = \"https://one.test/\\u0061\" # https://two.test\n"), ["1 mention one.test", "1 mention two.test"]);
    let folded = "a: >-\n  words\n  https://one.test/x\nb: &x https://two.test\nc: *x\nd: 'https://three.test' # https://four.test\n";
    assert_eq!(urls("a.yaml", folded), ["3 mention one.test", "4 mention two.test", "6 mention three.test", "6 mention four.test"]);
}

#[test]
fn a_broken_file_still_mentions_what_it_names() {
    for (path, text) in [
        ("a.json", "{\"a\": \"https://one.test\", \"b\": | https://two.test }"),
        ("a.yaml", "a: https://one.test\nb: {{ .x }} 'c' https://two.test\n"),
        ("a.toml", "a = 'https://one.test'\nb 'https://two.test'\n"),
    ] {
        let (_, facts) = facts(path, text);
        assert_eq!(facts.issues.len(), 1, "{path}");
        let found = urls(path, text).join(" ");
        assert!(found.contains("one.test") && found.contains("two.test"), "{path}: {found}");
    }
}

#[test]
fn comments_that_address_the_program_are_real_ones() {
    let text = "a: b # congruent: ignore[x]: y\nc: '# congruent: ignore[x]: no'\nd: |\n  # congruent: ignore[x]: no\n";
    let (document, facts) = facts("a.yml", text);
    let words: Vec<_> = facts.comments.iter().map(|comment| document.slice(comment.text_span)).collect();
    assert_eq!(words, [" congruent: ignore[x]: y"]);
}

#[test]
fn a_manifest_loads_its_icons() {
    let text = r#"{"start_url": "https://one.test/", "icons": [{"src": "https://two.test/i.png"}], "x": {"src": "https://three.test"}}"#;
    assert_eq!(urls("app.webmanifest", text), ["1 navigate one.test", "1 img-src two.test", "1 mention three.test"]);
}

#[test]
fn a_value_is_named_by_its_keys() {
    let (_, facts) = facts("a.yaml", "a:\n  - b:\n      c.d: https://one.test\n  - none\n");
    let names: Vec<_> = facts.anchors.iter().map(|anchor| anchor.name.as_str()).collect();
    assert_eq!(names, ["a.b.c.d"]);
}

const MATERIAL: &str = "site_name: x\ntheme:\n  name: material\n";

fn material(rest: &str) -> Vec<String> {
    loads("docs/mkdocs.yml", &format!("{MATERIAL}{rest}"))
}

#[test]
fn material_loads_web_fonts_unless_told_otherwise() {
    let roboto = ["3 font-src fonts.gstatic.com theme.font", "3 style-src fonts.googleapis.com theme.font"];
    assert_eq!(material(""), roboto);
    assert_eq!(loads("mkdocs.yaml", "theme: material\n").len(), 2);
    assert_eq!(
        material("  font:\n    code: Mono\n"),
        ["5 font-src fonts.gstatic.com theme.font.code", "5 style-src fonts.googleapis.com theme.font.code"]
    );
    assert_eq!(material("  font:\n    text: A\n    code: B\n").len(), 4);
    assert_eq!(material("  font: {}\n").len(), 2);
    assert_eq!(material("  font: false\n"), [""; 0]);
    assert_eq!(material("plugins:\n  - search\n  - privacy\n"), [""; 0]);
    assert_eq!(material("plugins:\n  material/privacy:\n    assets: true\n"), [""; 0]);
    assert_eq!(material("plugins:\n  - privacy:\n      enabled: false\n"), roboto);
    assert_eq!(
        material("plugins:\n  - privacy:\n      assets_exclude: [fonts.gstatic.com/*]\n"),
        ["3 font-src fonts.gstatic.com theme.font"]
    );
    assert_eq!(loads("mkdocs.yml", "theme: windmill\n"), [""; 0]);
    assert_eq!(loads("base/mkdocs.yml", "INHERIT: ../x.yml\ntheme:\n  font:\n    text: A\n").len(), 2);
    assert_eq!(loads("en/mkdocs.yml", "INHERIT: ../x.yml\ntheme:\n  name: material\n"), [""; 0]);
    let analytics = "extra:\n  analytics:\n    provider: google\n    property: G-X\n";
    assert_eq!(
        loads("en/mkdocs.yml", &format!("INHERIT: ../x.yml\n{analytics}")),
        ["4 script-src www.googletagmanager.com extra.analytics.provider"]
    );
    assert_eq!(loads("mkdocs.yml", &format!("theme: windmill\n{analytics}")), [""; 0]);
    // Any other YAML may say the same words and mean nothing by them.
    assert_eq!(loads("values.yaml", "theme:\n  name: material\n"), [""; 0]);
    assert_eq!(loads("conf/site.yml", &format!("{MATERIAL}nav: []\n")).len(), 2);
}

#[test]
fn material_loads_analytics_diagrams_and_facts() {
    let quiet = "  font: false\n";
    let material = |rest: &str| material(&format!("{quiet}{rest}"));
    let property = "extra:\n  analytics:\n    provider: google\n    property: !ENV [ID, 'G-X']\n";
    assert_eq!(material(property), ["7 script-src www.googletagmanager.com extra.analytics.provider"]);
    assert_eq!(material("extra:\n  analytics:\n    provider: google\n"), [""; 0]);
    assert_eq!(material("extra:\n  analytics:\n    provider: custom\n    property: foobar\n"), [""; 0]);
    let fence = "markdown_extensions:\n  - pymdownx.superfences:\n      custom_fences:\n        - name: mermaid\n          class: mermaid\n          format: !!python/name:pymdownx.superfences.fence_code_format\n";
    assert_eq!(material(fence), ["8 script-src unpkg.com pymdownx.superfences"]);
    let bring = |script: &str| material(&format!("{fence}extra_javascript:\n  - {script}\n"));
    assert_eq!(bring("javascripts/mermaid.min.js"), [""; 0]);
    assert_eq!(bring("path: vendor/mermaid@10/dist/x.js"), [""; 0]);
    assert_eq!(bring("javascripts/mermaid-init.js").len(), 1);
    assert_eq!(material(&format!("INHERIT: ../x.yml\n{fence}")), [""; 0]);
    assert_eq!(bring("https://cdn.test/mermaid@10/dist/mermaid.min.js"), ["12 script-src cdn.test"]);
    assert_eq!(material("repo_url: https://github.com/a/b\n"), ["5 connect-src api.github.com repo_url"]);
    assert_eq!(material("repo_url: https://github.com.evil.test/a/b\n"), [""; 0]);
}

#[test]
fn a_site_names_its_scripts_and_styles() {
    let text = "theme: windmill\nextra_javascript:\n  - https://one.test/x.js\n  - path: 'https://two.test/y.js'\n    type: module\nextra_css: [https://three.test/z.css]\nextra:\n  social:\n    - link: https://four.test\ncopyright: <img src=https://five.test/i.png>\n";
    let found = urls("mkdocs.yml", text);
    assert_eq!(found[..3], ["3 script-src one.test", "4 script-src two.test", "6 style-src three.test"]);
    assert!(found.contains(&"9 navigate four.test".to_owned()));
    let fetched = urls("mkdocs.yml", "theme: windmill\nextra_css: [https://three.test/z.css]\nplugins: [privacy]\n");
    assert_eq!(fetched, ["2 download three.test"]);
}

#[test]
fn other_sites_name_theirs() {
    let quarto = "website:\n  navbar:\n    logo: https://one.test/l.png\nformat:\n  html:\n    css: https://two.test/x\n    include-in-header:\n      - text: |\n          <script src=https://three.test/></script>\n";
    assert_eq!(loads("_quarto.yml", quarto), ["3 img-src one.test", "6 style-src two.test", "9 script-src three.test"]);
    let book = "logo: https://one.test/l.png\nhtml:\n  extra_footer: <img src=https://two.test/>\nsphinx:\n  config:\n    html_js_files: [https://three.test/]\n";
    assert_eq!(loads("_config.yml", book), ["1 img-src one.test", "3 img-src two.test", "6 script-src three.test"]);
    let mintlify =
        "{\"logo\": {\"light\": \"https://one.test/\", \"href\": \"https://no.test/\"}, \"fonts\": {\"source\": \"https://two.test/\"}}";
    assert_eq!(loads("docs.json", mintlify), ["1 img-src one.test", "1 font-src two.test"]);
    assert_eq!(loads("other.json", mintlify), [""; 0]);
}

#[test]
fn the_themes_of_mkdocs_highlight_from_a_cdn() {
    let cdn = |line: usize| ["script-src", "style-src"].map(|role| format!("{line} {role} cdnjs.cloudflare.com theme.highlightjs"));
    assert_eq!(loads("mkdocs.yml", "site_name: x\ntheme: readthedocs\n"), cdn(2));
    assert_eq!(loads("mkdocs.yml", "site_name: x\n"), cdn(1));
    assert_eq!(loads("mkdocs.yml", "theme:\n  name: mkdocs\n  highlightjs: no\n"), [""; 0]);
    let tag = "theme:\n  name: mkdocs\n  highlightjs: false\n  analytics: {gtag: G-1}\n";
    assert_eq!(loads("mkdocs.yml", tag), ["4 script-src www.googletagmanager.com theme.analytics.gtag"]);
}

#[test]
fn an_alias_may_give_a_meaning() {
    let text = "theme: windmill\nx: &scripts\n  - https://one.test/x.js\nextra_javascript: *scripts\ny: &css https://two.test/y.css\nextra_css:\n  - *css\n  - *css\n";
    assert_eq!(loads("mkdocs.yml", text), ["3 script-src one.test", "5 style-src two.test"]);
}

#[test]
fn a_notebook_is_its_cells() {
    let text = r##"{"cells": [
 {"cell_type": "markdown", "source": ["# Title\n", "<img\n", " src='https://one.test/i.png'>\n"]},
 {"cell_type": "raw", "source": "see https://two.test"},
 {"cell_type": "code", "source": [], "outputs": [{"data": {"text/html": ["<script src='https://three.test/", "x.js'></script>"]}}]}
]}"##;
    let found = urls("a.ipynb", text);
    assert_eq!(found, ["2 img-src one.test", "3 mention two.test", "4 script-src three.test"]);
}

#[test]
fn an_api_description_shows_samples() {
    let text = "openapi: 3.1.0\ninfo:\n  description: |\n    See https://one.test.\n\n    ```sh\n    curl -u a https://two.test/$(id)/x\n    ```\npaths:\n  /x:\n    get:\n      x-codeSamples:\n        - lang: cURL\n          source: >-\n            curl\n            https://three.test/{id}\n        - {lang: Python, label: SDK, source: 'get(\"https://four.test/\" + x)'}\n        - lang: PHP\n          source: $x->get('https://five.test');\n";
    let (document, facts) = facts("api.yaml", text);
    let raw: Vec<_> = facts.urls.iter().map(|url| (document.slice(url.span), url.sample.as_deref())).collect();
    assert_eq!(
        raw,
        [
            ("https://one.test", Some("md")),
            ("https://two.test/$(id)/x", Some("md")),
            ("https://three.test/{id}", Some("sh")),
            ("https://four.test/", Some("python")),
            ("https://five.test", Some("php")),
        ]
    );
    let json = r#"{"paths": {"/x": {"get": {"x-code-samples": [{"source": "curl \"https://one.test/\u0061\""}]}}}}"#;
    assert_eq!(urls("openapi.json", json), ["1 mention one.test"]);
    let parts = "lang: cURL\nsource: |-\n  curl -X POST \\\n    https://one.test/{id}\n";
    let (document, facts) = self::facts("examples/a.yml", parts);
    let raw: Vec<_> = facts.urls.iter().map(|url| (document.slice(url.span), url.sample.as_deref())).collect();
    assert_eq!((raw, facts.requests.len()), (vec![("https://one.test/{id}", Some("sh"))], 1));
    // Elsewhere such keys are just words.
    assert_eq!(urls("a.yaml", "description: |\n  ```sh\n  curl https://one.test\n  ```\n"), ["3 mention one.test"]);
}

#[test]
fn the_code_of_a_notebook_is_one_program() {
    let text = r##"{"cells": [
 {"cell_type": "code", "source": ["import requests\n", "BASE = 'https://one.test'\n", "!curl -O https://two.test/$X \\\n", "  -s"]},
 {"cell_type": "code", "source": ["%%bash\n", "curl -d x \"https://three.test\""]},
 {"cell_type": "code", "source": "if x:\n    %pip install -i https://four.test y\nrequests.get(f\"{BASE}/ü\")"}
], "metadata": {"kernelspec": {"language": "python"}}}"##;
    assert_eq!(urls("a.ipynb", text), ["2 endpoint one.test", "2 download two.test", "3 endpoint three.test", "4 download four.test"]);
    let (document, facts) = facts("a.ipynb", text);
    let raw: Vec<_> = facts.urls.iter().map(|url| document.slice(url.span)).collect();
    assert_eq!(raw, ["https://three.test", "https://one.test", "https://two.test/$X", "https://four.test"]);
    let names: Vec<_> = facts.anchors.iter().map(|anchor| anchor.name.as_str()).collect();
    assert_eq!(names, ["cells.source"; 3]);
}

#[test]
fn a_notebook_speaks_its_kernels_language() {
    let notebook = |name: &str, code: &str| {
        format!(
            "{{\"metadata\": {{\"language_info\": {{\"name\": \"{name}\"}}}}, \"cells\": [{{\"cell_type\": \"code\", \"source\": \"{code}\"}}]}}"
        )
    };
    assert_eq!(urls("a.ipynb", &notebook("bash", "curl https://a.test")), ["1 download a.test"]);
    assert_eq!(urls("a.ipynb", &notebook("typescript", "await fetch('https://a.test')")), ["1 endpoint a.test"]);
    assert_eq!(urls("a.ipynb", &notebook("julia", "f(x) = \\\"https://a.test\\\" # !")), ["1 mention a.test"]);
    let (_, facts) = facts("a.ipynb", &notebook("R", "x <- `https://a.test`; y = 'it''s"));
    assert_eq!(facts.issues.len(), 0);
}

#[test]
fn programs_in_configurations_are_read_as_programs() {
    let workflow = "jobs:\n  a:\n    steps:\n      - uses: x/y@v1\n      - name: https://zero.test\n        run: |\n          B=https://one.test\n          curl -fsSL \"$B/x.sh\" | sh\n      - run: >-\n          wget\n          https://two.test/${{ github.ref }}/x\n      - run: print('https://three.test')\n        shell: cmd\n";
    assert_eq!(
        urls(".github/workflows/ci.yml", workflow),
        ["5 mention zero.test", "7 download one.test", "11 download two.test", "12 mention three.test"]
    );
    let (document, facts) = facts(".github/workflows/ci.yml", workflow);
    let folded = facts.urls.iter().find(|url| url.reference.host() == Some("two.test")).map(|url| document.slice(url.span));
    assert_eq!(folded, Some("https://two.test/${{ github.ref }}/x"));
    let jobs = "a:\n  script:\n    - export U=https://one.test/x.tgz\n    - !reference [.b, script]\n    - curl -O $U\n";
    assert_eq!(urls(".gitlab-ci.yml", jobs), ["3 download one.test"]);
    assert_eq!(
        urls("package.json", "{\"scripts\": {\"postinstall\": \"curl -sSL https:\\/\\/one.test\\/x | sh\"}}"),
        ["1 download one.test"]
    );
    let tasks = "[tool.poe.tasks]\na = 'curl -X POST https://one.test'\nb = { shell = \"curl https://two.test/\\u0061\" }\n";
    assert_eq!(urls("pyproject.toml", tasks), ["2 endpoint one.test", "3 download two.test"]);
    // The same words anywhere else are words.
    assert_eq!(urls("a.yml", "steps:\n  - run: curl https://one.test/x\n"), ["2 mention one.test"]);
}

#[test]
fn titles_of_a_site_are_markup() {
    let title = r#"<b>A <img src=\"https://a.test/\u0061.svg\" alt='x'></b>"#;
    let config = format!(
        "{MATERIAL}  font: false\nnav:\n  - \"{title}\": 'b.md'\n  - X:\n    - '<img src=\"https://b.test\">': c.md\n    - https://c.test/\n    - D: https://d.test\n  - '<a href=\"https://e.test\">'\nextra:\n  x:\n    '<img src=https://f.test>': 1\n"
    );
    let expected = ["6 img-src a.test", "8 img-src b.test", "9 navigate c.test", "10 navigate d.test", "14 mention f.test"];
    assert_eq!(urls("mkdocs.yml", &config), expected);
    let (document, facts) = facts("mkdocs.yml", &config);
    let raw: Vec<_> = facts.urls.iter().map(|url| document.slice(url.span)).filter(|url| url.contains("a.test")).collect();
    assert_eq!(raw, ["https://a.test/\\u0061.svg"]);
    assert_eq!(
        loads("mkdocs.yml", "site_name: 'A <img src=https://a.test>'\ntheme: x\ncopyright: <img src=\"//b.test\">\n"),
        ["1 img-src a.test", "3 img-src b.test"]
    );
    assert_eq!(loads("values.yml", "nav:\n  - '<img src=https://a.test>': x\n"), [""; 0]);
}

/// `line method URL` of every request, in order.
fn requests(path: &str, text: &str) -> Vec<String> {
    let (document, facts) = facts(path, text);
    let mut all: Vec<_> = facts
        .requests
        .iter()
        .map(|request| {
            let method = request.method.as_ref().map_or("?", |method| method.as_str());
            (document.position(request.span.start).line, format!("{method} {}", request.url.as_str()))
        })
        .collect();
    all.sort();
    all.into_iter().map(|(line, request)| format!("{line} {request}")).collect()
}

#[test]
fn a_job_of_gitlab_has_what_it_extends() {
    let jobs = "default:\n  before_script:\n    - BASE=https://default.test\n    - curl $BASE/1\n\
        .base:\n  variables:\n    HOST: https://base.test\n    OTHER: https://other.test\n  before_script: T=abc\n  script:\n    - curl $HOST/2\n\
        .more:\n  extends: .base\n  variables:\n    HOST: https://more.test\n\
        one:\n  extends: [.more]\n  script:\n    - curl $HOST/3?t=$T\n    - curl $OTHER/4 $BASE\n\
        two:\n  script: curl $BASE/5\n\
        three:\n  extends: .nowhere\n  before_script: [X=https://x.test]\n  script: [[\"curl $X/6\"]]\n  after_script: [curl $X/7]\n";
    assert_eq!(
        requests(".gitlab-ci.yml", jobs),
        [
            "4 GET https://default.test/1",
            "11 GET https://base.test/2",
            "19 GET https://more.test/3?t=abc",
            "20 GET https://other.test/4",
            "22 GET https://default.test/5",
            "26 GET https://x.test/6",
            "27 GET {X}/7",
        ]
    );
}

#[test]
fn commands_of_gitlab_stand_for_others() {
    let jobs = ".set: &set\n  - A=https://a.test\n  - curl $A/1\n.one: &one curl https://one.test\n\
        .b:\n  script:\n    - B=https://b.test\n    - curl $B/2\n\
        job:\n  script:\n    - *set\n    - *one\n    - !reference [.b, script]\n    - !reference [.nowhere, script]\n    - curl $A/3 $B/4\n\
        again:\n  script:\n    - *set\n    - curl $A/5\n\
        same: &same\n  script: [!reference [same, script], curl https://same.test]\n";
    assert_eq!(
        requests(".gitlab-ci.yml", jobs),
        [
            "3 GET https://a.test/1",
            "4 GET https://one.test",
            "8 GET https://b.test/2",
            "15 GET https://a.test/3",
            "15 GET https://b.test/4",
            "19 GET https://a.test/5",
            "21 GET https://same.test",
        ]
    );
    let mut chain = String::from("j0:\n  script: [curl https://a.test]\n");
    (1..3000).for_each(|n| {
        chain.push_str(&format!("j{n}:\n  extends: [j{}, j{}]\n  script: [*a, !reference [j{}, script]]\n", n - 1, n / 2, n - 1))
    });
    assert_eq!(requests(".gitlab-ci.yml", &chain).len(), 1);
    let wide: String = (0..20_000).map(|n| format!("j{n}:\n  extends: .b\n  script: [*a, !reference [.b, script]]\n")).collect();
    assert_eq!(requests(".gitlab-ci.yml", &format!(".b:\n  script: &a [curl https://a.test]\n{wide}")).len(), 1);
}
