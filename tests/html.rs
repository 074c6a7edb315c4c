//! HTML, CSS, XML and templates: what is reported, as what, and exactly where.

use congruent::model::{Document, Encoding, Facts, Wanted};
use congruent::{parse, rule};

fn facts(path: &str, source: &str, wanted: Wanted) -> (Document, Facts) {
    let document = Document::new(path, source, Encoding::Utf8 { bom: false });
    let facts = parse::parse(&document, &rule::vocabulary().unwrap_or_default(), wanted);
    (document, facts)
}

/// `role line:column raw`, and ` = text` where that differs, for every URL but mentions.
fn used(path: &str, source: &str) -> Vec<String> {
    let (document, mut facts) = facts(path, source, Wanted::all());
    facts.urls.sort_by_key(|url| (url.span, url.role));
    let line = |url: &congruent::model::UrlRef| {
        let (at, raw) = (document.position(url.span.start), document.slice(url.span));
        let text = if raw == url.text { String::new() } else { format!(" = {}", url.text) };
        format!("{} {}:{} {raw}{text}", url.role, at.line, at.column)
    };
    facts.urls.iter().filter(|url| url.role.name() != "mention").map(line).collect()
}

/// The hosts of everything that is used, with their roles.
fn hosts(path: &str, source: &str) -> Vec<String> {
    let (_, mut facts) = facts(path, source, Wanted::all());
    facts.urls.sort_by_key(|url| url.span);
    let uses = facts.urls.iter().filter(|url| url.role.name() != "mention");
    uses.filter_map(|url| url.reference.host().map(|host| format!("{} {host}", url.role))).collect()
}

#[test]
fn a_url_is_where_its_characters_are() {
    let source = "<p>\r\n\té😀<img\r\n alt='a > b'\tsrc = ' https://a.test/1.png '>\r\n<a href=https://b.test/?x=1&amp;y>😀<img src=\"//c&period;test\">";
    let found = [
        "img-src 3:22 https://a.test/1.png",
        "navigate 4:9 https://b.test/?x=1&amp;y = https://b.test/?x=1&y",
        "img-src 4:46 //c&period;test = //c.test",
    ];
    assert_eq!(used("a.html", source), found);
}

#[test]
fn each_candidate_of_a_srcset_has_its_place() {
    let source = "<img srcset='https://a.test/w=1,h=2.png 1x,\n  https://b.test/2.png 2x, data:,x 3x'>";
    assert_eq!(
        used("a.html", source),
        ["img-src 1:14 https://a.test/w=1,h=2.png", "img-src 2:3 https://b.test/2.png", "img-src 2:28 data:,x"]
    );
}

#[test]
fn the_first_base_and_the_first_attribute_count() {
    let base = "<script src=a.js></script><!-- <base href=//no.test> --><base href='//one.test/x/'><base href=//two.test>";
    assert_eq!(hosts("a.html", base), ["script-src one.test"]);
    assert_eq!(hosts("a.html", "<img SRC=//one.test src=//two.test>"), ["img-src one.test"]);
    assert_eq!(hosts("a.html", "<template><base href=//no.test></template><img src=a.png>"), [""; 0]);
}

#[test]
fn what_is_text_loads_nothing() {
    for text in [
        "<textarea><img src=//a.test></textarea>",
        "<title><img src=//a.test></title>",
        "<!-- <img src=//a.test> -->",
        "<img src=//a.test",
        "<svg><![CDATA[<img src=//a.test>]]></svg>",
    ] {
        assert_eq!(hosts("a.html", text), [""; 0], "{text}");
    }
    assert_eq!(hosts("a.html", "<!--><img src=//a.test>-->"), ["img-src a.test"]);
    assert_eq!(hosts("a.html", "<![CDATA[<img src=//a.test>]]>"), [""; 0]);
    assert_eq!(hosts("a.html", "<noscript><img src=//a.test></noscript>"), ["img-src a.test"]);
    // In SVG a style element is no raw text, and an image ends the SVG.
    assert_eq!(hosts("a.html", "<svg><style><img src=//a.test>"), ["img-src a.test"]);
    assert_eq!(hosts("a.html", "<style><img src=//a.test></style>"), [""; 0]);
}

#[test]
fn links_by_their_rel() {
    let role = |rel: &str| hosts("a.html", &format!("<link rel='{rel}' href='//a.test'>"));
    assert_eq!(role(" Alternate\tStyleSheet "), ["style-src a.test"]);
    assert_eq!(role("shortcut icon"), ["img-src a.test"]);
    assert_eq!(role("preconnect"), ["connect-src a.test"]);
    assert_eq!(role("canonical"), ["navigate a.test"]);
    assert_eq!(role("preload' as='font"), ["font-src a.test"]);
    assert_eq!(role("modulepreload"), ["script-src a.test"]);
    assert_eq!(hosts("a.html", "<link itemprop=url href=//a.test>"), [""; 0]);
}

#[test]
fn nested_documents_keep_their_places() {
    let srcdoc = "<iframe srcdoc=\"<p>&lt;img src='//a.test/1.png'&gt;\"></iframe>";
    assert_eq!(used("a.html", srcdoc), ["img-src 1:33 //a.test/1.png"]);
    let data = "<iframe src='data:text/html,<img src=%2f%2Fa.test>'></iframe>";
    assert_eq!(used("a.html", data), ["frame-src 1:14 data:text/html,<img src=%2f%2Fa.test>", "img-src 1:38 %2f%2Fa.test = //a.test"]);
    let style = "<p style=\"background:url(&quot;//a.test&quot;)\">";
    assert_eq!(used("a.html", style), ["img-src 1:32 //a.test"]);
    assert_eq!(hosts("a.html", "<img src=\"data:image/svg+xml;base64,PGltYWdlIGhyZWY9Ii8vYS50ZXN0Ii8+\">"), ["img-src a.test"]);
}

#[test]
fn style_sheets() {
    assert_eq!(
        used("a.css", "@import 'https://a.test/a.css';\na{b:u\\72l(https\\3a //b.test)}"),
        ["style-src 1:10 https://a.test/a.css", "img-src 2:11 https\\3a //b.test = https://b.test"]
    );
    assert_eq!(hosts("a.css", "@font-face{src:url(//a.test)}a{b:image-set('//b.test' 1x)}"), ["font-src a.test", "img-src b.test"]);
    // An import after a rule is dropped by browsers; SCSS hoists it.
    assert_eq!(hosts("a.css", "a{}@import '//a.test';"), [""; 0]);
    assert_eq!(hosts("a.scss", "a{}@import '//a.test';// url(//b.test)\n"), ["style-src a.test"]);
    assert_eq!(hosts("a.css", "@namespace url(//a.test);a{b:url(//c.test/a b)}/* url(//d.test) */"), [""; 0]);
    assert_eq!(hosts("a.scss", "a{b:url('https://#{$host}/x')}c{d:url('//a.test/#{$x}')}"), ["img-src a.test"]);
}

#[test]
fn xml_and_its_entities() {
    let source = "<?xml-stylesheet type='text/css' href='//a.test/a.css'?>\n<svg xmlns='http://www.w3.org/2000/svg'><style><![CDATA[a{b:url(//b.test)}]]></style></svg>";
    assert_eq!(used("a.svg", source), ["style-src 1:40 //a.test/a.css", "img-src 2:65 //b.test"]);
    let entity = "<!DOCTYPE svg [<!ENTITY h \"a.test\">]><svg><image href='//&h;/x.png'/></svg>";
    assert_eq!(used("a.svg", entity), ["img-src 1:56 //&h;/x.png = //a.test/x.png"]);
    assert_eq!(hosts("a.svg", "<!DOCTYPE svg PUBLIC 'x' 'http://www.w3.org/a.dtd'><svg/>"), [""; 0]);
}

#[test]
fn templates() {
    let page = |source: &str| hosts("a.html", source);
    assert_eq!(
        page("<script src='https://a.test/{{ v }}/x.js'></script><script src='https://{{ h }}/x.js'></script>"),
        ["script-src a.test"]
    );
    let both = "<script src=\"{% if a %}//a.test/x.js{% else %}//b.test/x.js{% endif %}\"></script>";
    assert_eq!(used("a.html", both), ["script-src 1:24 //a.test/x.js", "script-src 1:47 //b.test/x.js"]);
    assert_eq!(page("{% set cdn = 'https://a.test' %}<img src=\"{{ cdn }}/x.png\">"), ["img-src a.test"]);
    assert_eq!(page("<img src=\"{{ url_for('x', y=\"z\") }}\" {% if a %}class=b{% endif %}><img src=//a.test>"), ["img-src a.test"]);
    assert_eq!(page("{% if a %}{# <img src=//a.test> #}{% endif %}"), [""; 0]);
    let tags = "<%= javascript_include_tag 'https://a.test/a.js', defer: true %>\n<%- x = image_tag(\"https://b.test/b\") -%>\n<%= link_to 'x', 'https://c.test/' %>";
    assert_eq!(hosts("a.html.erb", tags), ["script-src a.test", "img-src b.test"]);
    assert_eq!(hosts("a.erb", "<img src=\"https://a.test/<%= x[\"y\"] %>\"><%# <img src=//b.test> %>"), ["img-src a.test"]);
    assert_eq!(hosts("a.php", "<img src=\"https://a.test/<?= $x ?>\"><?php echo '<img src=//b.test>';"), ["img-src a.test"]);
    assert_eq!(
        hosts("a.astro", "---\nconst a = 1;\n---\n<img src={`https://a.test/${a}`}><img src={a ? '//b.test' : '/c'}>"),
        ["img-src a.test", "img-src b.test"]
    );
    assert_eq!(hosts("a.svelte", "<img src=\"https://a.test/{b}\">"), ["img-src a.test"]);
    assert_eq!(hosts("a.vue", "<template><img :src=\"'https://a.test/' + b\"></template>"), ["img-src a.test"]);
    // What a browser would load does not hide in braces.
    assert_eq!(page("{{ <script src=//a.test></script> }}"), ["script-src a.test"]);
    assert_eq!(page("<img {{ src='//a.test' }}>"), ["img-src a.test"]);
}

#[test]
fn comments_that_address_this_program() {
    for (path, source) in [
        ("a.html", "<!-- congruent: ignore[x]: y -->"),
        ("a.css", "/* congruent: ignore[x]: y */"),
        ("a.svg", "<svg><!-- congruent: ignore[x]: y --></svg>"),
    ] {
        let (document, facts) = facts(path, source, Wanted { comments: true, ..Wanted::default() });
        let words: Vec<_> = facts.comments.iter().map(|comment| document.slice(comment.text_span)).collect();
        assert_eq!(words, ["congruent: ignore[x]: y"], "{path}");
    }
    assert!(facts("a.html", "<title><!-- congruent: ignore[x]: y --></title>", Wanted::all()).1.comments.is_empty());
}

#[test]
fn spans_hold_what_was_read() {
    let source = "\u{feff}😀\r\n<a href='//a.test/é?&lt;'><p style='b:url(\"//b.test\\2f x\")'><script src=\"\t//c.test\"></script>";
    let (document, facts) = facts("a.html", source, Wanted::all());
    let raw: Vec<_> = facts.urls.iter().map(|url| document.slice(url.span)).collect();
    assert_eq!(raw, ["//a.test/é?&lt;", "//b.test\\2f x", "//c.test"]);
}

#[test]
fn hostile_input_takes_linear_time_and_bounded_stack() {
    let many = |piece: &str| piece.repeat(1_000_000 / piece.len());
    let attributes: String = (0..50_000).map(|number| format!(" a{number}=b src=//a.test")).collect();
    let inputs = [
        ("a.html", many("<div><svg><g>")),
        ("a.html", many("<a href=//a.test>")),
        ("a.html", format!("<img{attributes}>")),
        ("a.html", many("<!--")),
        ("a.html", many("<script><!--<script>")),
        ("a.html", many("<style>")),
        ("a.html", many("<svg><![CDATA[")),
        ("a.html", many("<p a='")),
        ("a.html", many("&a")),
        ("a.html", many("{{ a ")),
        ("a.html", format!("<p title='{}'>", many("{% if a %}b"))),
        ("a.html", format!("<img srcset='{}'>", many("a (,"))),
        ("a.html", format!("<img src='data:text/html,{}'>", many("%3Cb%3E"))),
        ("a.html", format!("<iframe srcdoc='{}'>", many("&lt;p&gt;"))),
        ("a.html", many("<noscript>")),
        ("a.astro", many("<a b={")),
        ("a.css", many("a{b:c(")),
        ("a.css", many("url(")),
        ("a.css", many("/*")),
        ("a.css", many("\"\\")),
        ("a.scss", many("#{")),
        ("a.svg", many("<!ENTITY a 'b'")),
        ("a.svg", many("<!ENTITY")),
        ("a.svg", format!("<!DOCTYPE a [<!ENTITY e ''><!ENTITY b '{}'>]>{}", "&e;".repeat(100_000), many("&b;"))),
        ("a.svg", format!("<!DOCTYPE a [<!ENTITY b '{}'>]>{}", "&b;".repeat(1000), many("&b;"))),
        ("a.mdx", many("import {\n\n")),
        ("a.mdx", format!("import a from 'a'; ({}{}", many("("), many("}"))),
        ("a.mdx", format!("{}{}", many("<a b={"), many("}"))),
        ("a.mdx", format!("{{' {}", many("{\\'}"))),
        ("a.md", format!("a {}`\n![a][b]", many("<b>"))),
        ("a.md", format!("a {}{}\n![a][b]", many("{"), many("}"))),
        ("a.md", format!("<div>{}{}\n", many("<!--congruent:-->"), many(" "))),
        ("a.svg", many("<?a")),
        ("a.svg", many("<a>")),
    ];
    for (path, source) in inputs {
        // A quadratic step takes minutes: the run does not end.
        facts(path, &source, Wanted::all());
    }
}

#[test]
fn restructured_text_has_images_and_html() {
    let source = "A\n=\n\n.. image:: https://a.test/1.png\n   :target: https://b.test/\n\n.. |x| image:: https://c.test/x\n\n.. raw:: html\n\n   <img\n     src='https://d.test/'>\n\n.. Hidden:\n\n   .. image:: https://e.test/\n\n::\n\n   .. image:: https://f.test/\n\n.. _l: https://g.test/\n\n   * .. figure:: é.png\n";
    assert_eq!(hosts("a.rst", source), ["img-src a.test", "img-src c.test", "img-src d.test"]);
    assert_eq!(hosts("a.txt", source), [""; 0]);
    // Nothing stands at the margin but the first line.
    assert_eq!(hosts("a.rst", ".. image:: https://a.test/1.png\n   :alt: é\n"), ["img-src a.test"]);
    assert_eq!(hosts("a.rst", ".. raw:: html\n\n   <img src='https://a.test/1.png'>\n"), ["img-src a.test"]);
}

#[test]
fn markup_of_components_names_their_constants() {
    let script = "<script setup lang=\"ts\">\nconst logo: string = 'https://a.test/l.png'\n  export const base = \"https://b.test\";\nconst x = f('https://no.test/')\nconst two = a ? 'https://no.test/1' : 'https://no.test/2'\n</script>\n";
    let vue =
        format!("{script}<template><img :src=\"logo\"><img v-bind:src=\"`${{base}}/x.png`\"><img :src=\"x\"><img :src=\"two\"></template>");
    assert_eq!(hosts("a.vue", &vue), ["img-src a.test", "img-src b.test"]);
    let svelte = format!("{script}<img src={{logo}} alt=\"\"><img src=\"{{base}}/x.png\"><img src={{other}}>");
    assert_eq!(hosts("a.svelte", &svelte), ["img-src a.test", "img-src b.test"]);
    let astro = "---\nconst logo = 'https://a.test/l.png';\nconst twice = 'https://no.test/1';\nconst twice = 'https://no.test/2';\n---\n<img src={logo}><img src={twice}>";
    assert_eq!(hosts("a.astro", astro), ["img-src a.test"]);
}
