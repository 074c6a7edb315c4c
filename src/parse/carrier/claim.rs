//! Whether a program stands by what it shows: a test that asserts that a header is *not* sent, a request that is expected to
//! fail, and a string that is only printed do not.

use std::ops::Range;

use super::back::Back;
use super::forbid::{Lines, REACH};

/// What a statement does with a string that is written in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// It uses it, or asserts that it is there.
    For,
    /// It asserts that it is not there, or only looks for it.
    Against,
}

/// Names of assertions and tests that a string is *not* there, without `_`, in lower case.
const DENIALS: [&str; 22] = [
    "assertnot",
    "notequal",
    "notcontain",
    "notin",
    "notto",
    "tonot",
    "notmatch",
    "isnot",
    "refute",
    "assertne",
    "doesnot",
    "shouldnot",
    "mustnot",
    "assertfalse",
    "never",
    "reject",
    "startswith",
    "hasprefix",
    "removeprefix",
    "trimprefix",
    "notsent",
    "forbid",
];

/// What fails a test or ends a program.
const FAILURES: [&str; 14] =
    ["fatal", "error", "fail", "throw", "raise", "panic", "abort", "exit", "assert", "401", "403", "unauthorized", "forbidden", "expected"];

/// What the statement around `at` claims about the string there.
pub(super) fn claim(text: &str, at: &Range<usize>) -> Claim {
    let statement = statement(text, at);
    let body = text.get(statement.clone()).unwrap_or_default();
    let plain = body.replace('_', "").to_ascii_lowercase();
    let plain = plain.trim_start();
    let said = [".not.", "not in ", "is not ", " -not "].iter().any(|words| plain.contains(words));
    if said || called(plain).any(|name| DENIALS.iter().any(|denial| name.contains(denial))) {
        return Claim::Against;
    }
    let Some(differs) = comparison(text, at, &statement) else { return Claim::For };
    let asserts = ["assert", "expect", "require", "check", "must"].iter().any(|word| plain.starts_with(word));
    if asserts {
        return if differs { Claim::Against } else { Claim::For };
    }
    // `if got != "…" { t.Fatal(…) }` demands it, `if got == "…" { t.Fatal(…) }` forbids it, other tests only look.
    let after = text.get(at.end..).unwrap_or_default();
    let block: String = after.lines().take(4).collect::<Vec<_>>().join("\n").to_ascii_lowercase();
    let fails = FAILURES.iter().any(|word| block.contains(word));
    if differs && fails { Claim::For } else { Claim::Against }
}

/// The names of a statement that are called, and its first word, which some languages call without brackets.
fn called(statement: &str) -> impl Iterator<Item = &str> {
    let words = statement.split_inclusive(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '!' | '?'));
    words.enumerate().filter(|(index, word)| *index == 0 || word.ends_with('(')).map(|(_, word)| word)
}

/// Whether the string at `at` is only shown: printed, logged.
pub(super) fn is_shown(text: &str, at: &Range<usize>) -> bool {
    const SHOWS: [&str; 14] =
        ["print", "println", "printf", "eprintln", "echo", "puts", "log", "info", "debug", "warn", "warning", "error", "write", "fatal"];
    let back = Back::new(text, at.start);
    let line = back.line().trim_start();
    let called = back.enclosing().map(|(name, _)| name.rsplit(['.', ':', '!']).find(|part| !part.is_empty()).unwrap_or(name));
    called.is_some_and(|name| SHOWS.iter().any(|show| name.eq_ignore_ascii_case(show)))
        || ["echo ", "puts "].iter().any(|show| line.starts_with(show))
}

/// Whether the string at `at` is compared, and if so whether for being different.
fn comparison(text: &str, at: &Range<usize>, statement: &Range<usize>) -> Option<bool> {
    let before = text
        .get(statement.start..at.start)?
        .trim_end_matches(|c: char| matches!(c, '"' | '\'' | '`' | 'f' | 'b' | 'u' | 'r') || c.is_whitespace());
    let after = text.get(at.end..statement.end)?.trim_start_matches(|c: char| matches!(c, '"' | '\'' | '`') || c.is_whitespace());
    let differs = ["!=", "!==", "-ne", "~="].iter().any(|sign| before.ends_with(sign) || after.starts_with(sign));
    let same =
        ["==", "-eq", " in"].iter().any(|sign| before.ends_with(sign) || after.starts_with(sign.trim_start()) && sign.trim_start() != "in");
    let tested = ["case"].iter().any(|word| before.trim_start().ends_with(word));
    let inside = text.get(at.clone()).unwrap_or_default();
    let inside_differs = inside.contains("!=");
    (differs || same || tested || inside_differs || inside.contains("==")).then_some(differs || inside_differs)
}

/// The statement around `at`: its line, with the lines above as long as a bracket is open, and below until it is closed.
fn statement(text: &str, at: &Range<usize>) -> Range<usize> {
    let before = text.get(..at.start).unwrap_or_default();
    let mut start = before.len();
    for line in before.rsplit_inclusive_lines().take(6) {
        start -= line.len();
        let open = text.get(start..at.start).unwrap_or_default();
        let count = |brackets: [char; 2]| open.matches(brackets).count();
        if count(['(', '[']) >= count([')', ']']) && !line.trim_start().starts_with(['"', '\'', ')', '.', ']', '`']) {
            break;
        }
    }
    let after = text.get(at.end..).unwrap_or_default();
    let end = at.end + after.find('\n').unwrap_or(after.len());
    start..end
}

/// Whether the test around `at` expects that the request is refused: by its name, or by the status that it asserts.
pub(super) fn expects_refusal(text: &str, at: &Range<usize>) -> bool {
    const NAMED: [&str; 21] = [
        "redact",
        "mask",
        "scrub",
        "sanitiz",
        "leak",
        "reject",
        "refus",
        "unauthor",
        "forbid",
        "denie",
        "deny",
        "invalid",
        "notsent",
        "doesnotsend",
        "doesntsend",
        "never",
        "mustnot",
        "shouldnot",
        "wrong",
        "notaccept",
        "notbearer",
    ];
    const STATUS: [&str; 6] = ["401", "403", "unauthorized", "forbidden", "raises(", "torejects"];
    let before = text.get(..at.start).unwrap_or_default();
    let named = before.rsplit_inclusive_lines().take(60).find_map(|line| {
        let head = line.trim_start();
        let starts = [
            "def test",
            "async def test",
            "func Test",
            "it(",
            "test(",
            "it \"",
            "it '",
            "test \"",
            "fn test",
            "#[test]",
            "void test",
            "@Test",
        ];
        starts.iter().any(|start| head.starts_with(start)).then(|| head.replace(['_', ' ', '-'], "").to_ascii_lowercase())
    });
    let Some(name) = named else { return false };
    if NAMED.iter().any(|word| name.contains(word)) {
        return true;
    }
    let after = text.get(at.end..).unwrap_or_default();
    let mut rest = after.lines().take(REACH).map(str::trim_start);
    let next_test = |line: &str| ["def ", "async def ", "func ", "it(", "test(", "fn "].iter().any(|start| line.starts_with(start));
    rest.by_ref().take_while(|line| !next_test(line)).any(|line| {
        let lower = line.to_ascii_lowercase();
        let asserts = ["assert", "expect", "status", "code", "raises", "should"].iter().any(|word| lower.contains(word));
        asserts && STATUS.iter().any(|word| lower.contains(word)) && !lower.contains("!=") && !lower.contains("not")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(text: &str) -> Claim {
        let start = text.find("Bearer").unwrap();
        let end = start + text[start..].find(['"', '\'']).unwrap();
        claim(text, &(start..end))
    }

    #[test]
    fn an_assertion_is_for_or_against() {
        for text in [
            "self.assertEqual(h[\"Authorization\"], \"Bearer K\")",
            "self.assertEqual(\n    h[\"Authorization\"],\n    \"Bearer K\",\n)",
            "assert h[\"Authorization\"] == \"Bearer K\"",
            "expect(h.authorization).toBe('Bearer K')",
            "\tif authHeader != \"Bearer K\" {\n\t\tt.Fatalf(\"expected bearer auth, got %q\", authHeader)\n",
            "headers = {\"Authorization\": \"Bearer K\"}",
            "require.Equal(t, \"Bearer K\", got)",
            "call({ approval: \"never\", headers: { authorization: \"Bearer K\" } })",
        ] {
            assert_eq!(claimed(text), Claim::For, "{text}");
        }
        for text in [
            "self.assertNotEqual(h.get(\"Authorization\"), \"Bearer K\")",
            "self.assertNotIn(\n    \"Bearer K\",\n    h.values(),\n)",
            "assert h[\"Authorization\"] != \"Bearer K\"",
            "assert \"Bearer K\" not in str(h)",
            "expect(h.authorization).not.toBe('Bearer K')",
            "\tif authHeader == \"Bearer K\" {\n\t\tt.Fatal(\"must not be sent\")\n",
            "assert.NotEqual(t, \"Bearer K\", got)",
            "if token.startswith(\"Bearer K\"):\n    return",
            "case \"Bearer K\":\n    return nil",
            "assert_ne!(auth, \"Bearer K\");",
            "$h.Authorization | Should -Not -Be \"Bearer K\"",
            "refute_equal \"Bearer K\", h",
        ] {
            assert_eq!(claimed(text), Claim::Against, "{text}");
        }
    }

    #[test]
    fn a_test_that_expects_a_refusal_is_known_by_name_or_status() {
        let at = |text: &str| text.find('K').unwrap()..text.find('K').unwrap() + 1;
        for text in [
            "def test_rejects_bearer():\n    get(headers={\"Authorization\": \"Bearer K\"})\n",
            "def test_auth():\n    r = get(headers=\"K\")\n    assert r.status_code == 401\n",
            "it('answers', async () => {\n  const r = await get('K');\n  expect(r.status).toBe(403);\n});",
        ] {
            assert!(expects_refusal(text, &at(text)), "{text}");
        }
        for text in [
            "def test_auth():\n    r = get(headers=\"K\")\n    assert r.status_code == 200\n\ndef test_two():\n    assert get().status_code == 401\n",
            "r = get('K')\nif r.status == 401: raise",
        ] {
            assert!(!expects_refusal(text, &at(text)), "{text}");
        }
    }
}
