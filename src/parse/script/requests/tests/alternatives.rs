//! One call is one request, whatever it may come to.

use super::requests;

#[test]
fn a_url_of_two_is_one_request() {
    let python = |body: &str| requests("a.py", &format!("import requests\n{body}")).join("|");
    assert_eq!(
        python("u = 'https://a.test/x' if t else 'https://b.test/y/z'\nrequests.get(u)\n"),
        "GET https://a.test/x | https://b.test/y/z; the URL is one of 2"
    );
    assert_eq!(
        python("p = '/runs'\nif id:\n  p = f'/runs/{id}'\nrequests.post(BASE + p, headers={'A': b})\n"),
        "POST {BASE}/runs | {BASE}/runs/{id} [A: {b}]; the URL is one of 2"
    );
    assert_eq!(python("for u in ['https://a.test/1', 'https://a.test/2']:\n  requests.get(u)\n").matches("GET").count(), 1);
    assert_eq!(
        requests("a.sh", "for p in a b; do curl -I https://x.test/$p; done\ncurl https://a.test https://b.test\n"),
        ["HEAD https://x.test/a | https://x.test/b; the URL is one of 2", "GET https://a.test", "GET https://b.test"]
    );
}

#[test]
fn a_wrapper_stands_where_it_is_called_for_different_requests() {
    let source = r#"import requests
class C:
    runs = "https://a.test/runs"
    stop = "https://a.test/stop"
    def call(self, url, data=None):
        if data:
            return requests.post(url, json=data, headers={"A": "b"})
        return requests.get(url, headers={"A": "b"})
    def one(self):
        return self.call(self.runs)
    def two(self):
        return self.call(self.stop, {})
"#;
    let all = requests("a.py", source);
    assert_eq!(
        all,
        [
            "POST https://a.test/runs [A: b] json",
            "GET https://a.test/runs [A: b]",
            "POST https://a.test/stop [A: b] json",
            "GET https://a.test/stop [A: b]",
        ]
    );
    let go = r#"package p
func (c *C) get(p string) error { return c.call(http.MethodGet, p) }
func (c *C) put(p string) error { return c.call(http.MethodPut, p) }
func (c *C) call(method, p string) error {
	req, err := http.NewRequest(method, p, nil)
	req.Header.Set("X-A", c.key)
	return err
}
"#;
    assert_eq!(
        requests("a.go", go),
        ["GET {p} [X-A: {this.key}]; `{p}` is not known here", "PUT {p} [X-A: {this.key}]; `{p}` is not known here"]
    );
    // The same for every caller is one request.
    let same = "import requests\ndef f(x):\n  requests.get('https://a.test/', params={'q': x})\nf('1')\nf('2')\n";
    assert_eq!(requests("a.py", same).len(), 1);
}

#[test]
fn headers_of_branches_are_one_request() {
    let source = "import requests\ndef f(h):\n  requests.get('https://a.test/', headers=h)\nf({'A': 'b'})\nf({'A': 'b', 'C': 'd'})\n";
    assert_eq!(requests("a.py", source), ["GET https://a.test/ [A: b, C: d]"]);
}
