//! Whether a page has to be read at all.

use memchr::{memchr_iter, memmem};

use super::tokenizer::is_space;
use crate::model::Text;
use crate::parse::script::page_may_test;
use crate::parse::{Context, reference, template};

/// Whether anything that this run wants can stand in the text.
pub(super) fn is_wanted(context: &Context<'_>, text: &Text<'_>) -> bool {
    let wanted = context.wanted();
    context.wants_code(text.as_str())
        || (context.tests_hosts() && may_test_hosts(context, text))
        || context.may_show_secrets()
        || (wanted.comments && memmem::find(text.as_str().as_bytes(), b"congruent:").is_some())
        || (wanted.credentials && context.has_key(text.whole_span()))
        || (wanted.loads && (context.has_base() || may_load(text, template::uses_braces(context.path()))))
}

/// Whether a page can load anything from a named host, or from one that is computed. A `no` is certain.
///
/// A host is named by what [`reference::may_name_host`] looks for, in the bytes as they are written: HTML hides characters in
/// entities only (`&`), CSS in escapes (a backslash, which counts as one that names a host), a `data:` URL in what its scheme announces.
/// A host is computed by a template, by an interpolation, by a hole, or by a program: a `script` or an event handler. A `<base href>`
/// that names a host names it here; one around this text is the caller's to know.
fn may_load(text: &Text<'_>, braces: bool) -> bool {
    let bytes = text.as_str().as_bytes();
    names_host(bytes)
        || text.has_holes()
        || memchr::memchr(b'&', bytes).is_some()
        || (braces && memchr::memchr(b'{', bytes).is_some())
        || ["{{", "{%", "<%", "<?", "#{", "@{"].iter().any(|open| memmem::find(bytes, open.as_bytes()).is_some())
        || has_program(bytes)
}

/// Whether anything names a host, but for the namespaces that nearly every SVG has and nothing loads.
fn names_host(bytes: &[u8]) -> bool {
    let mut from = 0;
    for at in memmem::find_iter(bytes, NAMESPACES).filter(|at| is_namespace(bytes.get(..*at).unwrap_or_default())) {
        if reference::may_name_host(bytes.get(from..at).unwrap_or_default()) {
            return true;
        }
        from = at + NAMESPACES.len();
    }
    reference::may_name_host(bytes.get(from..).unwrap_or_default())
}

/// How the namespaces of the W3C begin.
const NAMESPACES: &[u8] = b"http://www.w3.org/";

/// Whether these bytes end where the value of an attribute `xmlns` or `xmlns:a` begins.
fn is_namespace(before: &[u8]) -> bool {
    let name = before.strip_suffix(b"=\"").or_else(|| before.strip_suffix(b"='")).unwrap_or_default();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'.');
    let start = name.iter().rposition(|byte| !is_part(byte)).map_or(0, |last| last + 1);
    let (around, name) = name.split_at(start);
    around.last().is_some_and(|&byte| is_space(byte)) && (name == b"xmlns" || name.starts_with(b"xmlns:"))
}

/// Whether a program in the page may test a text for a host.
fn may_test_hosts(context: &Context<'_>, text: &Text<'_>) -> bool {
    // What stands before an Astro page is a program.
    (has_program(text.as_str().as_bytes()) || text.as_str().starts_with("---")) && page_may_test(context.source(), context.vocabulary())
}

/// Whether there is a `script` element or what may be an event handler.
fn has_program(bytes: &[u8]) -> bool {
    let is_script = |at: usize| bytes.get(at + 1..at + 7).is_some_and(|name| name.eq_ignore_ascii_case(b"script"));
    memchr_iter(b'<', bytes).any(is_script) || memchr_iter(b'=', bytes).any(|at| ends_in_handler(bytes.get(..at).unwrap_or_default()))
}

/// Whether the bytes end in a name that starts with `on`.
fn ends_in_handler(before: &[u8]) -> bool {
    // Names of handlers have less than forty letters; with more white space than that before the sign, the worst is supposed.
    let window = before.get(before.len().saturating_sub(96)..).unwrap_or_default();
    let end = window.iter().rposition(|&byte| !is_space(byte)).map_or(0, |last| last + 1);
    let name = window.get(..end).unwrap_or_default();
    let start = name.iter().rposition(|byte| !byte.is_ascii_alphanumeric()).map_or(0, |last| last + 1);
    let name = name.get(start..).unwrap_or_default();
    let cut = start == 0 && window.len() < before.len();
    cut || (name.len() > 2 && name.get(..2).is_some_and(|on| on.eq_ignore_ascii_case(b"on")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Document, Encoding, Reference, Role, Vocabulary, Wanted};
    use crate::parse::parse;

    fn vocabulary() -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        vocabulary.html = toml::from_str(include_str!("../../../rules/roles/html.toml")).unwrap();
        vocabulary.css = toml::from_str(include_str!("../../../rules/roles/css.toml")).unwrap();
        vocabulary
    }

    /// The loads that matter to a check, from what it asks for or from everything.
    fn loads(path: &str, source: &str, wanted: Wanted) -> Vec<(crate::model::Span, Role, String)> {
        let document = Document::new(path, source, Encoding::Utf8 { bom: false });
        let facts = parse(&document, &vocabulary(), wanted);
        let matters = |reference: &Reference| match reference {
            Reference::Absolute(url) => url.has_host(),
            Reference::Relative => false,
            Reference::Dynamic | Reference::Invalid(_) => true,
        };
        let load = facts.urls.into_iter().filter(|url| matches!(url.role, Role::Load(_)) && matters(&url.reference));
        load.map(|url| (url.span, url.role, url.text)).collect()
    }

    #[test]
    fn what_needs_no_reading() {
        for no in [
            "<p class='a'>b</p>",
            "<br>",
            "<img src=a/b.png>",
            "<a href='#x'>12:30, one and the other = two</a>",
            "<style>a{color:red}</style>",
            "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink=\"http://www.w3.org/1999/xlink\"><use href='#a'/></svg>",
        ] {
            assert!(!may_load(&Text::exact(no, 0), false), "{no}");
        }
        for yes in [
            "<img src=//a.test>",
            "<svg xmlns='http://www.w3.org/2000/svg'><image href='//a.test'/>",
            "<svg a='http://www.w3.org/2000/svg'>",
            "<svg xmlns ='http://www.w3.org/2000/svg'>",
            "<img src='http:a.test'>",
            "<img src=&#x2f;/a>",
            "<p onclick='a()'>",
            "<SCRIPT>",
            "<p oncopy = a>",
            "{{ a }}",
        ] {
            assert!(may_load(&Text::exact(yes, 0), false), "{yes}");
        }
    }

    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            prop::sample::select(
                &[
                    "<img src=",
                    "<img srcset='",
                    "<link rel=stylesheet href=",
                    "<base href=",
                    "<p style='background:url(",
                    "<style>a{b:url(",
                    ")",
                    "}",
                    "'",
                    "\"",
                    ">",
                    " ",
                    "\t",
                    "\n",
                    "/",
                    "//",
                    "\\",
                    "http:",
                    "https:",
                    "ht",
                    "tp:",
                    "ws:",
                    "a.test",
                    "a/b.png",
                    "&sol;",
                    "&#47",
                    "&colon;",
                    "data:text/html,",
                    "data:image/svg+xml,",
                    "%3Cimage href=",
                    "%2F%2Fa.test",
                    "</style>",
                    "<iframe srcdoc='",
                    "<svg>",
                    "<svg xmlns='http://www.w3.org/2000/svg'>",
                    " xmlns:a=\"http://www.w3.org/",
                    "<image href=",
                    "</svg>",
                    "<noscript>",
                    "</noscript>",
                    "<template>",
                    "<!--",
                    "-->",
                    "{{ a }}",
                    "{% if a %}",
                    "{% else %}",
                    "{% endif %}",
                    "\\2f",
                    "@import '",
                    ";",
                    "1x, ",
                    "<a href=x>",
                    "<meta http-equiv=refresh content='0;url=",
                    "<object data=",
                    "<video poster="
                ][..]
            )
            .prop_map(ToOwned::to_owned),
            "[a-z:/ ]{0,5}",
        ]
    }

    #[test]
    fn a_base_without_a_host_names_none() {
        let page = "<object data=<style>a{b:url(<base href=tp:<style>a{b:url(";
        assert_eq!(loads("a.html", page, Wanted::all()), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_check_loses_no_load(pieces in prop::collection::vec(piece(), 0..16), path in prop::sample::select(&["a.html", "a.svg", "a.css", "a.vue"][..])) {
            let source = pieces.concat();
            let gated = loads(path, &source, Wanted { loads: true, ..Wanted::default() });
            prop_assert_eq!(gated, loads(path, &source, Wanted::all()), "{} {:?}", path, source);
        }
    }
}
