//! Clients and their requests, library by library.

use super::requests;

#[test]
fn a_connection_of_python_sends_one_request_after_another() {
    let source = r#"import http.client
c = http.client.HTTPSConnection("a.test")
c.putrequest("POST", "/x")
c.putheader("A", "b")
c.putheader("X-API-Key", key)
c.endheaders(body)
c.putrequest("GET", "/y")
c.putheader("C", "d")
c.endheaders()
"#;
    assert_eq!(requests("a.py", source), ["POST https://a.test/x [A: b, X-API-Key: {key}] header-key text", "GET https://a.test/y [C: d]"]);
}

#[test]
fn superagent_builds_in_chains() {
    let source = r#"const request = require('superagent');
await request.post('https://a.test/x').set('X-API-Key', key).set({ A: 'b' }).send({ c: 1 }).query({ d: 2 });
request.del('https://a.test/y').auth('u', 'p');
request.get('https://a.test/z').auth(token, { type: 'bearer' }).accept('text/plain').end(f);
request.put('https://a.test/f').attach('file', 'x.png').field('a', 'b');
const agent = request.agent().set('E', 'f');
agent.get('https://a.test/g');
"#;
    assert_eq!(
        requests("a.js", source),
        [
            "POST https://a.test/x?d=2 [X-API-Key: {key}, A: b] header-key json",
            "DELETE https://a.test/y basic",
            "GET https://a.test/z [Accept: text/plain] bearer",
            "PUT https://a.test/f multipart",
            "GET https://a.test/g [E: f]",
        ]
    );
}

#[test]
fn clients_of_javascript_are_called_themselves() {
    let source = r#"import got from 'got';
import axios from 'axios';
const api = got.extend({ prefixUrl: 'https://a.test/v1', headers: { 'X-API-Key': key } });
await api('users', { searchParams: { a: 1 } }).json();
await api.post('users', { json: {} });
const inner = api.extend({ headers: { B: 'c' } });
await inner('x');
const http = axios.create({ baseURL: 'https://b.test/', headers: { common: { D: 'e' } } });
http.interceptors.request.use((config) => { config.headers.Authorization = `Bearer ${t}`; return config; });
await http({ url: '/y', method: 'put', data: {} });
class C {
  constructor(key) { this.client = axios.create({ baseURL: 'https://c.test', headers: { K: key } }); }
  list() { return this.client.get('/list'); }
}
"#;
    assert_eq!(
        requests("a.js", source),
        [
            "GET https://a.test/v1/users?a=1 [X-API-Key: {key}] header-key",
            "POST https://a.test/v1/users [X-API-Key: {key}] header-key json",
            "GET https://a.test/v1/x [X-API-Key: {key}, B: c] header-key",
            "PUT https://b.test/y [D: e] json; an interceptor may add headers",
            "GET https://c.test/list [K: {key}]",
        ]
    );
}

#[test]
fn node_takes_a_url_options_or_both() {
    let source = r#"const https = require('node:https'); const http = require('http');
https.get('https://a.test/1', { headers: { A: 'b' } }, (r) => {});
https.request(new URL('https://a.test/2'), { method: 'PUT', auth: 'u:p' }, f);
const options = { host: 'a.test', port: 8443, path: `/3/${id}`, method: 'DELETE' };
options.headers = { C: 'd' };
http.request(options, f).end();
const req = https.request({ hostname: 'a.test', path: '/4', method: 'POST' });
req.setHeader('E', 'f');
req.end(JSON.stringify(x));
request({ url: 'https://a.test/5', method: 'POST', json: {}, headers: { G: 'h' } }, f);
request.get('host');
needle('post', 'https://a.test/6', {}, { headers: { I: 'j' } });
"#;
    assert_eq!(
        requests("a.js", source),
        [
            "GET https://a.test/1 [A: b]",
            "PUT https://a.test/2 basic",
            "DELETE http://a.test:8443/3/{id} [C: d]",
            "POST https://a.test/4 [E: f] text",
            "POST https://a.test/5 [G: h] json; the client may add headers",
            "POST https://a.test/6 [I: j] form",
        ]
    );
}

#[test]
fn a_block_sets_up_a_client_of_ruby() {
    let source = r#"class C
  def initialize(key)
    @conn = Faraday.new(url: "https://a.test") do |f|
      f.headers["X-API-Key"] = key
      f.basic_auth "u", "p"
      f.adapter :net_http
    end
  end
  def list
    @conn.get("/list") { |r| r.headers["A"] = "b" }
  end
end
"#;
    assert_eq!(requests("a.rb", source), ["GET https://a.test/list [A: b, X-API-Key: {key}] header-key basic"]);
}

#[test]
fn builders_of_java_take_their_parts_in_any_order() {
    let source = r#"class C { void f() {
    new Request.Builder().post(body).header("A", "b").url("https://a.test/1").build();
    HttpRequest.newBuilder().GET().header("C", "d").uri(URI.create("https://a.test/2")).timeout(t).build();
    HttpRequest.Builder b = HttpRequest.newBuilder(URI.create("https://a.test/3"));
    b = b.header("E", "f");
    if (x) { b.headers("G", "h", "I", k); }
    b.method("PATCH", p).build();
    new Request.Builder().url(HttpUrl.get("https://a.test/v1/").newBuilder("x").build().resolve("/y")).build();
    new Request.Builder().url(HttpUrl.parse("https://a.test/4").newBuilder().addQueryParameter("q", "1").build()).headers(Headers.of("J", "k")).build();
} }
"#;
    assert_eq!(
        requests("C.java", source),
        [
            "POST https://a.test/1 [A: b] text",
            "GET https://a.test/2 [C: d]",
            "PATCH https://a.test/3 [E: f, G: h, I: {k}] text",
            "GET https://a.test/y",
            "GET https://a.test/4?q=1 [J: k]",
        ]
    );
}

#[test]
fn what_is_added_to_a_url_is_a_part_of_it() {
    let source = r#"const url = new URL('https://a.test/x');
url.searchParams.set('a', b);
url.searchParams.append('c', 'd e');
fetch(url);
fetch(url.toString(), { method: 'POST' });
const other = new URL('https://a.test/y');
fetch(other.href);
needle('get', 'https://a.test/n', { q: 1 }, { headers: { A: 'b' } });
needle('get', 'https://a.test/o', { headers: { A: 'b' } });
$.ajax({ url: '/j', data: { e: 'f' } });
$.post('/k', { e: 'f' });
"#;
    assert_eq!(
        requests("a.js", source),
        [
            "GET https://a.test/x?a={b}&c=d+e",
            "POST https://a.test/x?a={b}&c=d+e",
            "GET https://a.test/y",
            "GET https://a.test/n?q=1 [A: b]",
            "GET https://a.test/o [A: b]",
            "GET /j?e=f",
            "POST /k form",
        ]
    );
    let java = r#"class C { void f() {
    URIBuilder builder = new URIBuilder("https://a.test/x");
    builder.addParameter("a", b);
    HttpGet get = new HttpGet(builder.build());
    URIBuilder second = new URIBuilder("https://a.test/y");
    second.addParameters(list);
    HttpPost post = new HttpPost(second.build());
} }
"#;
    assert_eq!(requests("C.java", java), ["GET https://a.test/x?a={b}", "POST https://a.test/y; `list` may hold parameters"]);
    let go = r#"package p
func f() {
	req, err := http.NewRequest("GET", "https://a.test/x", nil)
	q := req.URL.Query()
	q.Add("a", b)
	req.URL.RawQuery = q.Encode()
	other, err := http.NewRequest("GET", url.JoinPath("https://a.test/", "/v1", "/y"), nil)
	other.URL.RawQuery = values.Encode()
}
"#;
    assert_eq!(requests("a.go", go), ["GET https://a.test/x?a={b}", "GET https://a.test/v1/y; `values.Encode()` may hold parameters"]);
}

#[test]
fn headers_are_made_in_functions_too() {
    let go = r#"package p
func (c *C) f(p string) {
	req, err := http.NewRequest("GET", "https://a.test/x", nil)
	req.Header = c.headers()
}
func (c *C) headers() http.Header {
	h := make(http.Header)
	h.Set("A", "b")
	h.Add("X-API-Key", c.key)
	return h
}
"#;
    assert_eq!(requests("a.go", go), ["GET https://a.test/x [A: b, X-API-Key: {this.key}] header-key"]);
    let ruby = "RestClient.post 'https://a.test/r', '{}', { content_type: :json, 'X-A' => 'b' }\n";
    assert_eq!(requests("a.rb", ruby), ["POST https://a.test/r [content-type: json, X-A: b] text"]);
}

#[test]
fn clients_from_elsewhere_are_known_by_their_names() {
    let ruby = "users_client.get(\"#{V1}/users\", params)\ncache.get('/x')\nclient.get('')\n";
    assert_eq!(requests("a.rb", ruby), ["GET {V1}/users; the client may add headers"]);
    let javascript =
        "class C { f() { return this.axios.post(`/issues/${id}`, { body }); } }\napp.get('/x', handler);\nthis.client.get(key);\n";
    assert_eq!(requests("a.js", javascript), ["POST /issues/{id} json; the client may add headers"]);
    let python = "def test(self):\n    self.client.post('/x', json={})\n    self._client.get(key)\n    redis_client.get('/x')\n";
    assert_eq!(requests("a.py", python), ["POST /x json; the client may add headers"]);
}

#[test]
fn a_query_may_be_assigned_or_encoded() {
    let ruby = r#"uri = URI.parse("https://a.test/x")
uri.query = URI.encode_www_form({ q: 1, r: s })
req = Net::HTTP::Post.new(uri.request_uri)
req.content_type = "application/json"
other = URI.parse("https://a.test/y")
other.query = [other.query, more].compact
Net::HTTP.get(other)
"#;
    assert_eq!(
        requests("a.rb", ruby),
        [
            "POST https://a.test/x?q=1&r={s} [Content-Type: application/json]",
            "GET https://a.test/y; `[other.query, more].compact` may hold parameters"
        ]
    );
    let python = "import requests, urllib.parse\nrequests.get('https://a.test/', params=urllib.parse.urlencode({'a': 'b'}))\n";
    assert_eq!(requests("a.py", python), ["GET https://a.test/?a=b"]);
    assert_eq!(
        requests("a.js", "const u = new URL('https://a.test/');\nu.search = new URLSearchParams({ a: b });\nfetch(u);\n"),
        ["GET https://a.test/?a={b}"]
    );
}

#[test]
fn what_may_add_headers_is_said() {
    let python =
        "import requests\ndef bearer(r):\n  r.headers['Authorization'] = t\n  return r\nrequests.get('https://a.test/', auth=bearer)\n";
    assert_eq!(requests("a.py", python), ["GET https://a.test/; `bearer` authenticates"]);
    let javascript = "const i = got.extend({ hooks: { beforeRequest: [(o) => { o.headers.token = t; }] } });\ni('https://a.test/');\n";
    assert_eq!(requests("a.js", javascript), ["GET https://a.test/; a hook may add headers"]);
}

#[test]
fn streams_and_requests_that_wait() {
    let ruby = r#"def f(url)
  options = { method: 'delete', headers: { "User-Agent" => "x", "Authorization" => "Bearer #{t}" }, params: { a: 1 } }
  request = Typhoeus::Request.new(url, options)
  request.options[:headers].merge!({ "X-A" => oauth.header })
  request.run
end
f("https://a.test/x")
Typhoeus::Request.new("https://a.test/y", method: :post, body: "{}").run
"#;
    assert_eq!(
        requests("a.rb", ruby),
        [
            "DELETE https://a.test/x?a=1 [User-Agent: x, Authorization: Bearer {t}, X-A: {oauth.header}] bearer",
            "POST https://a.test/y text"
        ]
    );
    let javascript = "got.stream('https://a.test/1');\ngot.stream.post('https://a.test/2', { headers: { A: 'b' } });\n\
        got('https://a.test/3', { searchParams: new URLSearchParams([['k', 'a'], ['k', 'b']]) });\n";
    assert_eq!(requests("a.js", javascript), ["GET https://a.test/1", "POST https://a.test/2 [A: b]", "GET https://a.test/3?k=a&k=b"]);
}
