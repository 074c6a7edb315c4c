//! What the rule `asset-host` says about a page, by role, place and allowlist.

use congruent::check::{AllowList, File, Settings, Verdict};
use congruent::model::{Directive, Document, Encoding, HostSource, RelatedHit, Severity};
use congruent::model::{Place, Wanted};
use congruent::{parse, rule};

fn verdict(path: &str, text: &str, allow: &[(Option<Directive>, &str)]) -> Verdict {
    let document = Document::new(path, text, Encoding::Utf8 { bom: false });
    let vocabulary = rule::vocabulary().unwrap_or_default();
    let facts = parse::parse(&document, &vocabulary, Wanted::all());
    let mut assets = AllowList::default();
    for (line, (directive, entry)) in allow.iter().enumerate() {
        let place = Place { path: "congruent.toml".to_owned(), line: line + 1, column: 1, end_line: line + 1, end_column: 2 };
        let Ok(source) = HostSource::parse(entry) else { continue };
        assets.allow(*directive, source, Some(place));
    }
    let file = File { document: &document, facts: &facts, vocabulary: &vocabulary };
    let rule = rule::all().unwrap_or_default().iter().find(|rule| rule.id == "asset-host");
    rule.map(|rule| rule.check.run(file, &Settings { assets, ..Settings::default() })).unwrap_or_default()
}

/// The messages about a page.
fn messages(path: &str, text: &str) -> Vec<String> {
    verdict(path, text, &[]).hits.into_iter().map(|hit| hit.message).collect()
}

#[test]
fn a_message_says_what_is_loaded_and_under_which_directive() {
    assert_eq!(
        messages("a.html", "<script src=//unpkg.com/x.js></script><link rel=stylesheet href=https://fonts.googleapis.com:8443/css>"),
        [
            "loads a script from unpkg.com, which is not allowed (script-src)",
            "loads a style sheet from fonts.googleapis.com:8443, which is not allowed (style-src)"
        ]
    );
}

#[test]
fn severity_follows_content_and_place() {
    let severity = |path: &str, text: &str| verdict(path, text, &[]).hits.first().map(|hit| hit.at_most.unwrap_or(Severity::Error));
    let image = "<img src=https://cdn.evil.com/x.png>\n";
    let script = "<script src=https://cdn.evil.com/x.js></script>\n";
    assert_eq!(severity("site/a.html", script), Some(Severity::Error));
    assert_eq!(severity("site/a.html", image), Some(Severity::Warning));
    assert_eq!(severity("docs/a.md", image), Some(Severity::Warning));
    assert_eq!(severity("docs/README.md", image), Some(Severity::Warning));
    for path in ["README.md", "GUIDE.md", "sdk/python/README.md", ".github/PULL_REQUEST_TEMPLATE.md", "tests/fixtures/a.md"] {
        assert_eq!(severity(path, image), Some(Severity::Note), "{path}");
        assert_eq!(severity(path, script), Some(Severity::Note), "{path}");
    }
    let directive = ".. image:: https://cdn.evil.com/x.png\n";
    assert_eq!(severity("README.rst", directive), Some(Severity::Note));
    assert_eq!(severity("docs/index.rst", directive), Some(Severity::Warning));
    assert_eq!(severity("mkdocs.yml", "theme: material\nrepo_url: https://github.com/a/b\nplugins: [privacy]\n"), Some(Severity::Note));
}

#[test]
fn what_cannot_be_known_is_unverified_and_what_is_refused_is_not_dropped() {
    let page = "<script src=https://{{ host }}/x.js></script><script src=https://xn--a.com/x.js></script><img src='https://a b/'>";
    let verdict = verdict("a.html", page, &[]);
    let reasons: Vec<_> = verdict.unverified.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(reasons[0], "loads a script from a host that is computed (script-src)");
    assert!(reasons[1].starts_with("loads an image from what is no URL ("), "{}", reasons[1]);
    assert_eq!(verdict.hits.len(), 1);
}

#[test]
fn the_entry_that_nearly_allows_is_related() {
    let allow = [(None, "cdn.jsdelivr.net"), (Some(Directive::Img), "img.shields.io")];
    let related = |url: &str| {
        let hits = verdict("a.html", &format!("<script src={url}></script>"), &allow).hits;
        let [hit] = <[_; 1]>::try_from(hits).unwrap_or_else(|hits| panic!("{url}: {hits:?}"));
        let place = hit.related.first().map(|related| match related {
            RelatedHit::There(place, why) => (place.line, why.clone()),
            RelatedHit::Here(..) | RelatedHit::Elsewhere(..) => (0, String::new()),
        });
        (place, hit.help.unwrap_or_default())
    };
    let (near, help) = related("https://cdn.jsdelivr.net.evil.example.net/x.js");
    assert_eq!(near, Some((1, "`cdn.jsdelivr.net` only stands in front: a host belongs to whoever owns its end".to_owned())));
    assert_eq!(help, "write cdn.jsdelivr.net if that is meant, or serve the file yourself");
    assert_eq!(related("https://img.shields.io/x.js").0, Some((2, "`img.shields.io` is allowed for img-src only".to_owned())));
    assert_eq!(
        related("https://unpkg.com/x.js"),
        (None, "serve the file yourself, or allow the host: `script-src = [\"unpkg.com\"]` under [assets.allow]".to_owned())
    );
    assert!(verdict("a.html", "<script src=https://CDN.jsdelivr.net./x.js></script>", &allow).hits.is_empty());
}
