//! Whether a page can say anything that is asked for: by a search of its bytes, without parsing it. What it says no to is
//! never read, so it may only say no where nothing can be found.
//!
//! A load needs something that loads and, in the same place, something that can be a host. Most pages have images and
//! elements without hosts, and hosts in links, and need not be read.

mod live;

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::{memchr_iter, memchr2, memmem};

use super::extensions;
use crate::model::{HtmlRoles, Text};
use crate::parse::Context;

/// What opens something that may load, beside images and HTML: a directive, a shortcode, an attribute list.
const OPENERS: [&str; 10] = ["```{", "``` {", "~~~{", "~~~ {", ":::{", "::: {", "{{<", "{{%", "{:", "){"];

/// The longest stretch of a tag or an image that is looked at, in bytes. What is longer counts.
const MAX_LENGTH: usize = 2048;

/// Whether the page has to be read for what is asked for.
pub(super) fn has_to_be_read(context: &Context<'_>, page: &Text<'_>, is_mdx: bool) -> bool {
    let wanted = context.wanted();
    let bytes = page.as_str().as_bytes();
    wanted.code()
        || context.has_keys()
        || (wanted.comments && memmem::find(bytes, b"congruent:").is_some())
        || (wanted.loads && may_load(page.as_str(), is_mdx, &context.vocabulary().html))
}

/// Whether anything in the page can load something from a host.
fn may_load(page: &str, is_mdx: bool, html: &HtmlRoles) -> bool {
    let whole = 0..page.len();
    // A second look leaves out code, unless a generator may see other blocks than CommonMark does.
    any_may_load(page.as_bytes(), &[whole], is_mdx, html)
        && (extensions::moves_blocks(page, is_mdx) || any_may_load(page.as_bytes(), &live::stretches(page, is_mdx), is_mdx, html))
}

/// Whether anything that starts in these stretches of the page can load something from a host.
fn any_may_load(page: &[u8], stretches: &[Range<usize>], is_mdx: bool, html: &HtmlRoles) -> bool {
    static AUTOMATON: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let automaton = AUTOMATON.get_or_init(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(OPENERS).ok());
    stretches.iter().any(|stretch| {
        let start = stretch.start;
        let chars = &page[stretch.clone()];
        memmem::find_iter(chars, b"![").any(|at| image_may_load(&page[start + at + 2..]))
            || memchr_iter(b'<', chars).any(|at| tag_may_load(&page[start + at + 1..], html))
            || automaton
                .as_ref()
                .is_none_or(|automaton| automaton.find_iter(chars).any(|found| extension_may_load(&page[start + found.start()..])))
            || (is_mdx && program_may_load(page, stretch))
    })
}

/// Whether the image whose description `bytes` starts with can have a host.
fn image_may_load(bytes: &[u8]) -> bool {
    let bytes = &bytes[..bytes.len().min(MAX_LENGTH)];
    let mut depth = 1usize;
    let mut close = None;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth -= 1,
            // Code, HTML and escapes may hide brackets.
            b'`' | b'<' | b'\\' => return true,
            _ => {}
        }
        if depth == 0 {
            close = Some(at + 1);
            break;
        }
    }
    let Some(rest) = close.and_then(|close| bytes.get(close..)) else { return true };
    // A reference has its URL elsewhere.
    let Some(rest) = rest.strip_prefix(b"(") else { return true };
    let space = rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b'>').count();
    let rest = &rest[space..];
    if rest.starts_with(b"<") {
        return true;
    }
    match rest.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b')') {
        Some(length) => may_hold_host(&rest[..length]),
        None => true,
    }
}

/// Whether the tag whose name `bytes` starts with can load something from a host, if it is one.
fn tag_may_load(bytes: &[u8], html: &HtmlRoles) -> bool {
    if !bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return bytes.starts_with(b"!--[");
    }
    let start = &bytes[..bytes.len().min(MAX_LENGTH)];
    let Some(end) = memchr::memchr(b'>', start) else { return true };
    let length = start[..end].iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/').unwrap_or(end);
    let (name, attributes) = start[..end].split_at(length);
    // What computes its URLs may write them in any way.
    if ["script", "style", "iframe", "frame", "object", "embed"].iter().any(|code| name.eq_ignore_ascii_case(code.as_bytes())) {
        return true;
    }
    if memchr2(b'=', b'{', attributes).is_none() {
        return goes_on(attributes);
    }
    let is_autolink =
        name.ends_with(b":") && !attributes.iter().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'{' | b'('));
    if is_autolink && !has_word(attributes, b"style") && !has_word(attributes, b"on") {
        return false;
    }
    let is_link = name.eq_ignore_ascii_case(b"a") && !has_word(attributes, b"style") && !has_word(attributes, b"ping");
    let has_host = !is_link && may_hold_host(attributes);
    let is_computed = attributes.contains(&b'{') && html.element(name) != html.element(b"");
    has_host || is_computed || has_word(attributes, b"on") || goes_on(attributes)
}

/// Whether the `>` after these attributes is not the tag's end: a quote or a brace is open, or it is the marker of a quoted line.
fn goes_on(attributes: &[u8]) -> bool {
    let count = |wanted: u8| memchr_iter(wanted, attributes).count();
    let line = attributes.iter().rev().take_while(|byte| byte.is_ascii_whitespace() || **byte == b'>');
    count(b'"') % 2 == 1 || count(b'\'') % 2 == 1 || count(b'{') != count(b'}') || line.into_iter().any(|byte| *byte == b'\n')
}

/// Whether a word that starts with `start` stands in these attributes.
fn has_word(attributes: &[u8], start: &[u8]) -> bool {
    attributes.windows(start.len() + 1).any(|window| !window[0].is_ascii_alphanumeric() && window[1..].eq_ignore_ascii_case(start))
}

/// Whether an `import`, an `export` or an expression of MDX that starts in this stretch can load something from a host.
fn program_may_load(page: &[u8], stretch: &Range<usize>) -> bool {
    let chars = &page[stretch.clone()];
    let is_line_start = |at: usize| at.checked_sub(1).is_none_or(|before| page.get(before) == Some(&b'\n'));
    let statement = |word: &[u8]| {
        memmem::find_iter(chars, word).map(|at| stretch.start + at).filter(|&at| is_line_start(at)).any(|at| {
            let rest = &page[at..page.len().min(at + 4 * MAX_LENGTH)];
            may_hold_host(&rest[..memmem::find(rest, b"\n\n").unwrap_or(rest.len())])
        })
    };
    let expression = |at: usize| {
        let start = stretch.start + at;
        let rest = &page[start..page.len().min(start + MAX_LENGTH)];
        let escapes = page[..start].iter().rev().take_while(|byte| **byte == b'\\').count();
        escapes.is_multiple_of(2) && memchr::memchr(b'}', rest).is_none_or(|length| may_hold_host(&rest[..length]))
    };
    statement(b"import") || statement(b"export") || memchr_iter(b'{', chars).any(expression)
}

/// Whether a directive, shortcode or attribute list that starts with `bytes` can load something from a host.
fn extension_may_load(bytes: &[u8]) -> bool {
    let rest = &bytes[..bytes.len().min(MAX_LENGTH)];
    let is_list = rest.starts_with(b"{:") || rest.starts_with(b")");
    match memchr::memchr(b'}', rest).filter(|_| is_list) {
        Some(end) => rest[..end].contains(&b'=') && may_hold_host(&rest[..end]),
        None => memmem::find(rest, b"rst").is_some() || may_hold_host(&rest[rest.len().min(3)..]),
    }
}

/// Whether a URL with a host can stand in these characters, encoded or not: something has to be written with two slashes,
/// with an escape or an expression that can stand for them, or with a scheme that goes without.
pub(super) fn may_hold_host(bytes: &[u8]) -> bool {
    let has = |what: &[u8]| memmem::find(bytes, what).is_some();
    memchr2(b'\\', b'&', bytes).is_some()
        || has(b"//")
        || has(b"{{")
        || has(b"{%")
        || has(b"${")
        || memchr_iter(b'/', bytes).any(|at| bytes.get(at + 1).is_some_and(|byte| is_dropped(*byte)))
        || memchr_iter(b':', bytes).any(|at| ends_with_scheme(&bytes[..at]))
}

/// Whether the URL parser drops this byte, wherever it stands.
fn is_dropped(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r')
}

/// Whether these bytes end with a scheme that goes without slashes.
fn ends_with_scheme(bytes: &[u8]) -> bool {
    let mut letters = bytes.iter().rev().copied().filter(|byte| !is_dropped(*byte)).map(|byte| byte.to_ascii_lowercase());
    let last: [u8; 5] = std::array::from_fn(|_| letters.next().unwrap_or_default());
    // Backwards: https, http, wss, ws, ftp, data.
    [b"sptth".as_slice(), b"ptth", b"ssw", b"sw", b"ptf", b"atad"].iter().any(|scheme| last.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::model::{Document, Encoding, Reference, Role, Vocabulary, Wanted};
    use crate::parse::markdown::mdx;
    use crate::parse::parse;

    fn vocabulary() -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        vocabulary.html = toml::from_str(include_str!("../../../../rules/roles/html.toml")).unwrap();
        vocabulary.markdown = toml::from_str(include_str!("../../../../rules/roles/markdown.toml")).unwrap();
        vocabulary
    }

    #[test]
    fn pages_that_may_load() {
        let html = vocabulary().html;
        for page in [
            "![a](https://a.test/1.png)",
            "![a](https&colon;a)",
            "![a](\\\\a.test)",
            "![a][b]",
            "![`]`](//a.test)",
            "> ![a](\n> //a.test)",
            "<img src=/\n/a.test>",
            "> <img\n> src=//a.test>",
            "<x style=\"background:url(http:a.test)\">",
            "<script>f(atob('aHR0'))</script>",
            "<b onclick=f()>",
            "<x_y title='>' onclick=f()>",
            "<img src=d\nata:text/html,x>",
            "<img src={{ cdn }}/x.png>",
            "{{< figure src=\"https://a.test\" >}}",
            "```{image} https://a.test",
            "![](a.png){ style=\"background: url(//a.test)\" }",
        ] {
            assert!(may_load(page, false, &html), "{page}");
        }
        for page in ["export const a = '//a.test'", "text {f('//a.test')}", "<A b={() => 1} c='//a.test'/>"] {
            assert!(may_load(page, true, &html), "{page}");
        }
    }

    #[test]
    fn pages_that_load_nothing() {
        let html = vocabulary().html;
        for page in [
            "[a](https://a.test) <https://a.test/?b=c> https://b.test",
            "![a](images/1.png \"T\")\n\n# Note: https://a.test",
            "<details>\n<summary class='x'>x</summary> https://a.test <br/> Vec<T, U> a < b <a@b.test>",
            "<a href=\"https://a.test\" target=\"_blank\"><img src=\"1.png\" alt=\"x\"></a>",
            "```html\n<p>\n```\nhttps://a.test",
            "function(){ return 1 }\n\nhttps://a.test",
        ] {
            assert!(!may_load(page, false, &html), "{page}");
        }
        assert!(!may_load("import Tab from './tab'\n\n<Tab b='c' d={1}>https://a.test</Tab>\n", true, &html));
    }

    const PIECES: [&str; 72] = [
        "\\{",
        "\\}",
        "<B>\n",
        "</B>",
        "![",
        "](",
        "]",
        "[",
        ")",
        "(",
        "a",
        "b.png",
        "//h.test",
        "/",
        "\\",
        "https:",
        "https://h.test/x",
        "&#47;",
        " ",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "    ",
        "`",
        "``",
        "```",
        "<",
        ">",
        "<img",
        "<a",
        " src=",
        " href=",
        " style=",
        "\"",
        "'",
        "url(",
        "{",
        "}",
        "{{",
        "}}",
        "{:",
        "{image} ",
        ":::",
        "[a]: ",
        "<div>",
        "<!--",
        "-->",
        "!!! note",
        "<b",
        " onclick=",
        "import a from 'a'\n",
        "=== \"T\"",
        "\n```\n",
        "\n```\n",
        "\n~~~\n",
        "\n  ```\n",
        "\n    ```\n",
        "\n\t",
        "1. ",
        "|",
        "|a|\n|-|\n",
        "<pre>",
        "# ",
        "![a](//h.test)",
        "<img src=//h.test>",
        "<img src='//h.test'/>",
        "![a][a]",
        "\n\n",
        "\n",
        "</div>",
        "[^1]: ",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]
        #[test]
        fn what_is_left_unread_loads_nothing(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..28), is_mdx in any::<bool>()) {
            let page = pieces.concat();
            let vocabulary = vocabulary();
            let path = if is_mdx { "a.mdx" } else { "a.md" };
            if !may_load(&page, mdx::is_mdx(path, &page), &vocabulary.html) {
                let document = Document::new(path, page.as_str(), Encoding::Utf8 { bom: false });
                let facts = parse(&document, &vocabulary, Wanted::all());
                let loads: Vec<_> = facts.urls.iter().filter(|url| matches!(url.role, Role::Load(_)) && url.reference != Reference::Relative).collect();
                prop_assert!(loads.is_empty(), "{page:?}: {loads:?}");
            }
        }
    }
}
