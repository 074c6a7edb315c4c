use super::*;

fn urls(prose: &str) -> Vec<&str> {
    find(&Text::exact(prose, 0)).into_iter().map(|found| &prose[found.range]).collect()
}

#[test]
fn the_punctuation_of_the_sentence_is_left_out() {
    assert_eq!(
        urls("See https://a.test/x, https://b.test. (or http://c.test/y_(z)!)"),
        ["https://a.test/x", "https://b.test", "http://c.test/y_(z)"]
    );
    assert_eq!(
        urls("http://a.test/x... http://a.test:8080? http://a.test/x-."),
        ["http://a.test/x", "http://a.test:8080", "http://a.test/x-"]
    );
    assert_eq!(
        urls("`https://a.test/x` **https://b.test/y** [https://c.test/z]"),
        ["https://a.test/x", "https://b.test/y", "https://c.test/z"]
    );
    assert_eq!(
        urls("http://a.test/q?time=9..&c=FRA+DEU http://a.test/0,,9-2,00.html"),
        ["http://a.test/q?time=9..&c=FRA+DEU", "http://a.test/0,,9-2,00.html"]
    );
    assert_eq!(urls("http://a.test/it's_\"here\" http://a.test/(unclosed"), ["http://a.test/it's_\"here\"", "http://a.test/"]);
}

#[test]
fn a_quoted_url_ends_at_the_quote() {
    assert_eq!(urls(r#"{"a":"https://a.test/x","b":"https://b.test/y"}"#), ["https://a.test/x", "https://b.test/y"]);
    assert_eq!(urls("'https://a.test/x''https://b.test'"), ["https://a.test/x", "https://b.test"]);
    assert_eq!(urls("https://a.test/x,https://b.test/y"), ["https://a.test/x", "https://b.test/y"]);
}

#[test]
fn cjk_punctuation_ends_a_url_and_letters_do_not() {
    assert_eq!(
        urls("请访问https://a.test/路径，谢谢。（http://b.test）｜http://c.test｜"),
        ["https://a.test/路径", "http://b.test", "http://c.test"]
    );
    assert_eq!(urls("http://✪df.ws/123 http://x.test/a\u{200d}.html"), ["http://✪df.ws/123", "http://x.test/a\u{200d}.html"]);
}

#[test]
fn schemes_and_bare_slashes() {
    assert_eq!(
        urls("text:http://a.test/ me@http://b.test git+https://c.test/x.git"),
        ["http://a.test/", "http://b.test", "git+https://c.test/x.git"]
    );
    assert_eq!(urls("My //a.test site, //localhost and //[::1]/x"), ["//a.test", "//localhost", "//[::1]/x"]);
    assert_eq!(urls("///localhost //test a//b.test http://a.test//c.test"), ["http://a.test//c.test"]);
    assert_eq!(urls("http:// http://. http://.. http://# http://-x.test https?://x ://x.test"), [""; 0]);
    assert_eq!(urls("postgres://u:p%40@db.test:5432/x file:///etc/hosts"), ["postgres://u:p%40@db.test:5432/x", "file:///etc/hosts"]);
    assert_eq!(urls("http://a@b@c.test/x http://u:p@d.test"), ["http://a@b@c.test/x", "http://u:p@d.test"]);
}

#[test]
fn a_pattern_names_no_host() {
    assert_eq!(
        urls(r"^https://a\.test/x https?://b\.test //c\-d.test https://e\\.test/ https://f.test\n https://g.test"),
        ["https://f.test", "https://g.test"]
    );
}

#[test]
fn mail_addresses_need_their_scheme() {
    assert_eq!(
        urls("<mailto:a@b.test>, a@b.test mailto:b http://x.test/?q=mailto:c@d.test"),
        ["http://x.test/?q=mailto:c@d.test", "mailto:a@b.test"]
    );
}

#[test]
fn placeholders_in_hosts_are_marked() {
    for prose in [
        "https://<your-id>.a.test/x",
        "https://{id}.a.test/x",
        "https://${ID}.a.test/x",
        "https://{{ id }}.a.test/x",
        "https://%s.a.test/x",
    ] {
        let found = find(&Text::exact(prose, 0));
        assert_eq!(found.len(), 1, "{prose}");
        assert_eq!(found[0].range, 0..prose.len(), "{prose}");
        assert_eq!(found[0].placeholders.first(), Some(&(8..prose.len() - 9)), "{prose}");
    }
    assert_eq!(
        urls("https://a.test/runs/<run-id>/x https://a.test</a> https://$HOST:${PORT}/x"),
        ["https://a.test/runs/<run-id>/x", "https://a.test", "https://$HOST:${PORT}/x"]
    );
}

#[test]
fn hostile_input_takes_linear_time() {
    for unit in ["/", "http://a/(", "://", "http://[", "http://{", "a@", "http://a/'", "mailto:", "http://<", "//a.b(\"", "http://a@"] {
        let prose = unit.repeat(100_000 / unit.len());
        find(&Text::exact(&prose, 0));
    }
}
