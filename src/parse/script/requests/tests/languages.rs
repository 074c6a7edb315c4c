//! What programs send.

use super::{places, requests};

#[test]
fn python_calls() {
    let source = r#"
import requests, httpx, aiohttp, urllib.request, http.client
BASE = "https://a.test/v1"
requests.get(f"{BASE}/runs/{run}", headers={"X-API-Key": key}, params={"limit": 10, "q": q})
requests.post(BASE + "/runs", headers={"Authorization": f"Bearer {t}", "Content-Type": "application/json"}, json={"a": 1})
requests.request("patch", url="https://a.test/p", data="x", auth=("u", "p"))
requests.delete("https://a.test/d", headers={"A": None, "B": "c"}, cookies={"sid": s})
httpx.post("https://a.test/f", files={"f": f})
request = urllib.request.Request("https://a.test/u", data=body, headers={"A": "b"})
request.add_header("B", c)
urllib.request.urlopen(request)
urllib.request.urlopen("https://a.test/o")
connection = http.client.HTTPSConnection("a.test", 8443)
connection.request("DELETE", "/x/1", headers={"A": "b"})
"#;
    assert_eq!(
        requests("a.py", source),
        [
            "GET https://a.test/v1/runs/{run}?limit=10&q={q} [X-API-Key: {key}] header-key",
            "POST https://a.test/v1/runs [Authorization: Bearer {t}, Content-Type: application/json] bearer json",
            "PATCH https://a.test/p basic text",
            "DELETE https://a.test/d [B: c, Cookie: sid={s}] cookie-key",
            "POST https://a.test/f multipart",
            "POST https://a.test/u [A: b, B: {c}] form",
            "GET https://a.test/o",
            "DELETE https://a.test:8443/x/1 [A: b]",
        ]
    );
}

#[test]
fn python_sessions_have_headers_for_all_requests() {
    let source = r#"
import requests, httpx
s = requests.Session()
s.headers.update({"X-API-Key": key})
s.headers["A"] = "b"
s.get("https://a.test/1")
s.auth = ("u", "p")
s.put("https://a.test/2", headers={"a": "c"}, data={"x": 1})
other = requests.Session()
other.get("https://a.test/3")
with httpx.Client(base_url="https://a.test/v2/", headers={"H": "1"}) as client:
    client.get("/users")
    client.post("users/1", content=b"x")
class C:
    def __init__(self, base, key):
        self.base = base
        self.session = requests.Session()
        self.session.headers = {"X-API-Key": key}
    def make(self):
        return self.session.post(f"{self.base}/make", json={})
"#;
    assert_eq!(
        requests("a.py", source),
        [
            "GET https://a.test/1 [X-API-Key: {key}, A: b] header-key",
            "PUT https://a.test/2 [X-API-Key: {key}, a: c] header-key basic form",
            "GET https://a.test/3",
            "GET https://a.test/v2/users [H: 1]",
            "POST https://a.test/v2/users/1 [H: 1] text",
            "POST {base}/make [X-API-Key: {key}] header-key json",
        ]
    );
}

#[test]
fn a_wrapper_is_as_many_requests_as_it_is_called_for() {
    let source = r#"import requests
class C:
    def _headers(self):
        h = {"Content-Type": "application/json"}
        if self.key:
            h["X-API-Key"] = self.key
        return h
    def _call(self, method, path, body=None):
        return requests.request(method, self.base + path, headers=self._headers(), json=body)
    def runs(self):
        return self._call("GET", "/runs")
    def stop(self, run):
        return self._call("POST", f"/runs/{run}/stop", {})
"#;
    assert_eq!(
        requests("a.py", source),
        [
            "GET {this.base}/runs [Content-Type: application/json, X-API-Key: {this.key}] header-key",
            "POST {this.base}/runs/{run}/stop [Content-Type: application/json, X-API-Key: {this.key}] header-key json",
        ]
    );
}

#[test]
fn javascript_calls() {
    let source = r#"
const BASE = 'https://a.test/v1';
await fetch(`${BASE}/runs/${id}`, { method: 'post', headers: { 'X-API-Key': key, Authorization: `Bearer ${t}` }, body: JSON.stringify(x) });
fetch('/api/x');
const h = new Headers({ A: 'b' }); h.append('C', d);
fetch(new Request('https://a.test/r', { headers: h, method: 'DELETE' }));
const api = axios.create({ baseURL: BASE, headers: { 'X-API-Key': k } });
api.get('/users', { params: { a: 1 } });
api.post('users', data, { headers: { B: 'c' } });
axios({ method: 'put', url: 'https://a.test/z', data: new FormData() });
axios.defaults.headers.common['Authorization'] = `Bearer ${t}`;
axios.get('https://a.test/d', { auth: { username, password } });
const xhr = new XMLHttpRequest(); xhr.open('PUT', 'https://a.test/xhr'); xhr.setRequestHeader('X', 'y'); xhr.send(body);
const req = https.request({ hostname: 'a.test', path: '/n', method: 'POST', headers: { A: 'b' } }, (res) => {}); req.setHeader('C', 'd'); req.write('x');
got.post('https://a.test/g', { json: {}, headers: { A: 'b' } });
async function call(path, options = {}) { return fetch(`${BASE}${path}`, { ...options, headers: { K: k, ...options.headers } }) }
call('/agents', { method: 'POST', headers: { Z: '1' } });
"#;
    assert_eq!(
        requests("a.js", source),
        [
            "POST https://a.test/v1/runs/{id} [X-API-Key: {key}, Authorization: Bearer {t}] header-key bearer text",
            "GET /api/x",
            "DELETE https://a.test/r [A: b, C: {d}]",
            "GET https://a.test/v1/users?a=1 [X-API-Key: {k}] header-key",
            "POST https://a.test/v1/users [X-API-Key: {k}, B: c] header-key json",
            "PUT https://a.test/z multipart",
            "GET https://a.test/d [Authorization: Bearer {t}] bearer basic",
            "PUT https://a.test/xhr [X: y] text",
            "POST https://a.test/n [A: b, C: d] text",
            "POST https://a.test/g [A: b] json",
            "POST https://a.test/v1/agents [K: {k}, Z: 1]",
        ]
    );
}

#[test]
fn go_calls() {
    let source = r#"package p
import ("fmt"; "net/http")
const base = "https://a.test"
func f(id string) {
	req, err := http.NewRequest("POST", fmt.Sprintf("%s/runs/%s", base, id), body)
	if err != nil { return }
	req.Header.Set("X-API-Key", key)
	req.Header.Add("Content-Type", "application/json")
	client.Do(req)
	other, _ := http.NewRequest(http.MethodGet, base+"/o", nil)
	other.SetBasicAuth(u, p)
	http.Get("https://a.test/g")
	http.Post("https://a.test/p", "application/json", b)
}
type C struct { base string }
func (c *C) newRequest(method, path string) (*http.Request, error) {
	req, err := http.NewRequest(method, c.base+path, nil)
	req.Header.Set("X-K", c.key)
	c.setHeaders(req)
	return req, err
}
func (c *C) setHeaders(req *http.Request) { req.Header.Set("X-H", "1") }
func (c *C) runs() { req, _ := c.newRequest(http.MethodGet, "/runs"); c.do(req) }
func (c *C) stop() { req, _ := c.newRequest(http.MethodDelete, "/runs/1"); c.do(req) }
"#;
    assert_eq!(
        requests("a.go", source),
        [
            "POST https://a.test/runs/{id} [X-API-Key: {key}, Content-Type: application/json] header-key json",
            "GET https://a.test/o basic",
            "GET https://a.test/g",
            "POST https://a.test/p [Content-Type: application/json] json",
            "GET {this.base}/runs [X-K: {this.key}, X-H: 1]",
            "DELETE {this.base}/runs/1 [X-K: {this.key}, X-H: 1]",
        ]
    );
}

#[test]
fn a_client_from_elsewhere_is_known_by_its_name() {
    let source = "package p\nfunc f() {\n\tc, err := newAPIClient()\n\tc.Post(fmt.Sprintf(\"/agents/%s\", id), body)\n\tcache.Get(\"/x\")\n\tclient.Get(ctx, key)\n}\n";
    assert_eq!(requests("a.go", source), ["POST /agents/{id}; the client may add headers"]);
}

#[test]
fn what_a_call_does_not_say_is_unknown() {
    let python = |call: &str| requests("a.py", &format!("import requests\n{call}\n")).join("|");
    assert_eq!(python("requests.get(url)"), "GET {url}; `{url}` is not known here");
    assert_eq!(python("requests.get('https://a.test/', headers=h)"), "GET https://a.test/; `h` may hold headers");
    assert_eq!(python("requests.get('https://a.test/', **kw)"), "GET https://a.test/; `kw` may hold headers; `kw` may hold parameters");
    assert_eq!(python("requests.get('https://a.test/', headers={'A': 'b', **h})"), "GET https://a.test/ [A: b]; `h` may hold headers");
    assert_eq!(python("requests.request(m, 'https://a.test/')"), "? https://a.test/; the method is `m`");
    assert_eq!(
        python("f = requests.post if x else requests.get\nf('https://a.test/')"),
        "? https://a.test/; the method may be POST or GET"
    );
    assert_eq!(python("h = {}\nh.update(g)\nrequests.get('https://a.test/', headers=h)"), "GET https://a.test/; `g` may hold headers");
    assert_eq!(
        python("h = {'A': 'b'} if x else {'C': 'd'}\nrequests.get('/', headers=h)"),
        "GET / [A: b, C: d]; the headers differ from branch to branch"
    );
    assert_eq!(
        python("def f(session):\n  session.get('user')\n  session.get(key)\n  session.post(f'{base}/x')"),
        "POST {base}/x; the client may add headers"
    );
    assert_eq!(python("d = {}\nd.get('https://a.test')\nsession = {}"), "");
    assert_eq!(
        requests("a.js", "fetch(url, options)"),
        ["? {url}; `options` may hold headers; the method may come from `options`; `{url}` is not known here"]
    );
}

#[test]
fn parts_of_calls_have_their_places() {
    let python = "import requests\nK = 'é'\nrequests.request(\"get\", f\"https://a.test/{x}\", headers={'X-É\\'': K, \"Y\": key})\n";
    assert_eq!(
        places("a.py", python),
        [
            "requests.request(\"get\", f\"https://a.test/{x}\", headers={'X-É\\'': K, \"Y\": key})",
            "get",
            "https://a.test/{x}",
            "X-É\\'",
            "é",
            "Y",
            "key"
        ]
    );
    let javascript = "axios.post(`https://a.test/😀/${id}`, {}, { headers: { Accept: a.b, 'C': 'd\\n' } })";
    assert_eq!(places("a.js", javascript), [javascript, "post", "https://a.test/😀/${id}", "Accept", "a.b", "C", "d"]);
    let go = "package p\nfunc f() {\n\tr, _ := http.NewRequest(http.MethodPut, \"https://a.test\", nil)\n\tr.Header.Set(`A`, k)\n}\n";
    assert_eq!(
        places("a.go", go),
        ["http.NewRequest(http.MethodPut, \"https://a.test\", nil)", "http.MethodPut", "https://a.test", "A", "k"]
    );
    let wrapper = "import requests\ndef g(p):\n    return requests.get('https://a.test' + p)\ng('/x')\n";
    assert_eq!(places("a.py", wrapper)[0], "g('/x')");
}

#[test]
fn java_calls() {
    let source = r#"class C {
  void f() {
    HttpRequest r = HttpRequest.newBuilder().uri(URI.create("https://a.test/x/" + id)).header("X-API-Key", key).POST(ofString(b)).build();
    HttpRequest.newBuilder(URI.create("https://a.test/2")).build();
    new Request.Builder().url("https://a.test/ok").addHeader("A", "b").addHeader("A", "c").put(body).build();
    Request.Builder builder = new Request.Builder();
    builder.url(BASE + "/b");
    builder.header("C", "d");
    Request b = builder.delete().build();
    HttpURLConnection c = (HttpURLConnection) new URL("https://a.test/c").openConnection();
    c.setRequestMethod("PUT");
    c.setRequestProperty("A", "b");
    HttpPost post = new HttpPost("https://a.test/p");
    post.setHeader("D", "e");
    map.put("a", "b");
    restTemplate.exchange("https://a.test/e", HttpMethod.PATCH, entity, String.class);
  }
}
"#;
    assert_eq!(
        requests("C.java", source),
        [
            "POST https://a.test/x/{id} [X-API-Key: {key}] header-key text",
            "GET https://a.test/2",
            "PUT https://a.test/ok [A: b, A: c] text",
            "DELETE {BASE}/b [C: d]",
            "PUT https://a.test/c [A: b]",
            "POST https://a.test/p [D: e]",
            "PATCH https://a.test/e text; `entity` may hold headers",
        ]
    );
    let chain = "class C { void f() { x(HttpRequest.newBuilder()\n  .uri(URI.create(\"https://a.test/é\"))\n  .header(\"A\", b).DELETE().build()); } }";
    let whole = "HttpRequest.newBuilder()\n  .uri(URI.create(\"https://a.test/é\"))\n  .header(\"A\", b).DELETE()";
    assert_eq!(places("C.java", chain), [whole, "DELETE", "https://a.test/é", "A", "b"]);
}

#[test]
fn ruby_calls() {
    let source = r##"require 'net/http'
uri = URI("https://a.test/x/#{id}")
req = Net::HTTP::Post.new(uri)
req["X-API-Key"] = key
req.basic_auth "u", "p"
req.body = "{}"
res = Net::HTTP.start(uri.hostname, uri.port, use_ssl: true) { |http| http.request(req) }
puts res["X-Other"]
Net::HTTP.get(URI("https://a.test/g"))
HTTParty.get("https://a.test/h", headers: { "A" => "b" }, query: { q: 1 })
conn = Faraday.new(url: "https://a.test/v1", headers: { "X-API-Key" => key })
conn.get("users")
conn.post("/p", "{}", "Content-Type" => "application/json")
conn.put("/q") do |r|
  r.headers["B"] = "c"
  r.body = "x"
end
RestClient.post "https://a.test/r", { a: 1 }, { Authorization: "Bearer #{t}" }
HTTP.auth("Bearer #{t}").get("https://a.test/http")
"##;
    assert_eq!(
        requests("a.rb", source),
        [
            "POST https://a.test/x/{id} [X-API-Key: {key}] header-key basic text",
            "GET https://a.test/g",
            "GET https://a.test/h?q=1 [A: b]",
            "GET https://a.test/v1/users [X-API-Key: {key}] header-key",
            "POST https://a.test/v1/p [X-API-Key: {key}, Content-Type: application/json] header-key json",
            "PUT https://a.test/v1/q [X-API-Key: {key}, B: c] header-key text",
            "POST https://a.test/r [Authorization: Bearer {t}] bearer form",
            "GET https://a.test/http [Authorization: Bearer {t}] bearer",
        ]
    );
}

#[test]
fn many_requests_take_linear_time() {
    let calls = "fetch('/x', { headers: { A: 'b' } });\n".repeat(4000);
    assert_eq!(requests("a.js", &calls).len(), 4000);
    let headers = format!("import requests\ns = requests.Session()\n{}s.get('/x')\n", "s.headers['A'] = 'b'\n".repeat(8000));
    assert_eq!(requests("a.py", &headers), ["GET /x [A: b]"]);
    let many: String = (0..8000).map(|n| format!("s.headers['A{n}'] = 'b'\n")).collect();
    let many = requests("a.py", &format!("import requests\ns = requests.Session()\n{many}s.get('/x')\n"));
    assert!(many[0].ends_with("there are too many headers"));
    assert_eq!(requests("a.sh", &format!("curl {} a.test/x\n", "-H 'A: b' ".repeat(20_000))).len(), 1);
    assert_eq!(requests("a.sh", &"echo 'curl -H \"A: b\" \\'\n".repeat(4000)).len(), 0);
}

#[test]
fn cmdlets_make_requests() {
    let source = "$headers = @{ Authorization = \"Bearer $Token\"; 'X-A' = 'b' }\n$p = @{\n  Uri = \"https://a.test/x/$id\"\n  Method = 'Post'\n  Body = ($b | ConvertTo-Json)\n  Headers = $headers\n}\nInvoke-RestMethod @P -ContentType 'application/json'\n";
    assert_eq!(
        requests("a.ps1", source),
        ["POST https://a.test/x/{id} [Authorization: Bearer {Token}, X-A: b, Content-Type: application/json] bearer json"]
    );
    assert_eq!(
        requests("a.ps1", "irm https://a.test -Authentication Bearer -Token $t\n"),
        ["GET https://a.test [Authorization: Bearer {t}] bearer"]
    );
    let client = "$wc = New-Object System.Net.WebClient\n$wc.Headers.Add('X-Key', $key)\n$wc.DownloadString('https://a.test')\n";
    assert_eq!(requests("a.ps1", client), ["GET https://a.test [X-Key: {key}]"]);
    assert_eq!(requests("a.ps1", "curl.exe -X PUT -H 'A: b' https://a.test\n"), ["PUT https://a.test [A: b]"]);
}
