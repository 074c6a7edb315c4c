//! What carries a key, by language: the nastiest true carriers and the most tempting silences.

use crate::model::{Carrier, Document, Encoding, Vocabulary, Wanted};
use crate::parse::parse;

fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    vocabulary.credentials.push(toml::from_str("name = 'workspace key'\nprefix = 'ra_ws_'\nheader = 'X-RunAgents-API-Key'").unwrap());
    vocabulary
}

/// Each carried key as `carrier -> the characters of the construct`.
fn carried(path: &str, text: &str) -> Vec<String> {
    let document = Document::new(path, text, Encoding::Utf8 { bom: false });
    let facts = parse(&document, &vocabulary(), Wanted { credentials: true, ..Wanted::default() });
    let shown = facts.credentials.iter().filter_map(|one| {
        let carrier = match &one.carrier {
            Carrier::Header { name, scheme: Some(scheme) } => format!("{name} {scheme}"),
            Carrier::Header { name, scheme: None } => name.clone(),
            Carrier::Query(name) => format!("?{name}"),
            Carrier::Cookie(name) => format!("cookie {name}"),
            Carrier::Basic => "basic".to_owned(),
            Carrier::Bare => return None,
        };
        Some(format!("{carrier} -> {}", document.slice(one.carrier_span)))
    });
    shown.collect()
}

fn one(path: &str, text: &str, expected: &str) {
    assert_eq!(carried(path, text), [expected], "{path}: {text}");
}

fn none(path: &str, text: &str) {
    assert_eq!(carried(path, text), Vec::<String>::new(), "{path}: {text}");
}

#[test]
fn commands() {
    let bearer = "Authorization Bearer -> Authorization: Bearer ra_ws_a1";
    for command in [
        "curl -H \"Authorization: Bearer ra_ws_a1\" https://x.test",
        "curl -H 'Authorization: Bearer ra_ws_a1' https://x.test",
        "curl https://x.test \\\n  -H \\\n  \"Authorization: Bearer ra_ws_a1\"",
        "curl --header=\"Authorization: Bearer ra_ws_a1\" https://x.test",
        "curl -sH\"Authorization: Bearer ra_ws_a1\" https://x.test",
        "wget --header='Authorization: Bearer ra_ws_a1' https://x.test",
        "ssh host \"curl -H \\\"Authorization: Bearer ra_ws_a1\\\" x\"",
    ] {
        one("a.sh", command, bearer);
    }
    one("a.sh", "curl -H \"authorization:bearer ra_ws_a1\" u", "Authorization bearer -> authorization:bearer ra_ws_a1");
    one("a.sh", "http GET x.test Authorization:'Bearer ra_ws_a1'", "Authorization Bearer -> Authorization:'Bearer ra_ws_a1");
    one("a.sh", "curl -u ra_ws_a1: https://x.test", "basic -> ra_ws_a1");
    one("a.sh", "curl \\\n  -u \"api:ra_ws_a1\" https://x.test", "basic -> api:ra_ws_a1");
    one("a.sh", "curl --oauth2-bearer ra_ws_a1 https://x.test", "Authorization Bearer -> --oauth2-bearer ra_ws_a1");
    one("a.sh", "curl -b \"a=b; session=ra_ws_a1\" https://x.test", "cookie session -> session=ra_ws_a1");
    one("a.sh", "curl 'https://x.test/v1?a=1&api_key=ra_ws_a1'", "?api_key -> api_key=ra_ws_a1");
    one("a.sh", "curl https://ra_ws_a1@x.test/v1", "basic -> ra_ws_a1");
    one("a.sh", "curl -H 'api-key: ra_ws_a1' u", "api-key -> api-key: ra_ws_a1");
    one("a.sh", "curl -H 'X-RunAgents-API-Key: ra_ws_a1' u", "X-RunAgents-API-Key -> X-RunAgents-API-Key: ra_ws_a1");
    none("a.sh", "export KEY=ra_ws_a1");
    none("a.sh", "runagents config set api-key ra_ws_a1");
    none("a.sh", "docker login -u aws -p ra_ws_a1");
    none("a.sh", "git push -u ra_ws_a1");
    none("a.sh", "echo \"do not send ra_ws_a1 as Authorization: Bearer\"");
    none("a.sh", "# never: Authorization: Bearer ra_ws_a1\ncurl u");
    none("a.sh", "# wrong, the ingress answers 401\ncurl u \\\n  -H 'Authorization: Bearer ra_ws_a1'\n");
}

#[test]
fn placeholders() {
    for key in ["ra_ws_...", "ra_ws_<your_key>", "ra_ws_YOUR_KEY", "ra_ws_{key}", "ra_ws_xxx"] {
        one("a.sh", &format!("curl -H \"Authorization: Bearer {key}\""), &format!("Authorization Bearer -> Authorization: Bearer {key}"));
    }
    one("a.http", "GET /v1\nAuthorization: Bearer <ra_ws_...>\n", "Authorization Bearer -> Authorization: Bearer <ra_ws_...>");
    none("a.sh", "case \"$H\" in \"Authorization: Bearer ra_ws_\"*) ;; esac");
}

#[test]
fn entries_and_arguments_of_any_language() {
    for (path, text, construct) in [
        ("a.py", "h = {\"Authorization\": \"Bearer ra_ws_a1\"}", "Authorization\": \"Bearer ra_ws_a1"),
        ("a.py", "h[\"Authorization\"] = 'Bearer ra_ws_a1'", "Authorization\"] = 'Bearer ra_ws_a1"),
        ("a.py", "h = dict(Authorization=\"Bearer ra_ws_a1\")", "Authorization=\"Bearer ra_ws_a1"),
        ("a.py", "r = get(u, headers={'a': 'b',\n  'Authorization':\n    'Bearer ra_ws_a1'})", "Authorization':\n    'Bearer ra_ws_a1"),
        ("a.py", "req.add_header('Authorization', 'Bearer ra_ws_a1')", "Authorization', 'Bearer ra_ws_a1"),
        ("a.py", "s.headers.update({'Authorization': f'Bearer ra_ws_a1'})", "Authorization': f'Bearer ra_ws_a1"),
        ("a.js", "fetch(u, { headers: { Authorization: 'Bearer ra_ws_a1' } })", "Authorization: 'Bearer ra_ws_a1"),
        ("a.js", "fetch(u, { headers: { Authorization: `Bearer ra_ws_a1` } })", "Authorization: `Bearer ra_ws_a1"),
        ("a.js", "h.Authorization = 'Bearer ' + 'ra_ws_a1';", "Authorization = 'Bearer ' + 'ra_ws_a1"),
        ("a.ts", "new Headers([['Authorization', 'Bearer ra_ws_a1']])", "Authorization', 'Bearer ra_ws_a1"),
        ("a.go", "req.Header.Set(\"Authorization\", \"Bearer ra_ws_a1\")", "Authorization\", \"Bearer ra_ws_a1"),
        ("a.go", "h := http.Header{\"Authorization\": []string{\"Bearer ra_ws_a1\"}}", "Authorization\": []string{\"Bearer ra_ws_a1"),
        ("a.go", "h := http.Header{\"Authorization\": {\"Bearer ra_ws_a1\"}}", "Authorization\": {\"Bearer ra_ws_a1"),
        ("a.rb", "req['Authorization'] = 'Bearer ra_ws_a1'", "Authorization'] = 'Bearer ra_ws_a1"),
        ("a.rb", "h = { 'Authorization' => \"Bearer ra_ws_a1\" }", "Authorization' => \"Bearer ra_ws_a1"),
        ("a.java", "b.header(\"Authorization\", \"Bearer ra_ws_a1\");", "Authorization\", \"Bearer ra_ws_a1"),
        ("a.java", "b.header(HttpHeaders.AUTHORIZATION, \"Bearer ra_ws_a1\");", "AUTHORIZATION, \"Bearer ra_ws_a1"),
        (
            "a.rs",
            "r.header(AUTHORIZATION, HeaderValue::from_static(\"Bearer ra_ws_a1\"))",
            "AUTHORIZATION, HeaderValue::from_static(\"Bearer ra_ws_a1",
        ),
        ("a.php", "$h['Authorization'] = 'Bearer ' . 'ra_ws_a1';", "Authorization'] = 'Bearer ' . 'ra_ws_a1"),
        ("a.ps1", "irm $u -Headers @{ Authorization = \"Bearer ra_ws_a1\" }", "Authorization = \"Bearer ra_ws_a1"),
        ("a.cs", "c.DefaultRequestHeaders.Add(\"Authorization\", $\"Bearer ra_ws_a1\");", "Authorization\", $\"Bearer ra_ws_a1"),
        ("a.lua", "headers = { [\"Authorization\"] = \"Bearer ra_ws_a1\" }", "Authorization\"] = \"Bearer ra_ws_a1"),
    ] {
        one(path, text, &format!("Authorization Bearer -> {construct}"));
    }
    one("a.py", "headers = ['Authorization: Bearer ra_ws_a1']", "Authorization Bearer -> Authorization: Bearer ra_ws_a1");
    one(
        "a.php",
        "curl_setopt($c, CURLOPT_HTTPHEADER, array('Authorization: Bearer ra_ws_a1'));",
        "Authorization Bearer -> Authorization: Bearer ra_ws_a1",
    );
    one(
        "a.py",
        "raw = 'GET / HTTP/1.1\\r\\nAuthorization: Bearer ra_ws_a1\\r\\n'",
        "Authorization Bearer -> Authorization: Bearer ra_ws_a1",
    );
    one("a.py", "auth = 'Bearer ra_ws_a1'", "Authorization Bearer -> Bearer ra_ws_a1");
    one("a.py", "get(u, auth=('ra_ws_a1', ''))", "basic -> ra_ws_a1");
    one("a.go", "req.SetBasicAuth(\"ra_ws_a1\", \"\")", "basic -> ra_ws_a1");
    one("a.py", "get(u, params={'api_key': 'ra_ws_a1'})", "?api_key -> api_key': 'ra_ws_a1");
    one("a.py", "get(u, cookies={'session': 'ra_ws_a1'})", "cookie session -> session': 'ra_ws_a1");
    one("a.py", "get(u, headers={'api-key': 'ra_ws_a1'})", "api-key -> api-key': 'ra_ws_a1");
    one("a.js", "document.cookie = 'session=ra_ws_a1; path=/'", "cookie session -> session=ra_ws_a1");
    one("a.py", "h = {'X-API-Key': 'ra_ws_a1'}", "X-API-Key -> X-API-Key': 'ra_ws_a1");
}

#[test]
fn code_that_sends_nothing() {
    for (path, text) in [
        ("a.py", "c = Client(api_key='ra_ws_a1')"),
        ("a.py", "cfg = {'api_key': 'ra_ws_a1', 'token': 'ra_ws_a1'}"),
        ("a.py", "raise ValueError('do not send ra_ws_a1 as Authorization: Bearer')"),
        ("a.py", "raise ValueError('Authorization: Bearer ra_ws_a1 is refused')"),
        ("a.py", "print('Bearer ra_ws_a1 is refused')"),
        ("a.py", "print('Bearer ra_ws_a1')"),
        ("a.js", "console.log(`Bearer ra_ws_a1`)"),
        ("a.rs", "println!(\"Bearer ra_ws_a1\");"),
        ("a.sh", "echo \"Bearer ra_ws_a1\""),
        ("test_a.py", "def test_redacts():\n    assert clean('curl -H \"Authorization: Bearer ra_ws_a1\"') == 'curl'\n"),
        ("a.py", "if key.startswith('ra_ws_'):\n    h['Authorization'] = f'Bearer {key}'"),
        ("a.py", "if auth.startswith('Bearer ra_ws_a1'):\n    return"),
        ("a.py", "# h = {'Authorization': 'Bearer ra_ws_a1'} is wrong\n"),
        ("a.py", "def f():\n    '''Keys are not sent as\n    Authorization: Bearer ra_ws_a1\n    any more.'''\n"),
        ("a.js", "// Authorization: Bearer ra_ws_a1 was sent before\n"),
        ("a.go", "if strings.HasPrefix(h, \"Bearer ra_ws_a1\") {\n\treturn nil\n}"),
    ] {
        none(path, text);
    }
}

#[test]
fn tests_assert_for_and_against() {
    one(
        "test_a.py",
        "        self.assertEqual(h[\"Authorization\"], \"Bearer ra_ws_a1\")\n        self.assertNotIn(\"X-RunAgents-API-Key\", h)\n",
        "Authorization Bearer -> Authorization\"], \"Bearer ra_ws_a1",
    );
    one(
        "a_test.go",
        "\tif authHeader != \"Bearer ra_ws_a1\" {\n\t\tt.Fatalf(\"expected bearer auth, got %q\", authHeader)\n\t}\n",
        "Authorization Bearer -> Bearer ra_ws_a1",
    );
    one(
        "a_test.go",
        "\tif got := r.Header.Get(\"Authorization\"); got != \"Bearer ra_ws_a1\" {\n\t\tt.Fatalf(\"got %q\", got)\n\t}\n",
        "Authorization Bearer -> Bearer ra_ws_a1",
    );
    one("a.test.ts", "expect(h.get('Authorization')).toBe('Bearer ra_ws_a1')", "Authorization Bearer -> Bearer ra_ws_a1");
    one(
        "a.test.ts",
        "expect(f).toHaveBeenCalledWith(u, { headers: { Authorization: 'Bearer ra_ws_a1' } })",
        "Authorization Bearer -> Authorization: 'Bearer ra_ws_a1",
    );
    one("test_a.py", "assert h['Authorization'] == 'Bearer ra_ws_a1'", "Authorization Bearer -> Authorization'] == 'Bearer ra_ws_a1");
    none("test_a.py", "self.assertNotEqual(h.get(\"Authorization\"), \"Bearer ra_ws_a1\")");
    none("test_a.py", "assert h.get('Authorization') != 'Bearer ra_ws_a1'");
    none("test_a.py", "assert 'Bearer ra_ws_a1' not in str(h)");
    none("a.test.ts", "expect(h.get('Authorization')).not.toBe('Bearer ra_ws_a1')");
    none("a_test.go", "\tif authHeader == \"Bearer ra_ws_a1\" {\n\t\tt.Fatal(\"workspace keys must not be sent as bearer\")\n\t}\n");
    none(
        "test_a.py",
        "def test_bearer_workspace_key():\n    r = client.get('/x', headers={'Authorization': 'Bearer ra_ws_a1'})\n    assert r.status_code == 401\n",
    );
    none("test_a.py", "def test_workspace_key_is_rejected_as_bearer():\n    send({'Authorization': 'Bearer ra_ws_a1'})\n");
}

#[test]
fn configuration() {
    let bearer = |construct: &str| format!("Authorization Bearer -> {construct}");
    for (path, text, construct) in [
        ("a.yaml", "headers:\n  Authorization: Bearer ra_ws_a1\n", "Authorization: Bearer ra_ws_a1"),
        ("a.yaml", "headers:\n  Authorization: \"Bearer ra_ws_a1\"  # key\n", "Authorization: \"Bearer ra_ws_a1"),
        ("a.yaml", "headers: { Authorization: Bearer ra_ws_a1 }\n", "Authorization: Bearer ra_ws_a1"),
        ("a.yaml", "headers:\n  - Authorization: Bearer ra_ws_a1\n", "Authorization: Bearer ra_ws_a1"),
        ("a.yaml", "headers:\n  - \"Authorization: Bearer ra_ws_a1\"\n", "Authorization: Bearer ra_ws_a1"),
        ("a.yaml", "Authorization:\n  - Bearer ra_ws_a1\n", "Authorization:\n  - Bearer ra_ws_a1"),
        ("a.yaml", "- name: Authorization\n  value: Bearer ra_ws_a1\n", "Authorization\n  value: Bearer ra_ws_a1"),
        (
            "a.json",
            "{\"mcpServers\": {\"r\": {\"headers\": {\"Authorization\": \"Bearer ra_ws_a1\"}}}}",
            "Authorization\": \"Bearer ra_ws_a1",
        ),
        ("a.json", "{\"key\": \"Authorization\", \"value\": \"Bearer ra_ws_a1\"}", "Authorization\", \"value\": \"Bearer ra_ws_a1"),
        ("a.json", "{\"args\": [\"mcp-remote\", \"--header\", \"Authorization: Bearer ra_ws_a1\"]}", "Authorization: Bearer ra_ws_a1"),
        ("a.json", "{\"run\": \"curl -H \\\"Authorization: Bearer ra_ws_a1\\\" x\"}", "Authorization: Bearer ra_ws_a1"),
        (
            "a.ipynb",
            "{\"source\": [\"h = {\\\"Authorization\\\": \\\"Bearer ra_ws_a1\\\"}\\n\"]}",
            "Authorization\\\": \\\"Bearer ra_ws_a1",
        ),
        ("a.toml", "[headers]\nAuthorization = \"Bearer ra_ws_a1\"\n", "Authorization = \"Bearer ra_ws_a1"),
        (".env", "AUTHORIZATION=\"Bearer ra_ws_a1\"\n", "AUTHORIZATION=\"Bearer ra_ws_a1"),
        (".env.example", "AUTH_HEADER=\"Authorization: Bearer ra_ws_a1\"\n", "Authorization: Bearer ra_ws_a1"),
        ("a.http", "GET https://x.test/v1\nAuthorization: Bearer ra_ws_a1\n", "Authorization: Bearer ra_ws_a1"),
        ("a.yaml", "run: |\n  curl x \\\n    -H \"Authorization: Bearer ra_ws_a1\"\n", "Authorization: Bearer ra_ws_a1"),
    ] {
        one(path, text, &bearer(construct));
    }
    none(".env", "RUNAGENTS_API_KEY=ra_ws_a1\n");
    none("a.yaml", "api-key: ra_ws_a1\n");
    none("a.json", "{\"env\": {\"RUNAGENTS_API_KEY\": \"ra_ws_a1\"}}");
    none(
        "a.yaml",
        "description: >-\n  header for keys. Do not send workspace keys as\n  Authorization: Bearer ra_ws_a1\n  on hosted endpoints.\n",
    );
    none("a.yaml", "description: |\n  Do not send keys like this:\n\n  Authorization: Bearer ra_ws_a1\n");
    none("a.json", "{\"description\": \"Do not send keys as Authorization: Bearer ra_ws_a1\"}");
    none("a.yaml", "# Authorization: Bearer ra_ws_a1 no longer works\n");
    none("notes.txt", "Do not send `ra_ws_a1` keys as\nAuthorization: Bearer ra_ws_a1\nto the ingress.\n");
}

#[test]
fn variables_of_shells_and_of_a_page() {
    let uses = "Authorization Bearer -> Authorization: Bearer $KEY";
    one("a.sh", "export KEY=\"ra_ws_a1\"\ncurl u -H \"Authorization: Bearer $KEY\"\n", uses);
    one("a.md", "```bash\nexport KEY=ra_ws_...\n```\n\nCall it:\n\n```sh\ncurl u \\\n  -H \"Authorization: Bearer $KEY\"\n```\n", uses);
    one("a.sh", "KEY=ra_ws_a1\ncurl -u \"$KEY:\" u\n", "basic -> $KEY");
    one("a.http", "@key = ra_ws_a1\nGET u\nAuthorization: Bearer {{key}}\n", "Authorization Bearer -> Authorization: Bearer {{key}}");
    none("a.sh", "KEY=ra_ws_a1\nKEY=$JWT\ncurl u -H \"Authorization: Bearer $KEY\"\n");
    none("a.sh", "KEY=ra_ws_a1\ncase $KEY in\n  ra_ws_*) H=X-Key: ;;\n  *) curl u -H \"Authorization: Bearer $KEY\" ;;\nesac\n");
}

#[test]
fn constants_of_programs() {
    one(
        "a.js",
        "const KEY = 'ra_ws_a1';\nfetch(u, { headers: { Authorization: `Bearer ${KEY}` } });\n",
        "Authorization Bearer -> Authorization: `Bearer ${KEY}`",
    );
    one(
        "a.ts",
        "const KEY = 'ra_ws_a1';\nh.set('Authorization', 'Bearer ' + KEY);\n",
        "Authorization Bearer -> 'Authorization', 'Bearer ' + KEY",
    );
    one(
        "a.js",
        "const K = 'ra_ws_a1';\nconst auth = `Bearer ${K}`;\nfetch(u, { headers: { Authorization: auth } });\n",
        "Authorization Bearer -> `Bearer ${K}`",
    );
    one("a.js", "const K = 'ra_ws_a1';\nfetch(`https://x.test/v1?api_key=${K}`);\n", "?api_key -> `https://x.test/v1?api_key=${K}`");
    one("a.js", "const K = 'ra_ws_a1';\naxios.get(u, { params: { api_key: K } });\n", "?api_key -> api_key: K");
    one(
        "a.js",
        "const K = 'ra_ws_a1';\nconst h = {};\nh.Authorization = `Bearer ${K}`;\n",
        "Authorization Bearer -> h.Authorization = `Bearer ${K}`",
    );
    none("a.js", "const K = 'ra_ws_a1';\nconst c = new Client({ apiKey: K });\n");
    none(
        "a.js",
        "const K = 'ra_ws_a1';\nconst h = (k) => k.startsWith('ra_ws_') ? { 'X-Key': 1 } : { Authorization: `Bearer ${k}` };\nsend(h(K));\n",
    );
    one(
        "a.py",
        "api_key = \"ra_ws_YOUR_KEY\"\nresp = httpx.post(\n    url,\n    headers={\"Authorization\": f\"Bearer {api_key}\"},\n)\n",
        "Authorization Bearer -> \"Authorization\": f\"Bearer {api_key}\"",
    );
    one("a.py", "K = 'ra_ws_a1'\nh['Authorization'] = 'Bearer %s' % K\n", "Authorization Bearer -> h['Authorization'] = 'Bearer %s' % K");
    one("a.py", "K = 'ra_ws_a1'\nrequests.get(u, auth=(K, ''))\n", "basic -> (K, '')");
    one("a.py", "K = 'ra_ws_a1'\nrequests.get(u, params={'api_key': K})\n", "?api_key -> 'api_key': K");
    one(
        "a.py",
        "K = 'ra_ws_a1'\nsubprocess.run(['curl', '-H', f'Authorization: Bearer {K}', u])\n",
        "Authorization Bearer -> ['curl', '-H', f'Authorization: Bearer {K}', u]",
    );
    one(
        "a.go",
        "package a\n\nconst key = \"ra_ws_a1\"\n\nfunc set(r *http.Request) {\n\tr.Header.Set(\"Authorization\", \"Bearer \"+key)\n}\n",
        "Authorization Bearer -> \"Authorization\", \"Bearer \"+key",
    );
    none("test_a.py", "K = 'ra_ws_a1'\ndef test_h():\n    assert h['Authorization'] != f'Bearer {K}'\n");
    one(
        "test_a.py",
        "K = 'ra_ws_a1'\ndef test_h():\n    assert h['Authorization'] == f'Bearer {K}'\n",
        "Authorization Bearer -> f'Bearer {K}'",
    );
    none("a.js", "let key = 'ra_ws_a1';\nkey = token();\nfetch(u, { headers: { Authorization: `Bearer ${key}` } });\n");
    none("a.test.js", "const K = 'ra_ws_a1';\nexpect(h.Authorization).not.toBe(`Bearer ${K}`);\n");
}

#[test]
fn pages() {
    let bearer = |construct: &str| format!("Authorization Bearer -> {construct}");
    for (path, text, construct) in [
        ("a.md", "| Header | Value |\n|---|---|\n| `Authorization` | `Bearer ra_ws_...` |\n", "Authorization` | `Bearer ra_ws_..."),
        ("a.md", "Authorization | header | **Bearer ra_ws_...**\n", "Authorization | header | **Bearer ra_ws_..."),
        (
            "a.html",
            "<table><tr><td><code>Authorization</code></td><td class=\"v\">Bearer ra_ws_...</td></tr></table>",
            "Authorization</code></td><td class=\"v\">Bearer ra_ws_...",
        ),
        ("a.html", "<pre><code>curl -H &quot;Authorization: Bearer ra_ws_a1&quot; u</code></pre>", "Authorization: Bearer ra_ws_a1"),
        ("a.html", "<pre>curl -H <span class=\"s\">\"Authorization: Bearer ra_ws_a1\"</span></pre>", "Authorization: Bearer ra_ws_a1"),
        ("a.md", "Call it:\n\n    curl -H \"Authorization: Bearer ra_ws_a1\" u\n", "Authorization: Bearer ra_ws_a1"),
        ("a.md", "1. Call it:\n\n   ```\n   Authorization: Bearer ra_ws_a1\n   ```\n", "Authorization: Bearer ra_ws_a1"),
        ("a.md", "> ```ruby\n> h = { 'Authorization' => 'Bearer ra_ws_a1' }\n> ```\n", "Authorization' => 'Bearer ra_ws_a1"),
        ("a.md", "```java\nb.header(\"Authorization\", \"Bearer ra_ws_a1\");\n```\n", "Authorization\", \"Bearer ra_ws_a1"),
        (
            "a.mdx",
            "<Tabs><TabItem>\n\n```bash\ncurl -H 'Authorization: Bearer ra_ws_a1'\n```\n\n</TabItem></Tabs>\n",
            "Authorization: Bearer ra_ws_a1",
        ),
        ("a.md", "- Check it: `curl -H \"Authorization: Bearer ra_ws_...\" u/x` lists keys.\n", "Authorization: Bearer ra_ws_..."),
        ("a.rst", "Call it::\n\n    curl -H \"Authorization: Bearer ra_ws_a1\" u\n", "Authorization: Bearer ra_ws_a1"),
        ("a.md", "```diff\n-X: y\n+Authorization: Bearer ra_ws_a1\n```\n", "Authorization: Bearer ra_ws_a1"),
    ] {
        one(path, text, &bearer(construct));
    }
    for (path, text) in [
        ("a.md", "Send `Authorization: Bearer ra_ws_...`? Do not."),
        ("a.md", "| Do not send | Send |\n|---|---|\n| `Authorization: Bearer ra_ws_...` | `X-RunAgents-API-Key: ra_ws_...` |\n"),
        ("a.md", "| Header | Value | Result |\n|---|---|---|\n| Authorization | Bearer ra_ws_... | rejected |\n"),
        ("a.md", "| Env | `RUNAGENTS_API_KEY` | key (`ra_ws_...`) |\n"),
        ("a.md", "### Wrong\n\n```bash\ncurl -H 'Authorization: Bearer ra_ws_a1'\n```\n"),
        ("a.md", "Hosted endpoints no longer accept this header:\n\n```http\nAuthorization: Bearer ra_ws_a1\n```\n"),
        ("a.md", "```diff\n-Authorization: Bearer ra_ws_a1\n+X-Key: y\n```\n"),
        ("a.md", "```bash\ncurl -H 'Authorization: Bearer ra_ws_a1' u\n# -> 401 Unauthorized\n```\n"),
        ("a.html", "<p>Do not send <code>Authorization: Bearer ra_ws_...</code></p>"),
        ("a.md", "- Never run `curl -H \"Authorization: Bearer ra_ws_...\" u/x` on a hosted URL.\n"),
        ("a.js", "const u = `app://add?key=ra_ws_a1`;"),
        ("a.html", "<!-- curl -H 'Authorization: Bearer ra_ws_a1' -->"),
    ] {
        none(path, text);
    }
}

#[test]
fn keys_in_a_row_on_one_line_take_linear_time() {
    for (path, unit) in [
        ("a.json", "{\"Authorization\":\"Bearer ra_ws_a1\"},"),
        ("a.json", "ra_ws_a1;x=ra_ws_a2,"),
        ("a.py", "f(\"Bearer ra_ws_a1\");"),
        ("a.md", "| Authorization | Bearer ra_ws_a1 "),
        ("a.html", "<tr><td>Bearer ra_ws_a1"),
    ] {
        let text = unit.repeat(200_000 / unit.len());
        carried(path, &text);
        // Quadratic, it took minutes; the room is for a loaded machine.
    }
}
