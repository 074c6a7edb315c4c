//! What is found in programs and commands: which request, and exactly where.

mod alternatives;
mod clients;
mod languages;
mod wrappers;

use crate::model::{Document, Encoding, Facts, RequestAuth, Text, Wanted};
use crate::parse::script::tests::vocabulary;

fn facts(path: &str, source: &str) -> (Document, Facts) {
    let document = Document::new(path, source, Encoding::Utf8 { bom: false });
    let facts = crate::parse::parse(&document, &vocabulary(), Wanted { requests: true, ..Wanted::default() });
    (document, facts)
}

/// The requests of a document: method, URL, headers, authentication and body, what is not known.
pub(super) fn requests(path: &str, source: &str) -> Vec<String> {
    let (document, facts) = facts(path, source);
    let all = crate::parse::parse(&document, &vocabulary(), Wanted::all());
    assert_eq!(facts.requests.len(), all.requests.len(), "the gates hide nothing: {source}");
    let one = |request: &crate::model::Request| {
        let urls: Vec<_> = std::iter::once(&request.url).chain(&request.alternatives).map(Text::as_str).collect();
        let headers: Vec<_> = request.headers.iter().map(|header| format!("{}: {}", header.name.as_str(), header.value.as_str())).collect();
        let mut line = format!("{} {}", request.method.as_ref().map_or("?", Text::as_str), urls.join(" | "));
        if !headers.is_empty() {
            line.push_str(&format!(" [{}]", headers.join(", ")));
        }
        for auth in &request.auth {
            line.push_str(&match auth {
                RequestAuth::Http(scheme) => format!(" {}", scheme.as_deref().unwrap_or("?")),
                RequestAuth::ApiKey { location, .. } => format!(" {}-key", location.name()),
            });
        }
        if request.body != crate::model::RequestBody::None {
            line.push_str(&format!(" {}", request.body.name()));
        }
        request.unknown.iter().for_each(|unknown| line.push_str(&format!("; {}", unknown.reason)));
        line
    };
    facts.requests.iter().map(one).collect()
}

/// What stands at the places of a document's only request: the whole, the method, the URL, each header's name and value.
pub(super) fn places(path: &str, source: &str) -> Vec<String> {
    let (document, facts) = facts(path, source);
    assert_eq!(facts.requests.len(), 1, "{source}");
    let request = &facts.requests[0];
    let mut spans = vec![request.span, request.method.as_ref().unwrap().whole_span(), request.url.whole_span()];
    spans.extend(request.headers.iter().flat_map(|header| [header.name.whole_span(), header.value.whole_span()]));
    spans.into_iter().map(|span| document.slice(span).to_owned()).collect()
}

#[test]
fn commands_are_requests() {
    let page = "=== \"curl\"\n\n    ```bash\n    curl -X POST https://a.test/agents/$ID/invoke \\ \n      -H \"X-API-Key: $KEY\" \\\n      -H 'Content-Type: application/json' \\\n      -d '{\"message\": \"What's up?\"}' | jq .\n    ```\n";
    assert_eq!(
        requests("a.md", page),
        ["POST https://a.test/agents/{ID}/invoke [X-API-Key: {KEY}, Content-Type: application/json] header-key json"]
    );
    assert_eq!(requests("a.sh", "x=$(curl -sS https://a.test/x | jq)\n"), ["GET https://a.test/x"]);
    assert_eq!(
        requests("a.sh", "curl a.test/x b.test/y --next -d @f https://c.test\n"),
        ["GET http://a.test/x", "GET http://b.test/y", "POST https://c.test form"]
    );
    assert_eq!(requests("a.sh", "curl --version; curl -o x; wget\n"), Vec::<String>::new());
    assert_eq!(requests("Dockerfile", "FROM a\nRUN curl -fH 'A: b' https://a.test/x | sh\n"), ["GET https://a.test/x [A: b]"]);
}

#[test]
fn options_are_headers_bodies_and_credentials() {
    let curl = |options: &str| requests("a.sh", &format!("curl {options} https://a.test/x\n")).join("|");
    assert_eq!(
        curl("-A me -e https://r.test -b 'a=1; sid=2'"),
        "GET https://a.test/x [User-Agent: me, Referer: https://r.test, Cookie: a=1; sid=2] cookie-key"
    );
    assert_eq!(
        curl("--json '{}' -H 'Accept: text/plain'"),
        "POST https://a.test/x [Content-Type: application/json, Accept: text/plain] json"
    );
    assert_eq!(curl("-u me:pw"), "GET https://a.test/x basic");
    assert_eq!(curl("--digest -u me:pw"), "GET https://a.test/x digest");
    assert_eq!(curl("--oauth2-bearer $T"), "GET https://a.test/x [Authorization: Bearer {T}] bearer");
    assert_eq!(curl("-F a=b -H 'Host:' -H 'X-Empty;'"), "POST https://a.test/x [X-Empty: ] multipart");
    assert_eq!(curl("-G -d a=b --data-urlencode 'q=x y&$Z'"), "GET https://a.test/x?a=b&q=x+y%26%24Z");
    assert_eq!(curl("-I"), "HEAD https://a.test/x");
    assert_eq!(curl("-T f"), "PUT https://a.test/x text");
    assert_eq!(
        curl("-d x -H 'Content-Type: application/vnd.api+json; charset=utf-8'"),
        "POST https://a.test/x [Content-Type: application/vnd.api+json; charset=utf-8] json"
    );
    assert_eq!(
        requests("a.sh", "wget --header 'A: b' --post-data x -U me https://a.test\n"),
        ["POST https://a.test [A: b, User-Agent: me] form"]
    );
    assert_eq!(
        requests("a.sh", "http -A bearer -a $T PUT a.test/x A:b n=1 q==2\n"),
        ["PUT http://a.test/x?q=2 [A: b, Authorization: Bearer {T}] bearer json"]
    );
    assert_eq!(requests("a.sh", "https -f a.test/x f@g 'A;'\n"), ["POST https://a.test/x [A: ] multipart"]);
}

#[test]
fn variables_and_arrays_are_folded() {
    assert_eq!(
        requests("a.sh", "AUTH=\"Authorization: Bearer $T\"\nH=(-H \"$AUTH\" -H 'A: b')\ncurl \"${H[@]}\" \"$BASE/x\"\n"),
        ["GET {BASE}/x [Authorization: Bearer {T}, A: b] bearer"]
    );
}

#[test]
fn what_is_not_known_is_said() {
    let curl = |words: &str| requests("a.sh", &format!("curl {words}\n")).join("|");
    assert_eq!(curl("\"$URL\""), "GET {URL}; `{URL}` is not known here");
    assert_eq!(curl("\"$BASE$P\""), "GET {BASE}{P}; `{BASE}{P}` is not known here");
    assert_eq!(curl("$OPTIONS https://a.test"), "GET https://a.test; `OPTIONS` may hold options");
    assert_eq!(curl("-H \"$H\" https://a.test"), "GET https://a.test; `H` holds a header");
    assert_eq!(curl("-H @f -K g https://a.test"), "GET https://a.test; headers come from a file; options come from a file");
    assert_eq!(curl("-X $M https://a.test"), "? https://a.test; the method is `M`");
    assert_eq!(curl("-b jar https://a.test"), "GET https://a.test; cookies come from a file");
    assert_eq!(curl("-fsSn https://a.test"), "GET https://a.test; credentials may come from a netrc file");
    assert_eq!(curl("--netrc-file f -O https://a.test"), "GET https://a.test; credentials may come from a netrc file");
    assert_eq!(requests("a.sh", "wget --load-cookies jar https://a.test\n"), ["GET https://a.test; cookies come from a file"]);
}

#[test]
fn tags_of_templates_are_computed_when_the_page_is_built() {
    let curl = "curl -o /tmp/a_{% include-markdown \"b.md\" start=\"<!--s-->\" %}.deb https://a.test/{% include-markdown \"b.md\" %}/a.deb -H 'A: b'";
    assert_eq!(requests("a.md", &format!("```bash\n{curl}\n```\n")), ["GET https://a.test/{}/a.deb [A: b]"]);
    // Options of curl and expansions of a shell are none.
    let other = "curl -w '{%{http_code}}' https://a.test/${x%/}/b";
    assert_eq!(requests("a.md", &format!("```bash\n{other}\n```\n")).len(), 1);
}

#[test]
fn commands_stand_in_samples_that_name_no_language() {
    let curl = "curl -X PUT https://a.test/x";
    for (info, code) in [("", "# Send it.\nID=1\n\n"), ("text", ""), ("plaintext", "docker run a\n"), ("txt", "$ ")] {
        assert_eq!(requests("a.md", &format!("```{info}\n{code}{curl}\n```\n")), ["PUT https://a.test/x"], "{info} {code}");
    }
    for (info, code) in [("text", "curl is at https://a.test/x\n"), ("yaml", "a: 1\n"), ("", "say \"")] {
        assert_eq!(requests("a.md", &format!("```{info}\n{code}{}\n```\n", curl.replace("curl", " the curl"))).len(), 0, "{info}");
    }
}

#[test]
fn what_a_sample_leaves_empty_is_for_its_reader() {
    let code = "export ID=\nKEY=\"\"\ncurl -H \"A: $KEY\" https://a.test/$ID/x\n";
    assert_eq!(requests("a.md", &format!("```bash\n{code}```\n")), ["GET https://a.test/{ID}/x [A: {KEY}]"]);
    assert_eq!(requests("a.sh", code), ["GET https://a.test//x"]);
}

#[test]
fn what_is_printed_is_one_request() {
    let python = "print(f\"curl -X PUT https://a.test/x/{x} \\\\\")\nprint(f\"  -H 'X-Key: {k}' \\\\\")\nprint('  -d @f')\nprint('-H')\n";
    assert_eq!(requests("a.py", python), ["PUT https://a.test/x/{x} [X-Key: {k}] form"]);
    assert_eq!(requests("a.sh", "echo \"curl -H 'A: $B' \\\\\"\necho '  https://a.test'\n"), ["GET https://a.test [A: {B}]"]);
    assert_eq!(requests("a.sh", "cat <<EOF\nTry:\n  curl -d x \\\n   https://a.test\nEOF\n"), ["POST https://a.test form"]);
    assert_eq!(requests("a.sh", "echo 'curl failed for https://a.test'\n"), Vec::<String>::new());
    assert_eq!(
        requests("a.js", "console.log(`Usage:\n  curl -H \"A: ${b}\" https://a.test/x\nDone`)\n"),
        ["GET https://a.test/x [A: {b}]"]
    );
    assert_eq!(
        requests("a.py", "import subprocess\nsubprocess.run(['curl', '-H', f'A: {b}', 'https://a.test'])\n"),
        ["GET https://a.test [A: {b}]"]
    );
    assert_eq!(requests("a.py", "import os\nos.system('curl -d x https://a.test')\n"), ["POST https://a.test form"]);
}

#[test]
fn every_part_has_its_place() {
    let line = "é=1; curl -X \"PU\"T 'https://a.test/é'/$ID -H \"X-Ke\\y: 'ü$K\" --json '{}' | jq\n";
    assert_eq!(
        places("a.sh", line)[..5],
        ["curl -X \"PU\"T 'https://a.test/é'/$ID -H \"X-Ke\\y: 'ü$K\" --json '{}'", "PU\"T", "https://a.test/é'/$ID", "X-Ke\\y", "'ü$K"]
    );
    assert_eq!(places("a.sh", "curl a.test -u x:y\n"), ["curl a.test -u x:y", "", "a.test"]);
    let python = "print(\"curl 'https://a.test/x' \\\\\")\r\nprint(\"\\t-H 'A: \\u00e9b'\")\r\n";
    assert_eq!(
        places("a.py", python),
        ["curl 'https://a.test/x' \\\\\")\r\nprint(\"\\t-H 'A: \\u00e9b'", "", "https://a.test/x", "A", "\\u00e9b"]
    );
    let page = "> - x\n>   ```sh\n>   curl \\\n>     -H 'A: b' \\\n>     https://a.test/x\n>   ```\n";
    assert_eq!(places("a.md", page), ["curl \\\n>     -H 'A: b' \\\n>     https://a.test/x", "", "https://a.test/x", "A", "b"]);
}

#[test]
fn what_holds_no_word_of_a_request_is_not_read() {
    let vocabulary = vocabulary();
    for source in ["x = y + 'https://a.test'\n", "# A page\n\nwith [a link](https://a.test).\n", "const a = require('./b');\n"] {
        assert!(!vocabulary.may_hold_request(source.as_bytes()), "{source}");
    }
    for source in ["curl a.test", "await fetch(x)", "from requests import get", "| GET | /x |", "c.openConnection()", "wget.exe x"] {
        assert!(vocabulary.may_hold_request(source.as_bytes()), "{source}");
    }
}
