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
            "POST https://a.test/6 [I: j]",
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
