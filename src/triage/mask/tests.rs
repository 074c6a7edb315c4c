use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::model::{Alphabet, Body};

/// Characters that only a real key has, and that no output may show.
const KEY: &str = "4f3c9a0b7d21e8A6";

fn masker() -> &'static Masker {
    static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new(&crate::rule::vocabulary().unwrap()));
    &MASKER
}

#[test]
fn keys_of_a_registered_prefix_keep_their_prefix_only() {
    for (text, shown) in [
        ("ra_ws_4f3c9a0b7d21e8A6", "ra_ws_<secret>"),
        ("k='ra_ws_4f3c9a0b7d21e8A6'.", "k='ra_ws_<secret>'."),
        ("https://h.test/?q=ra_ws_4f3c9a0b7d21e8A6&x=1", "https://h.test/?q=ra_ws_<secret>&x=1"),
        ("%3Dra_ws_4f3c9a0b7d21e8A6", "%3Dra_ws_<secret>"),
        ("\\nra_ws_4f3c9a0b7d21e8A6\\n", "\\nra_ws_<secret>\\n"),
        ("ra_ws_ra_ws_4f3c9a0b7d21e8A6", "ra_ws_<secret>"),
        ("ra_ws_4f3c9a0b7d21e8A6, ra_ws_4f3c9a0b7d21e8A6", "ra_ws_<secret>, ra_ws_<secret>"),
    ] {
        assert_eq!(masker().mask(text), shown);
    }
}

/// Keys as the registry says that they are issued, at random.
fn issued() -> impl Strategy<Value = (String, String)> {
    let kinds = crate::rule::vocabulary().unwrap().credentials;
    (proptest::sample::select(kinds), any::<u64>()).prop_map(|(kind, seed)| {
        let body = kind.body.unwrap_or(Body { alphabet: Alphabet::try_from("A-Za-z0-9_-".to_owned()).unwrap(), min: 20, max: None });
        let alphabet: Vec<char> = ('!'..='~').filter(|&c| body.alphabet.has(c)).collect();
        let mut state = seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            alphabet[usize::try_from(state >> 33).unwrap() % alphabet.len()]
        };
        (kind.prefix, (0..body.min.max(16)).map(|_| next()).collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4096, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]
    #[test]
    fn no_issued_key_is_shown((prefix, body) in issued()) {
        for text in [
            format!("{prefix}{body}"),
            format!("key = \"{prefix}{body}\""),
            format!("Authorization: Bearer {prefix}{body}"),
            format!("https://h.test/?key={prefix}{body}&x=1"),
            format!("https://{prefix}{body}@h.test/"),
            format!("a\\n{prefix}{body}\\n"),
            format!("<code>{prefix}{body}</code>"),
        ] {
            let shown = masker().mask(&text).into_owned();
            let windows = body.char_indices().filter_map(|(at, _)| body.get(at..at + 8));
            for part in windows {
                prop_assert!(!shown.contains(part), "{} shows {}", text, shown);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]
    #[test]
    fn a_stretch_of_a_text_has_the_secrets_of_the_stretch_alone(
        parts in proptest::collection::vec(proptest::sample::select(&PARTS[..]), 0..400),
        stretches in proptest::collection::vec((0_usize..6000, 0_usize..3000), 1..20),
    ) {
        let text = parts.concat();
        let mut reader = Reader::new(masker(), &text);
        for (start, length) in stretches {
            let (start, end) = (text.floor_char_boundary(start), text.floor_char_boundary(start + length));
            prop_assert_eq!(reader.secrets(start..end), masker().secrets(&text[start..end]));
        }
    }
}

const PARTS: [&str; 12] = [
    "ra_ws_4f3c9a0b7d21e8A6 ",
    "ra_ws_ra_ws_",
    "Authorization: Bearer ",
    "hunter2",
    "é",
    "\n",
    "https://joe:hunter2@h.test/?api_key=hunter2&",
    "\"token\":\"",
    " -u joe:",
    "-----BEGIN PRIVATE KEY-----",
    "OPENAI_API_KEY=",
    "long words of no meaning ",
];

#[test]
fn whatever_stands_in_a_credentials_place_is_hidden() {
    for (text, shown) in [
        ("Authorization: Bearer hunter2", "Authorization: Bearer <secret>"),
        ("curl -H 'authorization: bearer hunter2' x", "curl -H 'authorization: bearer <secret>' x"),
        (r#"{"Authorization": "Bearer hunter2"}"#, r#"{"Authorization": "Bearer <secret>"}"#),
        (r#""{\"Authorization\": \"Bearer hunter2\"}""#, r#""{\"Authorization\": \"Bearer <secret>\"}""#),
        (r#"headers["X-Api-Key"] = "hunter2""#, r#"headers["X-Api-Key"] = "<secret>""#),
        (r#"req.Header.Set("Authorization", "hunter2")"#, r#"req.Header.Set("Authorization", "<secret>")"#),
        ("headers={'Authorization': f'Token hunter2'}", "headers={'Authorization': f'Token <secret>'}"),
        ("{ Authorization: `Basic dXNlcjpwYXNz` }", "{ Authorization: `Basic <secret>` }"),
        ("'X-API-Key' => 'correct horse battery'", "'X-API-Key' => '<secret>'"),
        ("X-RunAgents-API-Key: hunter22", "X-RunAgents-API-Key: <secret>"),
        ("Cookie: session=s3cr3t; theme=dark", "Cookie: session=<secret>; theme=<secret>"),
        (r#"{"Cookie": "session=s3cr3t; id=42x"}"#, r#"{"Cookie": "session=<secret>; id=<secret>"}"#),
        ("https://joe:hunter2@h.test/x", "https://joe:<secret>@h.test/x"),
        ("https://joe:p@ss@h.test/x", "https://joe:<secret>@h.test/x"),
        (r"https:\/\/joe:hunter2@h.test\/x", r"https:\/\/joe:<secret>@h.test\/x"),
        ("https://4f3c9a0b7d21e8A6@h.test/x", "https://<secret>@h.test/x"),
        ("postgres://joe:hunter2@db/x", "postgres://joe:<secret>@db/x"),
        ("https://h.test/?a=1&api_key=hunter2&b=2", "https://h.test/?a=1&api_key=<secret>&b=2"),
        ("https://h.test/?token=hunter2#top", "https://h.test/?token=<secret>#top"),
        ("https://h.test/?a=1&amp;key=hunter2&amp;b=2", "https://h.test/?a=1&amp;key=<secret>&amp;b=2"),
        ("curl -u joe:hunter2 x", "curl -u joe:<secret> x"),
        ("curl --user 'joe:hunter2' x", "curl --user 'joe:<secret>' x"),
        ("OPENAI_API_KEY=4f3c9a0b7d21e8A6", "OPENAI_API_KEY=<secret>"),
        (r#"apiKey = "4f3c9a0b7d21e8A6""#, r#"apiKey = "<secret>""#),
        (r#"myApiKey: "4f3c9a0b7d21e8A6","#, r#"myApiKey: "<secret>","#),
        ("send it as Bearer 4f3c9a0b7d21e8A6.", "send it as Bearer <secret>."),
        (
            "-----BEGIN PRIVATE KEY-----\nMIIE\nabcd\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----<secret>-----END PRIVATE KEY-----",
        ),
    ] {
        assert_eq!(masker().mask(text), shown);
    }
    for (text, shown) in [
        ("https://ra_ws_4f3c9a0b7d21e8A6:hunter2@h.test/", "https://ra_ws_<secret>:<secret>@h.test/"),
        ("curl -u ra_ws_4f3c9a0b7d21e8A6:hunter2 x", "curl -u ra_ws_<secret>:<secret> x"),
        ("Cookie: a=s3cr3t; ra_ws_4f3c9a0b7d21e8A6; c=s3cr3t", "Cookie: a=<secret>; ra_ws_<secret>; c=<secret>"),
    ] {
        assert_eq!(masker().mask(text), shown, "what stands between a name and its value is read too");
    }
    let line = KEY.repeat(4);
    assert_eq!(masker().mask(&format!("x\n  {line}\n{line}\r\ny")), "x\n  <secret>\n<secret>\r\ny");
}

#[test]
fn examples_and_code_stay_readable() {
    for text in [
        "Authorization: Bearer ra_ws_...",
        "Authorization: Bearer ra_ws_<your_key>",
        "Authorization: Bearer ra_ws_your_workspace_key",
        "Authorization: Bearer ra_ws_test",
        "X-RunAgents-API-Key: $RUNAGENTS_API_KEY",
        r#"headers={"Authorization": f"Bearer {api_key}"},"#,
        r#"headers["Authorization"] = auth_header"#,
        r#"req.Header.Set("Authorization", "Bearer "+token)"#,
        "headers: { Authorization: `Bearer ${token}` }",
        "Do not send `ra_ws_...` keys as `Authorization: Bearer`.",
        "Authorization: Bearer tokens are fine.",
        "  name: Authorization\n  in: header",
        "Authorization:\n  description: 2 ways",
        "api_key = os.environ[\"RUNAGENTS_API_KEY2\"]",
        "api_key=api_key, token=None",
        "password: string",
        "{\"type\": \"apiKey\", \"name\": \"Authorization\",\n \"valuePrefix\": \"Bearer \"}",
        "one of `Authorization`, `X-API-Key`",
        "-H \"Authorization: Bearer {cfg.api_key or \"YOUR_KEY\"}\"",
        "Authorization: Bearer ra_live_abc123...",
        "apiKey = flagAPIKey; apiKey: builderAPIpublicKey, apiKey: \"my-public-api-key\"",
        "https://user:password@h.test/x",
        "https://$USER:$PASS@h.test/x",
        "https://h.test/?api_key=YOUR_API_KEY",
        "https://h.test/?q=key%3D",
        "https://cdn.test/npm/pkg@4.5.6/x.js",
        "<script src=\"https://cdn.test/x.js\" integrity=\"sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8KuxyMjM9\">",
        "basic authentication, token bucket algorithms",
        "curl -u \"$USER:$PASS\" x; docker run -u 1000:1000 x",
        "sort by key: 2 primary keys",
        "task-0000",
        "asia-southeast1-docker.pkg.dev/project-1234567/x",
        "AKIA is a prefix; AKIAexample",
    ] {
        assert_eq!(masker().mask(text), text);
    }
}

#[test]
fn a_text_of_nothing_but_triggers_takes_linear_time() {
    for unit in ["ra_ws_", "token=", "\"token\":\"", "://", "://a:b@", "Bearer ", "Authorization: ", "-u a:", "{", "PRIVATE KEY-----"] {
        let text = unit.repeat(40_000 / unit.len());
        masker().secrets(&text);
    }
}
